import { authorityColumns, authorityOf, providerOf } from '../../platform/import/authority.ts';
import { counterpartColumns, counterpartOf } from '../../platform/import/counterpart.ts';
import { counterpartOrPersonColumns } from '../../platform/import/counterpart-or-person.ts';
import { recordSheet, rejected } from '../../platform/import/draft.ts';
import { gradeSchemes } from '../../platform/records/grades.ts';
import {
  coded,
  date,
  defineSheet,
  integer,
  labelIn,
  money,
  score,
  text,
  wordIn,
  wordsOf,
} from '../../platform/sheets/index.ts';
import { codesBeside } from '../../schema/codes/city.ts';
import { licenceSheet as standardLicenceSheet } from '../../standards/administrative-licence/sheets.ts';
import { penaltySheet as standardPenaltySheet } from '../../standards/administrative-penalty/sheets.ts';

const REASSESSMENT: ReadonlyMap<string, boolean> = new Map([
  ['年度评价', false],
  ['首次评价', false],
  ['否', false],
  ['补评', true],
  ['复评', true],
  ['补评或复评', true],
  ['是', true],
]);

const schemeTable = codesBeside(new URL('./', import.meta.url), 'tax-grade-schemes');
export const schemes = gradeSchemes(schemeTable);

/** 纳税信用评价: a row is a taxpayer's grade for one calendar year (columns as cities' exports have them). */
export const creditRatingSheet = recordSheet({
  type: 'TaxCreditRating',
  title: '纳税信用评价',
  sheet: defineSheet({
    columns: {
      ...counterpartColumns,
      ...authorityColumns(['评价单位', '评定机关', '评定单位']),
      year: integer(['评价年度', '评定年度', '年度'], { isRequired: true, min: 2014, max: 2100 }),
      grade: text(['信用等级', '评价等级', '纳税信用等级', '信用级别', '评价结果'], {
        isRequired: true,
        maxLength: 16,
        describes: { kind: 'CODE', words: wordsOf(schemeTable) },
      }),
      decidedOn: date(['评定时间', '评价时间', '评定日期', '评价日期']),
      effectiveFrom: date(['评价结果有效期始', '有效期起', '有效期自']),
      effectiveUntil: date(['评价结果有效期止', '有效期止', '有效期至'], { openEnded: true }),
      reassessment: coded(['评价类型', '补评复评标志', '是否补评或复评'], wordIn(REASSESSMENT)),
      taxOffice: text(['主管税务机关', '主管税务机关名称'], {
        maxLength: 200,
        describes: { example: '云泽市税务局第一税务所' },
      }),
      score: score(['信用分', '评价分值', '得分'], { max: 100 }),
    },
  }),
  draft(values) {
    const counterpart = counterpartOf(values);
    if ('rejected' in counterpart) return counterpart;
    const yearEnd = `${values.year}-12-31`;
    const grade = schemes.find(values.grade, values.decidedOn ?? yearEnd);
    if (!grade) return rejected('UNKNOWN_GRADE', `信用等级应为 A、B、M、C、D 之一,收到“${values.grade}”。`, '信用等级');
    const authority = authorityOf(values);
    if ('rejected' in authority) return authority;
    return {
      counterpart,
      keyedBy: 'SUBJECT',
      naturalKey: [values.year],
      authority,
      provider: providerOf(values, authority),
      documentNumber: null,
      decidedOn: values.decidedOn,
      effectiveUntil: values.effectiveUntil,
      publishedOn: null,
      publicationEndsOn: null,
      accessLevel: grade.level,
      withheldReason: null,
      sortedOn: yearEnd,
      own: {
        year: values.year,
        grade: grade.code,
        gradeScheme: grade.scheme.code,
        effectiveFrom: values.effectiveFrom,
        isReassessment: values.reassessment ?? false,
        taxOffice: values.taxOffice,
        score: values.score,
      },
    };
  },
});

/** 欠税公告: a row is what a taxpayer owes of one tax at the time of one notice (欠税公告办法 art. 4 to 6). */
export const arrearsSheet = recordSheet({
  type: 'TaxArrears',
  title: '欠税公告',
  sheet: defineSheet({
    columns: {
      ...counterpartOrPersonColumns,
      ...authorityColumns(['公告机关', '发布部门', '公告税务机关']),
      legalRepresentativeName: text(['法定代表人或负责人姓名', '法定代表人', '负责人姓名', '法定代表人姓名'], {
        maxLength: 50,
      }),
      businessAddress: text(['经营地点', '生产经营地址', '经营地址'], { maxLength: 200 }),
      documentNumber: text(['公告文号', '文号'], { maxLength: 128 }),
      decidedOn: date(['公告日期', '发布日期', '公告时间'], { isRequired: true }),
      taxType: coded(['欠税税种', '税种'], labelIn('tax-types'), { isRequired: true }),
      balance: money(['欠税余额', '欠税余额(元)', '欠税金额', '欠税总额'], { isRequired: true, unit: 'YUAN' }),
      newlyArisen: money(['当期新发生的欠税金额', '当期新发生欠税金额', '本期新增欠税', '其中:当期新欠'], {
        unit: 'YUAN',
      }),
    },
  }),
  draft(values) {
    const counterpart = counterpartOf(values);
    if ('rejected' in counterpart) return counterpart;
    const authority = authorityOf(values);
    if ('rejected' in authority) return authority;
    if (values.newlyArisen !== null && Number(values.newlyArisen) > Number(values.balance)) {
      const message = `当期新发生的欠税（折合 ${values.newlyArisen} 元）大于欠税余额（折合 ${values.balance} 元），前者应是后者的一部分。`;
      return rejected('PART_ABOVE_WHOLE', message, 'newlyArisen');
    }
    return {
      counterpart,
      keyedBy: 'SUBJECT',
      naturalKey: [values.decidedOn, values.taxType],
      authority,
      provider: providerOf(values, authority),
      documentNumber: values.documentNumber,
      decidedOn: values.decidedOn,
      effectiveUntil: null,
      publishedOn: values.decidedOn,
      publicationEndsOn: null,
      accessLevel: 'PUBLIC',
      withheldReason: null,
      sortedOn: values.decidedOn,
      own: {
        taxpayerKind: values.counterpartCategory,
        legalRepresentativeName: values.legalRepresentativeName,
        businessAddress: values.businessAddress,
        taxType: values.taxType,
        balance: values.balance,
        balanceCurrency: 'CNY',
        newlyArisen: values.newlyArisen,
        newlyArisenCurrency: values.newlyArisen === null ? null : 'CNY',
      },
    };
  },
});

export const licenceSheet = standardLicenceSheet();
export const penaltySheet = standardPenaltySheet();
