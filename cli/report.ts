import type { Progress } from '../platform/import/import-file.ts';
import type { ImportReport, Unlisted } from '../platform/import/report.ts';

/** Seconds between two lines of progress where nobody watches a terminal. */
const LINE_EVERY_SECONDS = 10;

/**
 * Tells how far an import has come: on a terminal in a line that is rewritten, elsewhere in a line every ten seconds. Time
 * that remains is told where the file's size is a measure of it.
 */
export function progressLine(
  title: string,
  out: Pick<NodeJS.WriteStream, 'write' | 'isTTY'> = process.stdout,
  now: () => number = () => performance.now(),
): { update(progress: Progress): void; end(): void } {
  const began = now();
  let lastLine = began;
  let isShown = false;
  return {
    update(progress) {
      const seconds = (now() - began) / 1000;
      const text = `${title}:${wordsOf(progress, seconds)}`;
      if (out.isTTY) {
        out.write(`\r\u001B[K${text}`);
        isShown = true;
      } else if (now() - lastLine >= LINE_EVERY_SECONDS * 1000) {
        lastLine = now();
        out.write(`${text}\n`);
      }
    },
    end() {
      if (isShown) out.write('\r\u001B[K');
      isShown = false;
    },
  };
}

function wordsOf({ rows, share }: Progress, seconds: number): string {
  const speed = seconds > 0 ? `,每秒 ${Math.round(rows / seconds)} 行` : '';
  if (share === undefined || share <= 0 || seconds <= 0) return `已处理 ${rows} 行${speed}`;
  const remaining = Math.round((seconds / share) * (1 - share));
  const time = remaining >= 60 ? `${Math.floor(remaining / 60)} 分 ${remaining % 60} 秒` : `${remaining} 秒`;
  return `已处理 ${rows} 行(${Math.floor(share * 100)}%)${speed},约剩 ${time}`;
}

/** One line for one file. */
export function summaryOf(report: ImportReport): string {
  const name = `${report.isDryRun ? '试导入(未写入) ' : ''}${report.item} ← ${report.fileName}`;
  const before = report.rejectedBefore > 0 ? `(当时退回 ${report.rejectedBefore} 行)` : '';
  if (report.takenBefore)
    return `${name}:此文件已于 ${report.takenBefore.slice(0, 19)} 导入${before},内容未变,未再读取(加 --again 可重新读取)。`;
  const stored = `新增 ${report.added}、更正 ${report.corrected}、未变 ${report.unchanged}、重复 ${report.repeated}`;
  const ended = report.unlisted && report.unlisted.ended > 0 ? `;终止 ${report.unlisted.ended}` : '';
  return `${name}:${report.rows} 行 = ${stored}、退回 ${report.rejected}${report.flagged > 0 ? `;带标注 ${report.flagged}` : ''}${ended}`;
}

/** The whole report of one file: counts that add up, marks and reasons by kind, remarks, where the rejected rows are. */
export function reportOf(report: ImportReport): string {
  const lines = [summaryOf(report)];
  if (report.batch) {
    const way = report.isWithdrawable
      ? `(可用 --withdraw ${report.batch} 撤回)`
      : '(不能撤回,有误请以更正后的名单再次导入)';
    lines.push(`  批次 ${report.batch}${way}`);
  }
  for (const [mark, count] of Object.entries(report.marks)) lines.push(`  标注 ${mark}:${count} 行`);
  for (const [reason, count] of Object.entries(report.reasons)) lines.push(`  退回 ${reason}:${count} 处`);
  if (report.unlisted) lines.push(...unlistedLines(report.unlisted).map((line) => `  ${line}`));
  for (const remark of report.remarks) lines.push(`  提示:${remark}`);
  for (const path of report.rejectedFiles) lines.push(`  退回的行及原因:${path}(改正后可直接再次导入)`);
  return lines.join('\n');
}

function unlistedLines({ listed, unlisted, uncertain, spared, awaits }: Unlisted): readonly string[] {
  const lines = [`全量名单:同一报送单位现有 ${listed} 条,本文件未列 ${unlisted + spared} 条`];
  if (spared > 0) lines.push(`其中 ${spared} 条可能是名称或号码待核的行所指,保留不动`);
  if (awaits === 'UNCERTAIN')
    lines.push(
      `有 ${uncertain} 行未能读出是哪一条记录,${unlisted} 条暂不终止;改正后重新报送全量文件,或核对后以同样的命令加 --confirm 终止`,
    );
  if (awaits === 'MANY') {
    const percent = Math.round((unlisted / listed) * 100);
    lines.push(`将终止 ${unlisted} 条(${percent}%),超过确认比例,暂不终止;核对后以同样的命令加 --confirm 终止`);
  }
  return lines;
}
