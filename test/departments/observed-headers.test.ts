import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { defineSheet, readRows, readSheet, text } from '../../platform/sheets/index.ts';
import type { Columns } from '../../platform/sheets/sheet.ts';
import { licenceSheetColumns } from '../../standards/administrative-licence/columns.ts';
import { penaltySheetColumns } from '../../standards/administrative-penalty/columns.ts';
import { collect, scratchFiles } from '../support/files.ts';

/** A header as a site published it, what its importer took it for, and in which sheet it stood. */
interface Observed {
  readonly header: string;
  readonly meaning: string;
  readonly sheet: string;
}

/** How one kind of sheet answers for the observed headers. */
interface Kind {
  readonly title: string;
  readonly columns: Columns;
  /** The headers of this kind; the list's third column says in which of a site's sheets a header stood. */
  readonly owns: (observed: Observed) => boolean;
  /** The list's word for a column → the field. */
  readonly fields: Readonly<Record<string, string>>;
  /** Headers that are not that field, and why; the field that they are, or none: then the cell is kept in `source` alone. */
  readonly exceptions: Readonly<Record<string, { readonly field?: string; readonly why: string }>>;
}

const KEPT = 'the standard has no such item';
const STAMP = 'the day of an upload, not of the decision';

const penalties: Kind = {
  title: 'a penalty',
  columns: penaltySheetColumns,
  owns: isOfPenalties,
  fields: {
    accused_name: 'counterpartName',
    case_cause: 'violationFacts',
    case_name: 'penaltyTitle',
    company_name: 'counterpartName',
    credit_code: 'creditCode',
    execute_authority: 'authorityName',
    frname: 'legalRepresentativeName',
    id_number: 'personIdNumber',
    name: 'counterpartName',
    organization_code: 'organizationCode',
    penalty_id: 'documentNumber',
    punish_basis: 'legalBasis',
    punish_category: 'penaltyTypes',
    punish_category_one: 'penaltyTypes',
    punish_code: 'documentNumber',
    punish_content: 'content',
    punish_date: 'decidedOn',
    punish_end_date: 'publicationEndsOn',
    punish_fact: 'violationFacts',
    punish_org: 'authorityName',
    punish_status: 'isWithdrawn',
    // The sites kept the case under this name, whatever their column was called.
    punish_type: 'violationFacts',
    public_date: 'decidedOn',
    regno: 'registrationNumber',
    tax_code: 'taxRegistrationNumber',
    title: 'penaltyTitle',
  },
  exceptions: {
    处罚类别1: {
      field: 'penaltyTypes',
      why: 'the standard of 2015 has two columns of types; the site took it for a title',
    },
    处罚截止期: { field: 'effectiveUntil', why: 'CF_JZQ of 2015 is the end of the penalty, not of its publication' },
    行政处罚种类: { field: 'penaltyTypes', why: 'it is the type, in the words of the Law on Administrative Penalty' },
    作出处罚的机关名称和日期: { why: 'two items in one cell: nobody can say where the name ends' },
    发布机构: { why: 'who publishes need not be who decided' },
    时间: { why: 'of what, it does not say' },
    编号: { why: 'may number the rows as well as the decisions' },
    数据更新录入日期: { why: STAMP },
    数据更新时间戳: { why: STAMP },
    '数据更新时间戳：': { why: STAMP },
    备注: { why: 'not public' },
    履行方式: { why: KEPT },
    被处罚个人姓名: { why: 'of a natural person' },
    行政处罚的履行方式: { why: KEPT },
    行政处罚的履行期限: { why: KEPT },
  },
};

