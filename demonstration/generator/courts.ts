import { indebtedPerson } from '../person.ts';
import { dishonestDebtor } from '../story.ts';
import { districtCourt, districtOf, districts } from './authorities.ts';
import { addDays, addYears, referenceDay } from './days.ts';
import { type Chance, chance } from './random.ts';
import { type Row, type SubmittedFile, xlsx } from './sheet.ts';
import { type Subject, told, traders } from './subjects.ts';

export const DEBTOR_HEADERS = [
  '序号',
  '被执行人姓名/名称',
  '被执行人类型',
  '身份证号码/组织机构代码',
  '法定代表人或负责人姓名',
  '执行法院',
  '省份',
  '案号',
  '立案时间',
  '发布时间',
  '执行依据文号',
  '做出执行依据单位',
  '生效法律文书确定的义务',
  '履行情况',
  '已履行部分',
  '未履行部分',
  '失信行为具体情形',
  '有效期止',
  '移出日期',
] as const;

const REFUSES = '有履行能力而拒不履行生效法律文书确定义务';
const BEHAVIOURS = [
  REFUSES,
  REFUSES,
  '违反财产报告制度',
  '违反限制消费令',
  `${REFUSES},违反财产报告制度`,
  '无正当理由拒不履行执行和解协议',
] as const;

/** The courts' list: organisation codes and credit codes in one column, persons among the companies, real date cells. */
export function dishonestDebtorFile(): SubmittedFile {
  const good = dishonestDebtors();
  const first = (index: number): Row => good[index] ?? {};
  const person = { 被执行人类型: '0', 法定代表人或负责人姓名: '', 移出日期: '' };
  const rows: Row[] = [
    ...good.slice(0, 9),
    {
      ...first(9),
      ...person,
      '被执行人姓名/名称': '柏某某',
      '身份证号码/组织机构代码': '9901021981****0019',
      案号: caseNumber('990102', 2025, 3307),
    },
    ...good.slice(9, 20),
    {
      ...first(20),
      ...person,
      '被执行人姓名/名称': '喻某',
      '身份证号码/组织机构代码': '9901031976****0028',
      案号: caseNumber('990103', 2025, 3311),
    },
    ...good.slice(20),
    first(5),
    { ...first(11), 案号: '2025云执字1188' },
    { ...first(12), 案号: caseNumber('990104', 2025, 3319), 失信行为具体情形: '态度恶劣' },
    { ...first(13), 案号: caseNumber('990105', 2025, 3323), 生效法律文书确定的义务: '' },
    {
      ...first(14),
      ...person,
      '被执行人姓名/名称': indebtedPerson.name,
      '身份证号码/组织机构代码': indebtedPerson.idNumber,
      案号: caseNumber('990102', 2026, 4101),
    },
  ];
  const above = ['云泽市两级法院失信被执行人名单', '本表由执行局汇总,履行完毕后三个工作日内删除'];
  return {
    item: 'courts.dishonest-debtor',
    name: '08-courts-dishonest-debtor.xlsx',
    bytes: xlsx([
      {
        sheet: '失信被执行人',
        above,
        headers: DEBTOR_HEADERS,
        rows: rows.map((row, index) => ({ ...row, 序号: index + 1 })),
      },
    ]),
  };
}

/** The debtors without the clerks' mistakes, the one with a story first; the courts' other files tell of the same cases. */
export function dishonestDebtors(): readonly Row[] {
  const by = chance(20_170_007);
  return [storyRow(), ...by.sample(traders, 34).map((subject, index) => debtorRow(subject, 2100 + index * 7, by))];
}

function storyRow(): Row {
  const subject = told(dishonestDebtor);
  return {
    '被执行人姓名/名称': subject.name,
    被执行人类型: '1',
    '身份证号码/组织机构代码': subject.creditCode ?? '',
    法定代表人或负责人姓名: subject.person,
    执行法院: districtCourt(districtOf('990103')).name,
    省份: '泽州',
    案号: caseNumber('990103', 2025, 1874),
    立案时间: { day: '2025-08-26' },
    发布时间: { day: '2025-10-15' },
    执行依据文号: '（2025）泽0103民初412号',
    做出执行依据单位: districtCourt(districtOf('990103')).name,
    生效法律文书确定的义务: '被告于判决生效之日起十日内支付原告工程款2,860,000元及逾期利息。',
    履行情况: '全部未履行',
    已履行部分: '',
    未履行部分: '2860000元及利息',
    失信行为具体情形: `${REFUSES};违反财产报告制度`,
    有效期止: '',
    移出日期: '',
  };
}

export function debtorRow(subject: Subject, number: number, by: Chance): Row {
  const district = by.happens(70) ? districtOf(subject.district) : by.pick(districts);
  const court = districtCourt(district);
  const filedOn = addDays(referenceDay, -by.between(60, 1000));
  const publishedOn = addDays(filedOn, by.between(20, 50));
  const year = Number(filedOn.slice(0, 4));
  const owed = by.between(12, 900) * 1000;
  const performance = by.pick(['全部未履行', '全部未履行', '全部未履行', '部分未履行']);
  const performed = performance === '部分未履行' ? Math.round(owed / 5) : 0;
  const isRemoved = by.happens(12);
  const code = subject.creditCode ?? '';
  return {
    '被执行人姓名/名称': subject.name,
    被执行人类型: '1',
    '身份证号码/组织机构代码': by.happens(40) ? `${code.slice(8, 16)}-${code.charAt(16)}` : code,
    法定代表人或负责人姓名: subject.person,
    执行法院: court.name,
    省份: '泽州',
    案号: caseNumber(district.code, year, number),
    立案时间: { day: filedOn },
    发布时间: { day: publishedOn },
    执行依据文号: `（${year}）泽${court.number}民初${by.between(100, 2000)}号`,
    做出执行依据单位: court.name,
    生效法律文书确定的义务: `被执行人应向申请执行人支付货款${owed}元及相应利息,并承担案件受理费。`,
    履行情况: performance,
    已履行部分: performed > 0 ? `${performed}元` : '',
    未履行部分: `${owed - performed}元`,
    失信行为具体情形: by.pick(BEHAVIOURS),
    有效期止: by.happens(50) ? { day: addYears(publishedOn, 2) } : '',
    移出日期: isRemoved && publishedOn < '2026-08-01' ? { day: addDays(publishedOn, 75) } : '',
  };
}

/** （2025）泽0103执1874号: half the clerks type half-width brackets. */
export function caseNumber(court: string, year: number, number: number): string {
  const words = `${year})泽${court.slice(2)}执${number}号`;
  return number % 2 === 0 ? `（${words.replace(')', '）')}` : `(${words}`;
}
