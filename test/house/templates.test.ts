import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { cleanCompany } from '../../demonstration/story.ts';
import { csvText } from '../../platform/catalogue/csv-text.ts';
import { exampleOf, exampleRow } from '../../platform/catalogue/example-row.ts';
import { filedItems } from '../../platform/catalogue/filed-items.ts';
import { fewWords } from '../../platform/catalogue/filling.ts';
import { overviewLines, overviewOf, tablesOf } from '../../platform/catalogue/overview.ts';
import { rowSchema } from '../../platform/catalogue/row-schema.ts';
import { importableItems } from '../../platform/installation/take-file.ts';
import { normaliseHeader } from '../../platform/sheets/header.ts';
import { codeTable } from '../../schema/codes/city.ts';
import { departments } from '../../subgraphs/index.ts';

// Templates and schemas are made of the columns; here each is held against reading itself.

const items = filedItems(departments);
const columns = items.flatMap((item) =>
  item.columns.map((filed) => ({ at: `${item.code}: ${filed.name}`, item, filed })),
);
const sheets = departments.flatMap((card) => [
  ...Object.entries(card.sheets).map(([code, sheet]) => ({ code, sheet })),
  ...Object.entries(card.intakes ?? {}).map(([code, { sheet }]) => ({ code, sheet })),
]);

/** A validator of its own for each schema, as a department's system would have it. */
function validator(code: string) {
  return new Ajv2020({ strict: false, allErrors: true, formats: { date: true } }).compile(schemaOf(code));
}

function schemaOf(code: string) {
  const item = items.find((one) => one.code === code);
  if (!item) throw new Error(`no item ${code}`);
  return rowSchema(item) as {
    readonly properties: Record<string, Record<string, unknown>>;
    readonly required: readonly string[];
    readonly examples: readonly Record<string, unknown>[];
  };
}

function read(text: string, { column, header }: (typeof columns)[number]['filed']) {
  return column.read({ text }, normaliseHeader(header));
}

describe('Templates and row schemas', () => {
  it('are there for every item that a file can be imported for, and for nothing else', () => {
    const importable = importableItems({ cards: departments }).map(({ item }) => item);
    expect(items.map(({ code }) => code).sort()).toEqual([...importable].sort());
    expect(items.length).toBeGreaterThan(25);
  });

  it('begin as spreadsheets need it: mark of UTF-8, lines ended by CR and LF, cells with commas in quotes', () => {
    expect(csvText([['甲,乙', '“丙”'], ['"']])).toBe('\uFEFF"甲,乙",“丙”\r\n""""\r\n');
  });

  it.each(sheets)('of $code know every column but those of persons that are never read', ({ code, sheet }) => {
    const told = items.find((one) => one.code === code)?.columns.map(({ name }) => name);
    const kept = Object.entries(sheet.columns).filter(([, column]) => column.keeping !== 'NEVER');
    expect(told).toEqual(kept.map(([name]) => name));
    const never = Object.values(sheet.columns).flatMap((column) => (column.keeping === 'NEVER' ? column.aliases : []));
    const { properties } = schemaOf(code);
    const all = Object.entries(properties).flatMap(([header, one]) => [header, ...(one['x-aliases'] as string[])]);
    expect(never.filter((alias) => all.includes(alias))).toEqual([]);
    expect(never.length).toBeGreaterThan(5);
    const takesPersons = codeTable('person-items').get(code) !== undefined;
    // The number of a legal representative is read where a hash of it is kept to verify who decides for the company, and nowhere else.
    const isCompared = code === 'market.registration';
    expect(all.some((alias) => /身份证号$|证件号码/u.test(alias))).toBe(takesPersons || isCompared);
    expect(all.some((alias) => /法定代表人(?:身份证|证件)/u.test(alias))).toBe(isCompared);
  });

  it('tell of every coded column its words', () => {
    const silent = columns.filter(
      ({ filed }) => filed.column.describes.kind.startsWith('CODE') && !filed.column.describes.words,
    );
    expect(silent.map(({ at }) => at)).toEqual([]);
  });

  it('have an example for every column that must be filled in or that wants a form', () => {
    const without = columns.filter(({ filed }) => {
      const { kind, pattern } = filed.column.describes;
      const wantsForm = kind !== 'TEXT' || pattern !== undefined;
      return (filed.column.isRequired || wantsForm) && exampleOf(filed) === undefined;
    });
    expect(without.map(({ at }) => at)).toEqual([]);
  });

  it('tell the invented company of the story as whom a row is about', () => {
    for (const item of items) {
      const row = exampleRow(item);
      expect(Object.values(row)).toContain(cleanCompany.name);
      expect(Object.values(row)).toContain(cleanCompany.creditCode);
    }
  });
});

describe('What a column tells', () => {
  it.each(columns)('is read without a word of complaint: the example of $at', ({ filed }) => {
    const example = exampleOf(filed);
    if (example === undefined) return;
    expect(read(example, filed)).toMatchObject({ value: expect.anything() });
    expect(read(example, filed)).not.toMatchObject({ flags: expect.arrayContaining([expect.any(String)]) });
  });

  const coded = columns.filter(({ filed }) => fewWords(filed) !== undefined);
  it.each(coded)('is known by every word: $at', ({ filed }) => {
    const wrong = (fewWords(filed)?.terms ?? []).filter(({ label }) => {
      const found = read(label, filed);
      return !('value' in found) || (found.flags ?? []).length > 0;
    });
    expect(wrong).toEqual([]);
  });

  const limited = columns.filter(({ filed: { column } }) => {
    return column.describes.kind === 'TEXT' && column.describes.maxLength !== undefined;
  });
  it.each(limited)('is its length: $at', ({ filed }) => {
    const longest = '字'.repeat(filed.column.describes.maxLength ?? 0);
    expect(read(longest, filed)).toEqual({ value: longest });
    expect(read(`${longest}字`, filed)).toMatchObject({ code: 'TEXT_TOO_LONG' });
  });

  const counted = columns.filter(({ filed }) => filed.column.describes.kind === 'INTEGER');
  it.each(counted)('is its range: $at', ({ filed }) => {
    const { min = 0, max } = filed.column.describes;
    expect(read(String(min), filed)).toMatchObject({ value: min });
    expect(read(String(min - 1), filed)).toMatchObject({ code: 'INTEGER_OUT_OF_RANGE' });
    if (max !== undefined) expect(read(String(max + 1), filed)).toMatchObject({ code: 'INTEGER_OUT_OF_RANGE' });
  });
});

