import { codeTable } from '../../../schema/codes/city.ts';

/** Lines about the department's records of supervision, for the index across departments. */
type Columns = Readonly<Record<string, unknown>>;

/** 列入经营异常名录：通过登记的住所或经营场所无法联系 */
export function groundsOf({ form, grounds }: Columns): string {
  const formLabel = codeTable('abnormal-operation-forms').get(String(form))?.label ?? '';
  return `${formLabel}：${labels('abnormal-operation-grounds', grounds)}`;
}

/** The list's legal name is the catalogue item's title; the reason is what tells entries apart. */
export function reasonOf({ reason }: Columns): string {
  const characters = [...String(reason)];
  return characters.length > 60 ? `${characters.slice(0, 60).join('')}…` : String(reason);
}

/** 双随机抽查：未发现问题 */
export function foundIn({ checkType, results }: Columns): string {
  const typeLabel = codeTable('spot-check-types').get(String(checkType))?.label ?? '';
  return `${typeLabel}：${labels('spot-check-results', results)}`;
}

export function yearOf({ year }: Columns): string {
  return `${year}年度`;
}

function labels(table: string, codes: unknown): string {
  const all = Array.isArray(codes) ? codes.map(String) : [];
  return all.map((code) => codeTable(table).get(code)?.label ?? code).join('；');
}
