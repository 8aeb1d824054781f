import { addCalendarMonths } from '../../schema/calendar/days.ts';
import type { Authority } from './authorities.ts';
import type { Row } from './sheet.ts';
import { isIndividual, type Subject } from './subjects.ts';

/** One decision, before it is written into some department's columns. */
export interface Penalty {
  readonly counterpart: Subject;
  /** Where the document has another name than the present one. */
  readonly name?: string;
  readonly documentNumber: string;
  readonly violation: Violation;
  /** Yuan. */
  readonly fine: number;
  readonly confiscated: number;
  readonly decidedOn: string;
  readonly endsOn: string;
  readonly authority: Authority;
  readonly procedure: '普通程序' | '简易程序';
  readonly severity: '轻微' | '一般' | '严重';
}

export interface Violation {
  readonly type: string;
  readonly facts: string;
  readonly basis: string;
  /** Besides a fine and a confiscation: 警告, 吊销许可证件, 责令停产停业 … */
  readonly also?: string;
  /** Of the fine, in yuan. */
  readonly from: number;
  readonly until: number;
  readonly licence?: string;
}

/** The last day of publication: three months, one year or three by severity (国家发展改革委令第36号). */
export function publicationEnd(decidedOn: string, severity: Penalty['severity']): string {
  return addCalendarMonths(decidedOn, { 轻微: 3, 一般: 12, 严重: 36 }[severity]);
}

/** The columns of 发改办财金〔2018〕424号 by their Chinese names; amounts in 万元. */
export const standardHeaders = [
  '序号',
  '行政相对人名称',
  '行政相对人类别',
  '行政相对人代码_1（统一社会信用代码）',
  '行政相对人代码_2（工商注册号）',
  '法定代表人',
  '行政处罚决定书文号',
  '违法行为类型',
  '违法事实',
  '处罚依据',
  '处罚类别',
  '处罚内容',
  '罚款金额（万元）',
  '没收违法所得、没收非法财物的金额（万元）',
  '暂扣或吊销证照名称及编号',
  '处罚决定日期',
  '处罚有效期',
  '公示截止期',
  '处罚机关',
  '处罚机关统一社会信用代码',
  '数据来源单位',
  '数据来源单位统一社会信用代码',
  '处罚程序',
  '失信程度',
  '备注',
] as const;

export type StandardHeader = (typeof standardHeaders)[number];
/** A row of those columns; a department's mistakes are made by writing over some of its cells. */
export type StandardRow = Readonly<Record<StandardHeader, string>>;

export function standardRow(penalty: Penalty, number: number): StandardRow {
  const { counterpart, violation, authority, decidedOn } = penalty;
  return {
    序号: String(number),
    行政相对人名称: penalty.name ?? counterpart.name,
    行政相对人类别: isIndividual(counterpart) ? '个体工商户' : '法人及非法人组织',
    '行政相对人代码_1（统一社会信用代码）': counterpart.creditCode ?? '',
    '行政相对人代码_2（工商注册号）': counterpart.registrationNumber ?? '',
    法定代表人: counterpart.person,
    行政处罚决定书文号: penalty.documentNumber,
    违法行为类型: violation.type,
    违法事实: `经查,当事人${violation.facts}`,
    处罚依据: violation.basis,
    处罚类别: typesOf(penalty).join(';'),
    处罚内容: contentOf(penalty),
    '罚款金额（万元）': inTenThousands(penalty.fine),
    '没收违法所得、没收非法财物的金额（万元）': inTenThousands(penalty.confiscated),
    暂扣或吊销证照名称及编号: violation.licence ?? '',
    处罚决定日期: decidedOn,
    处罚有效期: '2099-12-31',
    公示截止期: penalty.endsOn,
    处罚机关: authority.name,
    处罚机关统一社会信用代码: authority.creditCode,
    数据来源单位: authority.name,
    数据来源单位统一社会信用代码: authority.creditCode,
    处罚程序: penalty.procedure,
    失信程度: penalty.severity,
    备注: '',
  };
}

/** 20000 yuan → 2; the column counts in 万元 with up to six decimals. */
export function inTenThousands(yuan: number): string {
  return yuan === 0 ? '' : String(yuan / 10_000);
}

function typesOf({ violation, fine, confiscated }: Penalty): readonly string[] {
  return [
    ...(violation.also ? [violation.also] : []),
    ...(confiscated > 0 ? ['没收违法所得'] : []),
    ...(fine > 0 ? ['罚款'] : []),
  ];
}

function contentOf(penalty: Penalty): string {
  const { violation, fine, confiscated } = penalty;
  const parts = [
    ...(violation.also ? [alsoInWords(violation)] : []),
    ...(confiscated > 0 ? [`没收违法所得${confiscated}元`] : []),
    ...(fine > 0 ? [`罚款${fine}元`] : []),
  ];
  return `${parts.join(';')}。`;
}

function alsoInWords({ also, licence }: Violation): string {
  if (also === '警告') return '责令改正,给予警告';
  return licence === undefined ? `${also}` : `吊销${licence}`;
}

/** The columns of one sheet renamed, in the order of `names`: standard header → header of the file. */
export function renamed(row: StandardRow, names: readonly (readonly [StandardHeader, string])[]): Row {
  return Object.fromEntries(names.map(([header, name]) => [name, row[header]]));
}

/** 云市监处罚〔2026〕12号 */
export function numbered(prefix: string, day: string, number: number): string {
  return `${prefix}〔${day.slice(0, 4)}〕${number}号`;
}
