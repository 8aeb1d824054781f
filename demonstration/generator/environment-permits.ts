import { cleanCompany, finedDepartment, redCardCompany, rewardedCompany } from '../story.ts';
import { cityEnvironment, districtEnvironment, districtOf } from './authorities.ts';
import { withWrongCheck } from './codes.ts';
import { addDays, addYears, referenceDay, spellings } from './days.ts';
import { numbered } from './penalty.ts';
import { type Chance, chance } from './random.ts';
import { csvWithMark, type Row, type SubmittedFile, xlsx } from './sheet.ts';
import { isIndividual, type Subject, told, traders } from './subjects.ts';

export const ENVIRONMENT_LICENCE_HEADERS = [
  'XK_XDR_MC',
  'XK_XDR_LB',
  'XK_XDR_SHXYM',
  'XK_FRDB',
  'XK_FR_SFZH',
  'XK_XKWS',
  'XK_WSH',
  'XK_XKLB',
  'XK_XKZS',
  'XK_XKBH',
  'XK_NR',
  'XK_JDRQ',
  'XK_YXQZ',
  'XK_YXQZI',
  'XK_XKJG',
  'XK_XKJGDM',
  'XK_ZT',
] as const;

const KINDS = [
  ['关于建设项目环境影响报告表的批复', '', '同意建设项目按报告表所列性质、规模、地点、工艺建设', 0],
  ['关于建设项目环境影响报告书的批复', '', '同意建设项目按报告书所列性质、规模、地点、工艺建设', 0],
  ['危险废物经营许可决定书', '危险废物经营许可证', '收集、贮存废矿物油(HW08)', 5],
  ['辐射安全许可决定书', '辐射安全许可证', '使用Ⅲ类射线装置', 5],
] as const;

/** The codes of the standard of 2018, in UTF-8 with its mark; the column of ID numbers is exported masked. */
export function environmentLicenceFile(): SubmittedFile {
  const by = chance(20_181_026);
  const companies = traders.filter((subject) => !isIndividual(subject) && subject.trade?.isPolluting === true);
  const good = [
    environmentLicenceRow(told(redCardCompany), 1, '2019-08-14', 2, by),
    environmentLicenceRow(told(redCardCompany), 2, '2023-02-20', 3, by),
    environmentLicenceRow(told(cleanCompany), 0, '2022-09-30', 4, by),
    environmentLicenceRow(told(finedDepartment), 0, '2021-04-12', 5, by),
    ...by
      .sample(companies, 22)
      .map((subject, index) =>
        environmentLicenceRow(
          subject,
          by.pick([0, 0, 0, 1, 2, 3]),
          addDays(referenceDay, -by.between(20, 1700)),
          10 + index,
          by,
        ),
      ),
  ];
  const first = (index: number): Row => good[index] ?? {};
  const bad = (index: number, cells: Row): Row => ({ ...first(index), XK_WSH: `云环审补〔2026〕${index}号`, ...cells });
  const rows: Row[] = [
    ...good,
    first(6),
    bad(7, { XK_XDR_SHXYM: String(first(7).XK_XDR_SHXYM).slice(0, 17) }),
    bad(8, { XK_JDRQ: '20260230' }),
    bad(9, { XK_XKLB: '' }),
    bad(10, { XK_XKJG: '', XK_XKJGDM: '' }),
    bad(11, { XK_XKJGDM: withWrongCheck(cityEnvironment.creditCode) }),
    bad(12, { XK_XDR_LB: '自然人', XK_XDR_MC: '鲁榆安', XK_XDR_SHXYM: '' }),
  ];
  return {
    item: 'environment.licence',
    name: '25-environment-licence.csv',
    bytes: csvWithMark({ headers: ENVIRONMENT_LICENCE_HEADERS, rows }),
  };
}