const licences: Kind = {
  title: 'a licence',
  columns: licenceSheetColumns,
  owns: (one) => !isOfPenalties(one),
  fields: {
    approval_category: 'licenceCategory',
    case_name: 'projectName',
    company_name: 'counterpartName',
    company_name1: 'counterpartName',
    data_source: 'providerName',
    frname: 'legalRepresentativeName',
    id_number: 'personIdNumber',
    license_code: 'documentNumber',
    license_content: 'content',
    license_end_date: 'validTo',
    license_last_date: 'validity',
    license_org: 'authorityName',
    license_start_date: 'validFrom',
    license_status: 'status',
    organization_code: 'organizationCode',
    regno: 'registrationNumber',
    tax_code: 'taxRegistrationNumber',
  },
  exceptions: {
    法定代表人身份证号: { field: 'othersIdNumbers', why: 'of a person whom the licence is not about' },
    '许可决定日期：': { field: 'decidedOn', why: 'the day of the decision, of which the site had one day alone' },
    作出行政许可的日期: { field: 'decidedOn', why: 'the day of the decision, of which the site had one day alone' },
    有效期: { field: 'validity', why: 'it says both days' },
    许可证号: { field: 'certificateNumber', why: 'it numbers the certificate, not the decision' },
    地方编码: { why: 'a column of places that one site filled with days' },
    个人名称: { why: 'of a natural person' },
    姓名: { why: 'of a natural person' },
    发布时间: { why: STAMP },
    数据报送时间: { why: STAMP },
    数据时间更新戳: { why: STAMP },
    状态变更日期: { why: STAMP },
    分类: { why: KEPT },
    正文: { why: KEPT },
    注册地址: { why: KEPT },
    等级号证: { why: KEPT },
  },
};

/** The sites kept both in one sheet: the list's word, or the header itself, says which a column was of. */
function isOfPenalties({ header, meaning, sheet }: Observed): boolean {
  return sheet !== 'licence' || /^punish_|^perform_way$/u.test(meaning) || /^(?:行政处罚|被?处罚)/u.test(header);
}

/** A further kind is one more entry. */
const KINDS: readonly Kind[] = [penalties, licences];

const list = fileURLToPath(new URL('../data/sheets/observed-column-headers.csv', import.meta.url));
const observed = (await collect(readRows(list))).slice(1).map(
  ({ cells }): Observed => ({
    header: cells[0]?.text ?? '',
    meaning: cells[1]?.text ?? '',
    sheet: cells[2]?.text ?? '',
  }),
);
const write = scratchFiles();

describe('The headers that were seen in published sheets', () => {
  it('are all there, each with one kind that answers for it', () => {
    expect(observed).toHaveLength(159);
    expect(observed.filter((one) => KINDS.filter(({ owns }) => owns(one)).length !== 1)).toEqual([]);
  });

  describe.each(KINDS)('of $title', ({ columns, owns, fields, exceptions }) => {
    const owned = observed.filter(owns);

    it.each(owned)('$header is $meaning', async ({ header, meaning }) => {
      const exception = exceptions[header];
      const expected = exception === undefined ? fields[meaning] : exception.field;
      if (exception === undefined) expect(expected, `the list's word ${meaning} has a field`).toBeDefined();
      expect(await fieldOf(header, columns)).toBe(expected);
    });

    it('have no exception that is none', async () => {
      for (const [header, { field }] of Object.entries(exceptions)) {
        const meanings = owned.filter((one) => one.header === header).map(({ meaning }) => fields[meaning]);
        expect(meanings, header).not.toHaveLength(0);
        expect(
          meanings.every((meaning) => meaning === field && field !== undefined),
          header,
        ).toBe(false);
      }
    });
  });
});

/** The field that a real file's header is read as, beside a column that nothing else claims. */
async function fieldOf(header: string, columns: Columns): Promise<string | undefined> {
  const optional = Object.fromEntries(
    Object.entries(columns).map(([field, column]) => [field, { ...column, isRequired: false }]),
  );
  const sheet = defineSheet({
    columns: { ...optional, marker: text(['只为本测试的一列']), other: text(['只为本测试的二列']) },
  });
  const path = write('header.csv', `\uFEFF只为本测试的一列,"${header}",只为本测试的二列\r\n甲,乙,丙\r\n`);
  for await (const row of readSheet(path, sheet)) {
    if (row.outcome !== 'HEADER') continue;
    expect(row.presumed).toEqual({});
    return Object.entries(row.columns).find(([, title]) => title === header.trim())?.[0];
  }
  throw new Error('the file has no header');
}
