import type { ImportReport } from '../platform/import/import-file.ts';

/** A line that is rewritten while work goes on, where somebody watches; elsewhere nothing. */
export function progressLine(title: string): { update(rows: number): void; end(): void } {
  const isWatched = process.stdout.isTTY === true;
  return {
    update(rows) {
      if (isWatched) process.stdout.write(`\r${title}:已处理 ${rows} 行……`);
    },
    end() {
      if (isWatched) process.stdout.write('\r\u001B[K');
    },
  };
}

/** One line for one file. */
export function summaryOf(report: ImportReport): string {
  const name = `${report.item} ← ${report.fileName}`;
  if (report.takenBefore)
    return `${name}:此文件已于 ${report.takenBefore} 导入,内容未变,未再读取(加 --again 可重新读取)。`;
  const stored = `新增 ${report.added}、更正 ${report.corrected}、未变 ${report.unchanged}、重复 ${report.repeated}`;
  return `${name}:${report.rows} 行 = ${stored}、退回 ${report.rejected}${report.flagged > 0 ? `;带标注 ${report.flagged}` : ''}`;
}

/** The whole report of one file: counts that add up, marks and reasons by kind, remarks, where the rejected rows are. */
export function reportOf(report: ImportReport): string {
  const lines = [summaryOf(report)];
  for (const [mark, count] of Object.entries(report.marks)) lines.push(`  标注 ${mark}:${count} 行`);
  for (const [reason, count] of Object.entries(report.reasons)) lines.push(`  退回 ${reason}:${count} 处`);
  for (const remark of report.remarks) lines.push(`  提示:${remark}`);
  for (const path of report.rejectedFiles) lines.push(`  退回的行及原因:${path}(改正后可直接再次导入)`);
  return lines.join('\n');
}