export function environmentLicenceRow(
  subject: Subject,
  kind: 0 | 1 | 2 | 3,
  decidedOn: string,
  number: number,
  by: Chance,
): Row {
  const [document, certificate, content, years] = KINDS[kind];
  const authority = kind === 0 ? districtEnvironment(districtOf(subject.district)) : cityEnvironment;
  const spell = by.pick(spellings);
  return {
    XK_XDR_MC: subject.name,
    XK_XDR_LB: '法人及非法人组织',
    XK_XDR_SHXYM: subject.creditCode ?? '',
    XK_FRDB: subject.person,
    XK_FR_SFZH: '******************',
    XK_XKWS: document,
    XK_WSH: numbered('云环审', decidedOn, number),
    XK_XKLB: by.pick(['普通', '核准']),
    XK_XKZS: certificate,
    XK_XKBH: certificate === '' ? '' : `云环${subject.district}${String(number).padStart(4, '0')}`,
    XK_NR: content,
    XK_JDRQ: spell(decidedOn),
    XK_YXQZ: spell(decidedOn),
    XK_YXQZI: years === 0 ? '2099-12-31' : spell(addDays(addYears(decidedOn, years), -1)),
    XK_XKJG: authority.name,
    XK_XKJGDM: authority.creditCode,
    XK_ZT: '1',
  };
}

export const PERMIT_HEADERS = [
  '单位名称',
  '统一社会信用代码',
  '许可证编号',
  '行业类别代码',
  '管理类别',
  '生产经营场所地址',
  '发证日期',
  '有效期',
  '发证机关',
] as const;

/** Permits with the unit's code in their number, so that a third of the rows leave the column of codes blank. */
export function dischargePermitFile(): SubmittedFile {
  const by = chance(20_210_301);
  const polluters = traders.filter((subject) => !isIndividual(subject) && subject.trade?.isPolluting === true);
  const good = [
    permitRow(told(redCardCompany), '重点管理', '2023-06-21', by),
    permitRow(told(rewardedCompany), '简化管理', '2024-03-28', by),
    permitRow(told(cleanCompany), '登记管理', '2022-11-15', by),
    ...by
      .sample(polluters, 33)
      .map((subject) =>
        permitRow(
          subject,
          by.pick(['重点管理', '简化管理', '简化管理', '登记管理']),
          addDays(referenceDay, -by.between(30, 1700)),
          by,
        ),
      ),
  ];
  const first = (index: number): Row => good[index] ?? {};
  const second = (index: number): string => String(first(index).许可证编号).replace('001', '002');
  const rows: Row[] = [
    ...good,
    first(4),
    { ...first(5), 统一社会信用代码: redCardCompany.creditCode ?? '', 许可证编号: second(5) },
    { ...first(6), 许可证编号: second(6), 发证日期: '', 有效期: '' },
    { ...first(7), 许可证编号: second(7), 有效期: '自2024-01-01至2023-12-31' },
    { ...first(8), 许可证编号: second(8).slice(0, 20) },
    { ...first(9), 许可证编号: `${withWrongCheck(second(9).slice(0, 18))}002P` },
    { ...first(10), 许可证编号: second(10), 发证日期: '2062-01-08', 有效期: '' },
    { ...first(11), 许可证编号: '' },
    // Stored with a mark: an industry that the classification does not have.
    { ...first(12), 许可证编号: second(12), 行业类别代码: 'C99Z' },
  ];
  return {
    item: 'environment.discharge-permit',
    name: '26-environment-discharge-permit.xlsx',
    bytes: xlsx([{ sheet: '排污许可', above: ['云泽市排污许可证核发及登记情况'], headers: PERMIT_HEADERS, rows }]),
  };
}

export function permitRow(subject: Subject, category: string, day: string, by: Chance): Row {
  const isRegistered = category === '登记管理';
  const until = addDays(addYears(day, 5), -1);
  return {
    单位名称: subject.name,
    统一社会信用代码: by.happens(35) ? '' : (subject.creditCode ?? ''),
    许可证编号: `${subject.creditCode}001${isRegistered ? 'X' : by.pick(['P', 'P', 'Q', 'R'])}`,
    行业类别代码: subject.industry ?? '',
    管理类别: by.happens(50) ? category : category.slice(0, 2),
    生产经营场所地址: subject.address,
    发证日期: { day },
    有效期: by
      .pick([`自${day}至${until}`, `${day.replaceAll('-', '.')}—${until.replaceAll('-', '.')}`])
      .replace('—', '——'),
    发证机关: isRegistered ? districtEnvironment(districtOf(subject.district)).name : cityEnvironment.name,
  };
}
