import { madeUpCode } from '../departments/submitted.ts';

/** The credit code of the `number`-th made-up company. */
export function codeOf(number: number): string {
  return madeUpCode(`MA${String(number).padStart(6, '0')}`);
}

/** A CSV text; the headers stand in the first line. */
export function csv(headers: string, ...rows: readonly (readonly (string | number)[])[]): string {
  const quoted = rows.map((row) => row.map((cell) => `"${String(cell).replaceAll('"', '""')}"`).join(','));
  return `${[headers, ...quoted].join('\n')}\n`;
}

/** The registry's list of subjects: name and code, more columns where `headers` names them. */
export function subjectsFile(
  rows: readonly (readonly [name: string, code: string, ...more: readonly string[]])[],
  headers = '',
): string {
  return csv(`机构名称,统一社会信用代码${headers}`, ...rows);
}

export const RATINGS = '纳税人名称,统一社会信用代码,评价年度,信用等级,评价单位';
export const ARREARS = '纳税人名称,统一社会信用代码,公告日期,欠税税种,欠税余额,公告机关';
export const PENALTIES =
  '行政相对人名称,统一社会信用代码,行政处罚决定文书号,违法行为类型,违法事实,处罚依据,处罚类别,处罚内容,罚款金额(元),处罚决定日期,公示截止期,处罚机关,失信程度';

/** One row of PENALTIES: a fine of `fine` yuan, or a mere warning where that is 0. Serious: published for three years. */
export function penalty(
  name: string,
  code: string,
  number: string,
  decidedOn: string,
  fine: number,
  publicationEndsOn = '',
): readonly (string | number)[] {
  const [kind, content, amount] = fine > 0 ? ['罚款', `罚款${fine}元`, fine] : ['警告', '警告', ''];
  return [
    name,
    code,
    number,
    '违法经营',
    '未按规定公示',
    '某法第一条',
    kind,
    content,
    amount,
    decidedOn,
    publicationEndsOn,
    '云泽市市场监督管理局',
    '严重',
  ];
}
