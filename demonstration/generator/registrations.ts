import { representativeNumber } from '../person.ts';
import { districtMarket, districtOf } from './authorities.ts';
import { withWrongCheck } from './codes.ts';
import { spellings } from './days.ts';
import { chance } from './random.ts';
import { type Cell, csvWithMark, type Row, type SubmittedFile, xlsx } from './sheet.ts';
import { isIndividual, type Subject, subjects } from './subjects.ts';

export const SUBJECT_HEADERS = [
  '序号',
  '统一社会信用代码',
  '注册号',
  '机构名称',
  '曾用名',
  '原统一社会信用代码',
  '行政区划代码',
  '行业分类代码',
  '成立日期',
] as const;

/** The registries' list of subjects. Who has no credit code does not stand in it. */
export function subjectFile(): SubmittedFile {
  const listed = subjects.filter(({ creditCode }) => creditCode !== null);
  const good = listed.map((subject, index) => subjectRow(subject, index + 1));
  const first = (index: number): Row => good[index] ?? {};
  const rows: Row[] = [
    ...good,
    {
      ...first(40),
      统一社会信用代码: withWrongCheck(String(first(40).统一社会信用代码)),
      机构名称: '云泽汀石食品有限公司',
    },
    { ...first(41), 统一社会信用代码: '/', 机构名称: '云泽汀泉五金经营部' },
    { ...first(42), 统一社会信用代码: '', 机构名称: '云泽汀庐文具店' },
    first(60),
    first(61),
  ];
  const above = ['云泽市法人和其他组织统一社会信用代码基础数据', '截至 2026 年 10 月 31 日,由各登记机关提供'];
  return {
    item: 'credit.subject',
    name: '01-credit-subject.xlsx',
    bytes: xlsx([{ sheet: '基础数据', above, headers: SUBJECT_HEADERS, rows }]),
  };
}

export function subjectRow(subject: Subject, number: number): Row {
  return {
    序号: number,
    统一社会信用代码: subject.creditCode ?? '',
    注册号: subject.registrationNumber ?? '',
    机构名称: subject.name,
    曾用名: subject.formerNames,
    原统一社会信用代码: subject.formerCreditCode ?? '',
    行政区划代码: subject.district,
    行业分类代码: subject.industry ?? '',
    成立日期: { day: subject.establishedOn },
  };
}

export const REGISTRATION_HEADERS = [
  '统一社会信用代码',
  '注册号',
  '企业名称',
  '企业类型',
  '登记状态',
  '法定代表人',
  '法定代表人证件号码',
  '注册资本（万元）',
  '币种',
  '成立日期',
  '核准日期',
  '经营期限自',
  '经营期限至',
  '住所',
  '住所行政区划',
  '经营范围',
  '行业代码',
  '登记机关',
  '登记机关统一社会信用代码',
  '组成形式',
  '是否个转企',
] as const;

/** The market regulator's export of registrations, in UTF-8 with its mark. */
export function registrationFile(): SubmittedFile {
  const by = chance(20_260_930);
  const good = subjects
    .filter(({ trade }) => trade !== null)
    .map((subject): Row => registrationRow(subject, by.pick(spellings), by.happens(80) ? '长期' : '9999-9-9'));
  const first = (index: number): Row => good[index] ?? {};
  const rows: Row[] = [
    ...good,
    first(30),
    first(31),
    {
      ...first(45),
      统一社会信用代码: withWrongCheck(String(first(45).统一社会信用代码)),
      企业名称: '云泽鹭麓电机有限公司',
    },
    { ...first(46), 统一社会信用代码: '', 注册号: '', 企业名称: '云泽鹭津家具厂' },
    { ...first(47), 登记状态: '' },
    { ...first(48), 成立日期: '', 核准日期: '' },
  ];
  return {
    item: 'market.registration',
    name: '02-market-registration.csv',
    bytes: csvWithMark({ headers: REGISTRATION_HEADERS, rows }),
  };
}

export function registrationRow(subject: Subject, spell: (day: string) => string, openEnd: string): Row {
  const district = districtOf(subject.district);
  const authority = districtMarket(district);
  const isShop = isIndividual(subject);
  const cells: Record<(typeof REGISTRATION_HEADERS)[number], Cell> = {
    统一社会信用代码: subject.creditCode ?? '',
    注册号: subject.registrationNumber ?? '',
    企业名称: subject.name,
    企业类型: subject.enterpriseType,
    登记状态: subject.status,
    法定代表人: subject.person,
    法定代表人证件号码: subject.creditCode === null ? '' : representativeNumber(subject.creditCode),
    '注册资本（万元）': subject.capital ?? '',
    币种: subject.capital === null ? '' : '人民币',
    成立日期: spell(subject.establishedOn),
    核准日期: spell(subject.approvedOn),
    经营期限自: spell(subject.establishedOn),
    经营期限至: isShop ? '' : openEnd,
    住所: subject.address,
    住所行政区划: district.code,
    经营范围: subject.trade?.scope ?? '',
    行业代码: subject.industry ?? '',
    登记机关: authority.name,
    登记机关统一社会信用代码: authority.creditCode,
    组成形式: isShop ? '个人经营' : '',
    是否个转企: subject.formerCreditCode === null ? '' : '是',
  };
  return cells;
}
