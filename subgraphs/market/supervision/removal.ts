import { date, OCCASIONAL, text } from '../../../platform/sheets/index.ts';

/** The columns of who left a list, when and why (移出); an individual business is restored (恢复) instead. */
export const removalColumns = {
  removedOn: date(['移出日期', '移出时间', '恢复日期', '恢复时间', '恢复正常记载状态日期'], { describes: OCCASIONAL }),
  removalReason: text(
    ['移出原因', '移出事由', '移出经营异常名录原因', '移出严重违法失信名单原因', '恢复原因', '恢复正常记载状态原因'],
    { maxLength: 2000, describes: OCCASIONAL },
  ),
  removalAuthorityName: text(
    ['移出机关', '移出决定机关', '作出决定机关(移出)', '作出移出决定机关', '恢复机关', '作出决定机关(恢复)'],
    { maxLength: 255, describes: OCCASIONAL },
  ),
};

export interface RemovalValues {
  readonly removedOn: string | null;
  readonly removalReason: string | null;
  readonly removalAuthorityName: string | null;
}

/** The columns that entries on the market department's lists keep of it. */
export function removalOf({ removedOn, removalReason, removalAuthorityName }: RemovalValues): RemovalValues {
  return { removedOn, removalReason, removalAuthorityName };
}
