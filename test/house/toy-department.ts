/** A sixth department for a scratch copy of the project: the water office (水务局), which publishes unpaid water bills. */
export const toyDepartment: Readonly<Record<string, string>> = {
  'subgraphs/water/schema.graphql': `
"""
信用主体。
The credit subject.
"""
type Subject @key(fields: "id") {
  """
  主体标识。
  The subject's id.
  """
  id: ID! @access(level: "PUBLIC")
  """
  水务部门掌握的信用记录;空且有错误为未应答。
  What the water department holds; null with an error means that it did not answer.
  """
  water: WaterSlice @access(level: "PUBLIC")
}

"""
水务部门的信用记录。
Credit records of the water department.
"""
type WaterSlice {
  "欠缴水费,最新在前。 Unpaid water bills, newest first."
  unpaidBills: UnpaidWaterBillConnection! @access(level: "PUBLIC")
}

"""
欠缴水费:逾期未缴的水费账单。
An unpaid water bill.
"""
type UnpaidWaterBill implements CreditRecord
  @record(
    item: "water.unpaid-bill"
    title: "欠缴水费"
    class: OPERATION
    basis: ["《城市供水条例》第二十四条"]
    updated: "MONTHLY"
  )
{
  "欠缴金额(元)。 What is owed, in yuan."
  owed: Money! @access(level: "PUBLIC")
  "水表编号;不公开。 The meter's number; not public."
  meterNumber: String @access(level: "CONFIDENTIAL")
}
`,
  'subgraphs/water/tables.ts': `
import { numeric, pgSchema, text } from 'drizzle-orm/pg-core';
import { houseTables } from '../../platform/import/tables.ts';
import { recordTable } from '../../platform/records/columns.ts';

export const water = pgSchema('water');

export const unpaidBills = recordTable(water, 'unpaid_bills', {
  owed: numeric({ precision: 20, scale: 2 }).notNull(),
  owedCurrency: text().notNull(),
  meterNumber: text(),
});

export const { feed, imports, followers } = houseTables(water);
`,
  'subgraphs/water/sheets.ts': `
import { authorityColumns, authorityOf, providerOf } from '../../platform/import/authority.ts';
import { counterpartColumns, counterpartOf } from '../../platform/import/counterpart.ts';
import { recordSheet } from '../../platform/import/draft.ts';
import { date, defineSheet, money, text } from '../../platform/sheets/index.ts';

export const unpaidBillSheet = recordSheet({
  type: 'UnpaidWaterBill',
  title: '欠缴水费',
  sheet: defineSheet({
    columns: {
      ...counterpartColumns,
      ...authorityColumns(['供水单位']),
      decidedOn: date(['账单日期'], { isRequired: true }),
      owed: money(['欠缴金额'], { isRequired: true, unit: 'YUAN' }),
      meterNumber: text(['水表编号'], { maxLength: 32 }),
    },
  }),
  draft(values) {
    const counterpart = counterpartOf(values);
    if ('rejected' in counterpart) return counterpart;
    const authority = authorityOf(values);
    if ('rejected' in authority) return authority;
    return {
      counterpart,
      keyedBy: 'SUBJECT',
      naturalKey: [values.decidedOn],
      authority,
      provider: providerOf(values, authority),
      documentNumber: null,
      decidedOn: values.decidedOn,
      effectiveUntil: null,
      publishedOn: values.decidedOn,
      publicationEndsOn: null,
      accessLevel: 'PUBLIC',
      withheldReason: null,
      sortedOn: values.decidedOn,
      own: { owed: values.owed, owedCurrency: 'CNY', meterNumber: values.meterNumber },
    };
  },
});
`,
  'subgraphs/water/index.ts': `
import type { DepartmentCard } from '../../platform/subgraph/card.ts';
import { unpaidBillSheet } from './sheets.ts';
import { unpaidBills } from './tables.ts';

export const water: DepartmentCard = {
  name: 'water',
  title: '水务部门',
  folder: new URL('./', import.meta.url),
  records: { UnpaidWaterBill: { table: unpaidBills, facets: { amount: 'owed' } } },
  sheets: { 'water.unpaid-bill': unpaidBillSheet },
};
`,
  'test/departments/water.test.ts': `
import { expect, it } from 'vitest';
import { testCity } from '../support/city.ts';
import { madeUpCode } from './submitted.ts';

const city = await testCity();
const CODE = madeUpCode('MA0W1AAA');

it('The water department serves what was imported into it, beside the other departments', async () => {
  await city.take('credit.subject', \`机构名称,统一社会信用代码\\n云泽用水有限公司,\${CODE}\\n\`);
  const report = await city.take(
    'water.unpaid-bill',
    \`单位名称,统一社会信用代码,供水单位,账单日期,欠缴金额,水表编号\\n云泽用水有限公司,\${CODE},云泽市供水公司,2026-10-31,1234.5,W-7\\n\`,
  );
  expect(report).toMatchObject({ added: 1, rejected: 0 });
  const { data, errors } = await city.ask(
    'query Q($code: String!) { subject(identifier: $code) { name water { unpaidBills { totalCount nodes { owed { amount } item { title } } } } tax { arrears { totalCount } } } }',
    { code: CODE },
  );
  expect(errors).toEqual([]);
  expect(data.subject).toEqual({
    name: '云泽用水有限公司',
    water: { unpaidBills: { totalCount: 1, nodes: [{ owed: { amount: '1234.50' }, item: { title: '欠缴水费' } }] } },
    tax: { arrears: { totalCount: 0 } },
  });
  const hidden = await city.ask('query Q($code: String!) { subject(identifier: $code) { water { unpaidBills { nodes { meterNumber } } } } }', { code: CODE });
  expect(hidden.errors.map(({ extensions }) => extensions.code)).toEqual(['GRAPHQL_VALIDATION_FAILED']);
});
`,
};

/** The one line that names it: an import and its place in the list. */
export function withToyDepartment(index: string): string {
  return index
    .replace('import { tax }', "import { water } from './water/index.ts';\nimport { tax }")
    .replace(/(departments: readonly DepartmentCard\[\] = \[[^\]]*)\]/u, '$1, water]');
}
