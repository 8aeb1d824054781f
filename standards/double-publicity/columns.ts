import { counterpartOrPersonColumns } from '../../platform/import/counterpart-or-person.ts';
import { type Column, coded, OCCASIONAL, telling, text, wordIn, wordsOf } from '../../platform/sheets/index.ts';
import { type AccessLevel, isPublicityAttribute, PUBLICITY_ATTRIBUTES } from '../../platform/viewer/viewer.ts';
import { codeTable } from '../../schema/codes/city.ts';
import { withoutIdNumbers } from '../../schema/identifiers/redact.ts';

const YES_OR_NO: ReadonlyMap<string, boolean> = new Map([
  ['是', true],
  ['公示', true],
  ['公开', true],
  ['1', true],
  ['否', false],
  ['不公示', false],
  ['不公开', false],
  ['0', false],
]);

/** Whom a decision is about, as sheets of double publicity (双公示) name it: the standard's columns, and headers of published files. */
export const doublePublicityCounterpart = {
  ...counterpartOrPersonColumns,
  counterpartName: alsoNamed(counterpartOrPersonColumns.counterpartName, [
    '行政相对人名',
    '被处罚单位名称',
    '被处罚人姓名或名称',
    '被处罚单位(被处罚人)',
    '被处罚人',
    '违法企业名称或违法自然人姓名',
  ]),
  creditCode: alsoNamed(counterpartOrPersonColumns.creditCode, [
    '统一社会信用代',
    '公司统一社会信用代码',
    '统一社会信用代码(纳税人识别号)',
    '社会信用代码(纳税人识别号)',
    '纳税人识别号(或统一社会信用代码)',
    '纳税人识别号(统一社会信用代码)',
    '纳税人识别号(统一社会信息代码)',
    '行政相对人统一社会信用代码(纳税人识别号)',
    '统一社会信用代码(居民身份证)',
  ]),
  // The standard of 2015 counted the numbers in another order: the words in the brackets say which one it is.
  registrationNumber: alsoNamed(counterpartOrPersonColumns.registrationNumber, [
    '行政相对人代码_3(工商登记码)',
    '行政相对人代码_2(工商登记码)',
  ]),
  organizationCode: alsoNamed(counterpartOrPersonColumns.organizationCode, [
    '行政相对人代码_2',
    '行政相对人代码_2(组织机构代码)',
    '行政相对人代码_2(组织机构信用代码)',
  ]),
  taxRegistrationNumber: alsoNamed(counterpartOrPersonColumns.taxRegistrationNumber, [
    '行政相对人代码_3(纳税人识别号)',
    '行政相对人代码_3(税务登记号)',
    '税务登记证号',
    '统一社会信用代码(纳税人识别码)',
  ]),
  personIdNumber: alsoNamed(counterpartOrPersonColumns.personIdNumber, [
    '(居民身份证)',
    '行政相对人代码_4',
    '行政相对人代码_4(居民身份证号)',
    '行政相对人代码_5(居民身份证号)',
  ]),
};

/** The legal representative or person in charge; `codes` are the column's codes in the data standard. */
export function legalRepresentativeColumn(codes: readonly string[]) {
  return text(
    [
      '法定代表人',
      '法定代表人姓名',
      '法定代表人(负责人)',
      '法定代表人或负责人姓名',
      '法定代表人或主要负责人姓名',
      '法定代表人(负责人)姓名',
      '法人代表人',
      '主要负责人',
      '主要负责人姓名',
      '负责人',
      ...codes,
    ],
    { maxLength: 50 },
  );
}

/** Local extensions that say whether the row may be shown at all. */
export const doublePublicityScope = {
  publicity: coded<AccessLevel, { readonly otherwise: AccessLevel }>(
    ['信息使用范围', '使用范围', '公开属性', 'CF_SYFW'],
    telling(
      (word) => PUBLICITY_ATTRIBUTES.find((level) => level === codeTable('publicity-attributes').byLabel(word)?.code),
      wordsOf('publicity-attributes', isPublicityAttribute),
    ),
    { otherwise: 'CONFIDENTIAL' },
  ),
  isPublished: coded(['是否公示', '是否予以公示', '是否公开'], wordIn(YES_OR_NO)),
  withheldReason: text(['不予公示原因', '不公示原因', '不予公示理由', '不予公开原因'], {
    maxLength: 512,
    describes: OCCASIONAL,
  }),
};

/** What the source itself says against showing the row. */
export function withheldByItsSource(values: {
  readonly isWithdrawn: boolean | null;
  readonly withheldReason: string | null;
  readonly isPublished: boolean | null;
}): string | null {
  if (values.isWithdrawn === true) return 'WITHDRAWN';
  if (values.withheldReason !== null) return withoutIdNumbers(values.withheldReason);
  return values.isPublished === false ? 'NOT_FOR_PUBLICATION' : null;
}

/** A column that goes by further headers. */
export function alsoNamed<Value>(column: Column<Value>, aliases: readonly string[]): Column<Value> {
  return { ...column, aliases: [...column.aliases, ...aliases] };
}
