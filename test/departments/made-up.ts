import { readRows } from '../../platform/sheets/index.ts';
import { checkCharacter } from '../../schema/identifiers/id-number.ts';
import * as organizationCode from '../../schema/identifiers/organization-code.ts';
import * as registrationNumber from '../../schema/identifiers/registration-number.ts';
import { collect } from '../support/files.ts';
import type { Cells } from './submitted.ts';

/** Text of a CSV file with these rows; its headers are those of all of them, in order of appearance. */
export function csv(rows: readonly Cells[]): string {
  return table(rows)
    .map((line) => line.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(','))
    .join('\r\n');
}

/** Header and rows as lines of cells. */
export function table(rows: readonly Cells[]): readonly (readonly string[])[] {
  const headers = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return [headers, ...rows.map((row) => headers.map((header) => row[header] ?? ''))];
}

/** The cells of a file, line by line. */
export async function linesOf(path: string | undefined): Promise<readonly (readonly string[])[]> {
  if (path === undefined) throw new Error('there is no such file');
  return (await collect(readRows(path))).map((row) => row.cells.map((cell) => cell.text));
}

/** A registration number of the made-up city; `eight` is its sequence. */
export function oldNumber(eight: string): string {
  const first14 = `990102${eight}`;
  return registrationNumber.parse(first14 + registrationNumber.checkDigit(first14));
}

export function organizationNumber(eight: string): string {
  return organizationCode.parse(eight + organizationCode.checkCharacter(eight));
}

/** A row of the tax department's yearly ratings. */
export function rating(name: string, number: string, changes: Cells = {}): Cells {
  return {
    纳税人名称: name,
    统一社会信用代码: number,
    评价年度: '2025',
    信用等级: 'A',
    评价单位: '云泽市税务局',
    ...changes,
  };
}

/** A row of the market department's penalties. */
export function penalty(name: string, number: string, changes: Cells = {}): Cells {
  return {
    行政相对人名称: name,
    行政相对人类别: '法人及非法人组织',
    统一社会信用代码: number,
    行政处罚决定书文号: '云市监罚〔2026〕18号',
    违法行为类型: '经营超过保质期的食品',
    违法事实: '当事人经营超过保质期的食品,经查属实。',
    处罚依据: '《中华人民共和国食品安全法》第一百二十四条第一款',
    处罚类别: '罚款',
    处罚内容: '罚款2000元。',
    '罚款金额(万元)': '0.2',
    处罚决定日期: '2026-03-05',
    处罚机关: '云泽市市场监督管理局',
    ...changes,
  };
}

/** A row of the registry's list of subjects. */
export function registered(name: string, numbers: Cells, changes: Cells = {}): Cells {
  return { 机构名称: name, ...numbers, 行政区划: '990102', ...changes };
}

/** An ID number that nobody has; `birth` as YYYYMMDD, `sequence` of three digits. */
export function idNumber(birth: string, sequence: string): string {
  const first17 = `110105${birth}${sequence}`;
  return first17 + checkCharacter(first17);
}

/** A row about a natural person on the court's list of dishonest debtors. */
export function personDebtor(name: string, number: string, changes: Cells = {}): Cells {
  return {
    iname: name,
    partyTypeName: '0',
    cardNum: number,
    courtName: '云泽市青石区人民法院',
    areaName: '泽州',
    caseCode: '(2025)泽0104执1194号',
    regDate: '20250709',
    duty: '偿还借款本金30万元及利息',
    performance: '全部未履行',
    disruptTypeName: '违反财产报告制度',
    publishDate: '2025-08-20',
    ...changes,
  };
}

/** A row about a natural person among the market department's penalties. */
export function personPenalty(name: string, number: string, changes: Cells = {}): Cells {
  return penalty(name, '', { 行政相对人类别: '自然人', 身份证号: number, ...changes });
}

/** A row of the tax department's notices of arrears; `kind` is the taxpayer's category. */
export function arrears(name: string, number: string, kind: string, changes: Cells = {}): Cells {
  return {
    纳税人名称: name,
    纳税人类别: kind,
    纳税人识别号: number,
    欠税税种: '增值税',
    欠税余额: '12000',
    公告日期: '2026-01-20',
    公告机关: '国家税务总局云泽市税务局',
    ...changes,
  };
}
