import { authorityColumns, authorityOf, providerOf } from '../../platform/import/authority.ts';
import { counterpartColumns, counterpartOf } from '../../platform/import/counterpart.ts';
import { recordSheet, rejected } from '../../platform/import/draft.ts';
import { gradeSchemes } from '../../platform/records/grades.ts';
import {
  coded,
  date,
  defineSheet,
  integer,
  OCCASIONAL,
  score,
  telling,
  text,
  wordsOf,
} from '../../platform/sheets/index.ts';
import { codesBeside, codeTable } from '../../schema/codes/city.ts';
import { licenceSheet as standardLicenceSheet } from '../../standards/administrative-licence/sheets.ts';
import { penaltySheet as standardPenaltySheet } from '../../standards/administrative-penalty/sheets.ts';

const schemeTable = codesBeside(new URL('./', import.meta.url), 'environment-grade-schemes');
export const schemes = gradeSchemes(schemeTable);

/** 企业环境信用评价: a row is an enterprise's grade for one year (columns as cities' exports have them). */
export const creditRatingSheet = recordSheet({
  type: 'EnvironmentalCreditRating',
  title: '企业环境信用评价',
  sheet: defineSheet({
    columns: {
      ...counterpartColumns,
      ...authorityColumns(['评价机构', '评价单位', '评定机关', '评定单位']),
      year: integer(['评价年度', '评定年度', '年度'], { min: 2005, max: 2100 }),
      grade: text(['评价等级', '信用等级', '环境信用等级', '环保信用等级', '评价结果'], {
        isRequired: true,
        maxLength: 32,
        describes: { kind: 'CODE', words: wordsOf(schemeTable) },
      }),
      score: score(['评价分值', '评价得分', '得分', '信用分'], { max: 1000 }),
      ratingName: text(['评价名称', '评价项目名称'], {
        maxLength: 200,
        describes: { example: '2025年度企业环境信用评价' },
      }),
      batch: text(['评价批次', '批次'], { maxLength: 100, describes: OCCASIONAL }),
      decidedOn: date(['评价时间', '评价日期', '评定时间', '评定日期', '认定日期']),
      publishedOn: date(['发布时间', '发布日期', '公布日期']),
      publicationEndsOn: date(['公示截止期', '公示截止日期'], { openEnded: true }),
      effectiveUntil: date(['有效期限', '有效期', '有效期至', '有效期止', '有效截止日期'], { openEnded: true }),
      district: coded(['地区名称', '所属地区', '行政区划', '所在区县'], telling(regionOf, wordsOf('regions')), {
        otherwise: null,
        describes: { example: '临江区' },
      }),
    },
  }),
  draft(values) {
    const counterpart = counterpartOf(values);
    if ('rejected' in counterpart) return counterpart;
    const year = values.year ?? yearIn(values.ratingName) ?? yearIn(values.batch);
    if (year === undefined) return rejected('NO_YEAR', '缺少评价年度，评价名称和评价批次中也没有年份。', 'year');
    const yearEnd = `${year}-12-31`;
    const grade = schemes.find(values.grade, values.decidedOn ?? yearEnd);
    if (!grade) return rejected('UNKNOWN_GRADE', `“${values.grade}”不是当时评级方案中的等级。`, 'grade');
    const authority = authorityOf(values);
    if ('rejected' in authority) return authority;
    return {
      counterpart,
      keyedBy: 'SUBJECT',
      // A province's and a city's evaluation of one year are two records when their schemes differ.
      naturalKey: [year, grade.scheme.code],
      authority,
      provider: providerOf(values, authority),
      documentNumber: null,
      decidedOn: values.decidedOn,
      effectiveUntil: values.effectiveUntil,
      publishedOn: values.publishedOn,
      publicationEndsOn: values.publicationEndsOn,
      accessLevel: grade.level,
      withheldReason: null,
      sortedOn: yearEnd,
      own: {
        year,
        grade: grade.code,
        gradeScheme: grade.scheme.code,
        ratingName: values.ratingName,
        batch: values.batch,
        district: values.district,
        score: values.score,
      },
    };
  },
});

/** Exports without a column of years name it in words: 2025年度企业环境信用评价, 2025年第一批. Two years tell nothing. */
function yearIn(words: string | null): number | undefined {
  const years = new Set(words?.normalize('NFKC').match(/(?<!\d)20\d\d(?!\d)/gu));
  const [year] = years;
  return years.size === 1 ? Number(year) : undefined;
}

function regionOf(word: string): string | null | undefined {
  return (codeTable('regions').get(word) ?? codeTable('regions').byLabel(word))?.code;
}

export const penaltySheet = standardPenaltySheet();

export const licenceSheet = standardLicenceSheet();
