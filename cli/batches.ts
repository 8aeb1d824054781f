import type { Withdrawal } from '../platform/import/withdraw.ts';
import type { NamedBatch } from '../platform/installation/batches.ts';

const STATUSES: Readonly<Record<string, string>> = {
  RUNNING: '进行中',
  COMPLETED: '完成',
  INTERRUPTED: '中断',
  FAILED: '失败',
  UNCONFIRMED: '待确认',
  WITHDRAWN: '已撤回',
};

/** Two lines for each batch. */
export function batchLines(batches: readonly NamedBatch[]): readonly string[] {
  if (batches.length === 0) return ['没有批次。'];
  return batches.flatMap((batch) => [
    `${batch.name}  ${batch.startedAt.slice(0, 19)}  ${STATUSES[batch.status] ?? batch.status}  ${batch.item} ← ${batch.fileName}`,
    `  ${batch.rows} 行 = 新增 ${batch.added}、更正 ${batch.corrected}、未变 ${batch.unchanged}、重复 ${batch.repeated}、退回 ${batch.rejected}` +
      `${batch.flagged > 0 ? `;带标注 ${batch.flagged}` : ''}${batch.ended > 0 ? `;终止 ${batch.ended}` : ''}`,
  ]);
}

/** What became of a withdrawal, in a sentence or two. */
export function withdrawalOf(name: string, withdrawal: Withdrawal): string {
  const { withdrawn, restored, leftAlone, current, outcome } = withdrawal;
  if (outcome === 'BEFORE') return `批次 ${name} 此前已经撤回,没有变动。`;
  const rest = leftAlone > 0 ? `;其后又变动过的 ${leftAlone} 条不动` : '';
  if (outcome === 'DONE') return `已撤回批次 ${name}:撤下 ${withdrawn} 条、恢复 ${restored} 条${rest}。`;
  return `批次 ${name} 涉及 ${withdrawn + restored} 条(撤下 ${withdrawn}、恢复 ${restored}${rest}),现有 ${current} 条,超过确认比例,未作变动;核对后加 --confirm 撤回。`;
}
