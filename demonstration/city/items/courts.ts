import { cityCourt } from '../../generator/authorities.ts';
import {
  ENFORCEMENT_HEADERS,
  enforcementRow,
  JUDGMENT_HEADERS,
  judgmentOf,
  RESTRICTION_HEADERS,
  restrictionRow,
} from '../../generator/court-cases.ts';
import { DEBTOR_HEADERS, debtorRow } from '../../generator/courts.ts';
import { addDays } from '../../generator/days.ts';
import { type CourtCase, courtCases } from '../facts.ts';
import { atOnce, type CityItem } from '../item.ts';
import type { CitySubject } from '../subject.ts';

const PROVIDER = cityCourt.name;

/** The cases of a subject as rows of the list of debtors, of which the courts' other files are made. */
function debtorsOf(subject: CitySubject, isAsked: (one: CourtCase) => boolean) {
  return courtCases(subject)
    .filter(isAsked)
    .map(({ number }) => ({ number, row: debtorRow(subject.registered, number, subject.by('debtor', number)) }));
}

const dishonestDebtors: CityItem = {
  item: 'courts.dishonest-debtor',
  title: '云泽市两级法院失信被执行人名单',
  headers: [...DEBTOR_HEADERS, '数据来源单位'],
  isList: true,
  batches: atOnce(0.1),
  rows: (subject) =>
    debtorsOf(subject, ({ isDishonest }) => isDishonest).map(({ row }) => ({ ...row, 数据来源单位: PROVIDER })),
  mistakes: {
    name: '被执行人姓名/名称',
    code: '身份证号码/组织机构代码',
    required: ['生效法律文书确定的义务', '履行情况'],
    date: '立案时间',
    word: '失信行为具体情形',
    own: [
      (row) => ({ ...row, 案号: '2025云执字1188' }),
      (row, by) => ({
        ...row,
        '被执行人姓名/名称': by.pick(['柏某某', '喻某']),
        被执行人类型: '0',
        '身份证号码/组织机构代码': '9901021981****0019',
      }),
    ],
  },
};

const restrictions: CityItem = {
  item: 'courts.consumption-restriction',
  title: '云泽市两级法院限制消费名单',
  headers: [...RESTRICTION_HEADERS, '数据来源单位'],
  isList: true,
  batches: atOnce(0.1),
  rows: (subject) =>
    debtorsOf(subject, ({ isRestricted }) => isRestricted).map(({ row, number }) => ({
      ...restrictionRow(row, subject.by('restriction', number)),
      数据来源单位: PROVIDER,
    })),
  mistakes: {
    name: '被执行人姓名/名称',
    code: '统一社会信用代码',
    required: ['案号'],
    date: '限制消费令日期',
    own: [
      (row) => ({ ...row, 限制消费人员姓名: '严芷宁' }),
      (row) => ({ ...row, 限制消费内容: '旅游、度假;不得对外投资' }),
    ],
  },
};

const enforcement: CityItem = {
  item: 'courts.enforcement-case',
  title: '云泽市两级法院被执行案件信息',
  headers: ENFORCEMENT_HEADERS,
  batches: atOnce(0.15),
  rows: (subject) =>
    debtorsOf(subject, () => true).map(({ row, number }) => {
      const {
        '被执行人姓名/名称': name = '',
        统一社会信用代码: code = '',
        ...cells
      } = enforcementRow(row, subject.by('target', number));
      return { 被执行人名称: name, '统一社会信用代码/组织机构代码': code, ...cells };
    }),
  mistakes: {
    name: '被执行人名称',
    code: '统一社会信用代码/组织机构代码',
    required: ['立案日期', '案号'],
    date: '立案日期',
    amount: { header: '执行标的(元)', unit: '元' },
    own: [
      (row) => ({ ...row, '执行标的(元)': '86', '未履行金额(元)': '860000' }),
      (row) => ({ ...row, 结案日期: '2015-08-01' }),
    ],
  },
};

const judgments: CityItem = {
  item: 'courts.judgment',
  title: '云泽市两级法院涉企生效裁判文书信息',
  headers: JUDGMENT_HEADERS,
  batches: atOnce(0.15),
  rows: (subject) =>
    debtorsOf(subject, () => true).map(({ row, number }) => judgmentOf(row, subject.by('judgment', number))),
  mistakes: {
    name: '主体名称',
    code: '统一社会信用代码',
    required: ['生效日期', '诉讼地位'],
    date: '裁判日期',
    word: '文书类型',
    own: [
      // Who sued does not belong here.
      (row) => ({ ...row, 诉讼地位: '原告' }),
      (row) => ({ ...row, 诉讼地位: '上诉人', 审级: '二审' }),
      (row) => ({ ...row, 生效日期: addDays('2015-01-01', 30) }),
    ],
  },
};

export const courtItems: readonly CityItem[] = [dishonestDebtors, restrictions, enforcement, judgments];