describe('A row schema', () => {
  it.each(items)('of $code is one by the rules, and its own example satisfies it', ({ code }) => {
    const schema = schemaOf(code);
    const satisfies = validator(code);
    expect(schema.examples.length).toBeGreaterThan(0);
    for (const row of schema.examples) expect([satisfies(row), satisfies.errors]).toEqual([true, null]);
    for (const [header, property] of Object.entries(schema.properties)) {
      const whole = { ...schema.examples[0] };
      for (const example of (property.examples ?? []) as unknown[])
        expect([header, satisfies({ ...whole, [header]: example }), satisfies.errors]).toEqual([header, true, null]);
    }
  });

  it.each(items)('of $code refuses a row without its required columns and one with a person’s number', ({ code }) => {
    const schema = schemaOf(code);
    const satisfies = validator(code);
    const [row] = schema.examples;
    for (const header of schema.required) {
      const { [header]: _left, ...rest } = row ?? {};
      expect([header, satisfies(rest)]).toEqual([header, false]);
    }
    expect(satisfies({ ...row, 居民身份证号: '' })).toBe(false);
    expect(satisfies({})).toBe(false);
  });

  it('refuses a wrong day, amount, word, number and length', () => {
    const satisfies = validator('tax.arrears');
    const [row] = schemaOf('tax.arrears').examples;
    expect(satisfies({ ...row, 欠税余额: 12.5, 欠税税种: '企业所得税' })).toBe(true);
    for (const [header, wrong] of [
      ['公告日期', '去年'],
      ['欠税余额', '若干'],
      ['欠税余额', -1],
      ['欠税税种', '人头税'],
      ['统一社会信用代码', '云泽荻禾粮油有限公司'],
      ['经营地点', '字'.repeat(201)],
    ] as const)
      expect([header, satisfies({ ...row, [header]: wrong })]).toEqual([header, false]);
    const rating = validator('tax.credit-rating');
    expect(rating({ ...schemaOf('tax.credit-rating').examples[0], 评价年度: 1999 })).toBe(false);
  });

  it('says the unit of amounts by the template’s own header, and the codes of coded columns', () => {
    const { properties } = schemaOf('market.penalty');
    expect(properties['罚款金额(万元)']).toMatchObject({ 'x-unit': '万元', 'x-field': 'fine' });
    expect(schemaOf('tax.arrears').properties.欠税余额).toMatchObject({ 'x-unit': '元' });
    expect(properties.处罚类别?.['x-codes']).toContainEqual(expect.objectContaining({ code: 'FINE', label: '罚款' }));
    expect(schemaOf('tax.credit-rating').properties.信用等级?.enum).toEqual(expect.arrayContaining(['A级', 'D级']));
  });
});

describe('The overview', () => {
  const [titles = [], ...lines] = overviewLines(items);

  it('has a line for every field of every item, with its publicity in Chinese and as a code', () => {
    const line = (item: string, field: string) => {
      const found = lines.find((one) => one[0] === item && one[titles.indexOf('字段')] === field) ?? [];
      return Object.fromEntries(titles.map((title, at) => [title, found[at]]));
    };
    expect(line('tax.arrears', 'balance')).toMatchObject({
      ...{
        目录项名称: '欠税公告',
        归集部门: '税务部门',
        更新频率: '每季度',
        公开属性: '主动公开',
        公开属性代码: 'PUBLIC',
      },
      ...{ 报送列: '欠税余额', 必填: '是', 内容: '金额', 字段类型: 'Money!' },
    });
    expect(line('tax.credit-rating', 'score')).toMatchObject({ 公开属性: '授权查询', 公开属性代码: 'AUTHORIZED' });
    expect(line('tax.arrears', 'taxType')).toMatchObject({ 代码表: 'tax-types', 必填: '是' });
    for (const one of lines) expect(one).toHaveLength(titles.length);
  });

  it('names each column once, and each code table that a column refers to is written', () => {
    for (const item of items) {
      const named = lines
        .filter((one) => one[0] === item.code)
        .flatMap((one) => one[titles.indexOf('报送列')]?.split('、') ?? []);
      for (const { header } of item.columns.filter((one) => !one.header.includes('、'))) {
        expect([item.code, header, named.filter((one) => one === header).length]).toEqual([item.code, header, 1]);
      }
    }
    const tables = tablesOf(items).map(({ name }) => name);
    expect(tables).toEqual(expect.arrayContaining(['tax-types', 'regions', 'tax-grade-schemes', 'list-types']));
    const referred = (overviewOf(items) as { columns: { codeTable: string | null }[] }[]).flatMap((item) =>
      item.columns.map(({ codeTable }) => codeTable),
    );
    expect(referred.filter((table) => table !== null && !tables.includes(table))).toEqual([]);
  });
});
