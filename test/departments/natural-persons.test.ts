import { describe, expect, it } from 'vitest';
import { identifyThrough } from '../../platform/import/identity.ts';
import { open, personKeys, type SealedNumber, seal } from '../../platform/persons/seal.ts';
import { installationViewer } from '../../platform/viewer/viewer.ts';
import { testCity } from '../support/city.ts';
import { TEST_SECRET } from '../support/database.ts';
import {
  arrears,
  csv,
  personDebtor as debtor,
  idNumber,
  linesOf,
  penalty,
  personPenalty as person,
  rating,
} from './made-up.ts';
import { type Cells, madeUpCode } from './submitted.ts';

const city = await testCity();
const { admin } = city.database;

const ID = idNumber('19800229', '001');
const OTHER = idNumber('19910704', '002');

const DEBTOR = 'courts.dishonest-debtor';
const PENALTY = 'market.penalty';

interface Kept {
  readonly subject: string;
  readonly name: string;
  readonly level: string;
  readonly withheld: string | null;
  readonly source: readonly string[];
  readonly number?: string | null;
}
const penalties = (document: string) => admin<Kept[]>`
  select subject_id as subject, counterpart_name as name, access_level as level, withheld_reason as withheld, source
  from market.administrative_penalties where document_number = ${document} and superseded_at is null order by name`;

/** Every text of every table of the database. */
async function everything(): Promise<string> {
  const tables = await admin<{ name: string }[]>`
    select format('%I.%I', table_schema, table_name) as name from information_schema.tables
    where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'`;
  const rows = await Promise.all(
    tables.map(({ name }) =>
      admin.unsafe<{ all: string | null }[]>(`select string_agg(t::text, ' ') as all from ${name} t`),
    ),
  );
  expect(rows.length).toBeGreaterThan(40);
  return rows.map(([row]) => row?.all ?? '').join('\n');
}

describe('A record about a natural person', () => {
  it('is kept under a pseudonym, one for each person in all departments, whatever form the number has', async () => {
    const legacy = ID.slice(0, 6) + ID.slice(8, 17);
    expect(await city.take(DEBTOR, csv([debtor('钱某某', ID)]))).toMatchObject({ rows: 1, added: 1, rejected: 0 });
    const report = await city.take(
      PENALTY,
      csv([
        person('钱某某', ID),
        person('钱某某', legacy, { 行政处罚决定书文号: '云市监罚〔2026〕19号' }),
        penalty('钱某某', ID, { 行政相对人类别: '', 行政处罚决定书文号: '云市监罚〔2026〕20号' }),
        person('孙某某', OTHER, { 行政处罚决定书文号: '云市监罚〔2026〕21号' }),
      ]),
    );
    expect(report).toMatchObject({ rows: 4, added: 4, rejected: 0 });
    const rows = await admin<{ subject: string }[]>`
      select subject_id as subject from market.administrative_penalties where document_number <> '云市监罚〔2026〕21号'
      union all select subject_id from courts.dishonest_debtor_entries`;
    const subjects = new Set(rows.map((row) => row.subject));
    expect([rows.length, subjects.size]).toEqual([4, 1]);
    expect([...subjects][0]).toMatch(/^person-[\w-]{22}$/u);
    const [known] =
      await admin`select id, name, masked_name, kind, is_verified, credit_code, identifiers from credit.subjects
      where id = ${[...subjects][0] ?? ''}`;
    expect(known).toMatchObject({
      name: '钱某某',
      masked_name: '钱**',
      kind: 'NATURAL_PERSON',
      is_verified: false,
      credit_code: null,
      identifiers: [],
    });
  });

  it('leaves the ID number nowhere but sealed under a key of its own, which opens nothing else', async () => {
    const all = await everything();
    for (const number of [ID, OTHER, ID.slice(0, 6) + ID.slice(8, 17)]) expect(all).not.toContain(number);
    expect(all).not.toContain(ID.slice(6, 14));
    const rows = await admin<SealedNumber[]>`
      select number_hash as hash, type, sealed_number as "sealedNumber", sealed_key as "sealedKey" from credit.personal_numbers
      order by registered_at`;
    const keys = personKeys(TEST_SECRET);
    expect(rows.map((row) => open(row, keys).value)).toEqual([ID, OTHER]);
    const [one, other] = rows;
    if (!one || !other) throw new Error('two numbers are kept');
    expect(() => open({ ...one, sealedKey: other.sealedKey }, keys)).toThrow();
    expect(() => open({ ...one, sealedNumber: other.sealedNumber }, keys)).toThrow();
    expect(() => open(one, personKeys(new Uint8Array(32).fill(7)))).toThrow();
    const names = await admin`select count(*)::int as count from credit.subject_names where subject_id like 'person-%'`;
    expect(names[0]?.count).toBe(0);
  });

  it('is public where a statute orders the list, with the number masked as it says; else for those alone who may', async () => {
    const [entry] = await admin<Kept[]>`
      select access_level as level, counterpart_name as name, person_id_number as number, source from courts.dishonest_debtor_entries`;
    expect(entry).toEqual({
      level: 'LISTED_PERSON',
      name: '钱某某',
      number: `${ID.slice(0, 10)}****${ID.slice(14)}`,
      source: [],
    });
    expect((await penalties('云市监罚〔2026〕18号'))[0]).toMatchObject({
      level: 'PERSONAL',
      name: '钱某某',
      source: [],
    });
    const violation = {
      纳税人名称: '孙某某',
      纳税人类别: '自然人',
      身份证号: OTHER,
      注册地址: '云泽市青石区东街1号5幢301室',
      案件性质: '虚开增值税专用发票',
      主要违法事实: '2023年间对外虚开增值税专用发票86份。',
      税务处理处罚情况: '追缴税款120万元。',
      录入时间: '2025-03-14',
      发布部门: '云泽市税务局稽查局',
    };
    expect(await city.take('tax.major-violation', csv([violation]))).toMatchObject({ added: 1 });
    const [listed] = await admin<(Kept & { home: string | null })[]>`
      select access_level as level, person_id_number as number, registered_address as home from tax.major_tax_violations`;
    expect(listed).toEqual({ level: 'LISTED_PERSON', number: `110105********${OTHER.slice(14)}`, home: null });
  });

  it('is the same record when it comes again, and two persons of one name in one document have two', async () => {
    const document = '云市监罚〔2026〕30号';
    const rows = [
      person('李某', ID, { 行政处罚决定书文号: document }),
      person('李某', OTHER, { 行政处罚决定书文号: document }),
    ];
    const namesakes = [idNumber('19700101', '011'), idNumber('19700101', '013')].map((number) =>
      person('李某', number, { 行政处罚决定书文号: document }),
    );
    expect(await city.take(PENALTY, csv(namesakes))).toMatchObject({ added: 2, rejected: 0 });
    expect(await city.take(PENALTY, csv(namesakes), { again: true })).toMatchObject({ unchanged: 2, rejected: 0 });
    expect((await penalties(document)).map(({ name }) => name)).toEqual(['李某', '李某']);
    // Under a number that is somebody else's: kept, and held back.
    expect(await city.take(PENALTY, csv(rows))).toMatchObject({ added: 2, marks: { NAME_MISMATCH: 2 } });
    expect((await penalties(document)).map(({ withheld }) => withheld)).toEqual(
      expect.arrayContaining([null, null, 'NAME_MISMATCH', 'NAME_MISMATCH']),
    );
  });

  it('is refused where its item takes none, where the number is missing, masked or wrong, and where it has a credit code', async () => {
    expect(await city.take('tax.credit-rating', csv([rating('钱某某', ID)]))).toMatchObject({
      reasons: { NATURAL_PERSON: 1 },
    });
    const wrong = ID.slice(0, 17) + (ID.endsWith('0') ? '1' : '0');
    const report = await city.take(
      PENALTY,
      csv([
        person('钱某某', ''),
        person('钱某某', wrong),
        person('钱某某', `${ID.slice(0, 10)}****${ID.slice(14)}`),
        person('钱某某', ID, { 证件类型: '护照' }),
        person('钱某某', ID, { 统一社会信用代码: '91990102MA1D4H0X9M' }),
      ]),
    );
    expect(report).toMatchObject({
      rows: 5,
      rejected: 5,
      reasons: { PERSON_ID_NUMBER: 3, PERSON_CERTIFICATE: 1, CATEGORY_CONTRADICTS_NUMBERS: 1 },
    });
    const returned = (await linesOf(report.rejectedFiles[0])).flat().join();
    expect(returned).not.toContain(ID.slice(6, 14));
  });

  it('is left as it is by a dry run, which says the same', async () => {
    const stranger = person('周某某', idNumber('19650815', '021'), { 行政处罚决定书文号: '云市监罚〔2026〕40号' });
    const before = await admin`select count(*)::int as count from credit.personal_numbers`;
    expect(await city.take(PENALTY, csv([stranger]), { isDryRun: true })).toMatchObject({ rows: 1, added: 1 });
    expect(await admin`select count(*)::int as count from credit.personal_numbers`).toEqual(before);
    expect(await penalties('云市监罚〔2026〕40号')).toEqual([]);
  });
});

describe('A sole trader whose tax number is built on an ID number', () => {
  const number = `${idNumber('19750505', '031')}01`;
  const trading = (changes: Cells): Cells => arrears('云泽市青石区老周面馆', number, '个体工商户', changes);

  it('is known by a pseudonym, and the number is kept as a person’s is', async () => {
    expect(await city.take('tax.arrears', csv([trading({})]))).toMatchObject({ added: 1, rejected: 0 });
    const [kept] = await admin<Kept[]>`
      select t.subject_id as subject, t.access_level as level, s.kind as name from tax.tax_arrears t
      join credit.subjects s on s.id = t.subject_id`;
    expect(kept).toMatchObject({ level: 'LISTED_PERSON', name: 'INDIVIDUAL_BUSINESS' });
    expect(kept?.subject).toMatch(/^person-/u);
    expect(await everything()).not.toContain(number.slice(6, 14));
  });

  it('is found by it under its credit code, once one row has both', async () => {
    const coded = { 统一社会信用代码: madeUpCode('MA1D4H0X', '92'), 纳税人名称: '云泽市青石区老吴粮油店' };
    const taxNumber = `${idNumber('19750505', '033')}01`;
    const both = await city.take('tax.arrears', csv([trading({ ...coded, 纳税人识别号: taxNumber })]));
    expect(both).toMatchObject({ rows: 1, added: 1 });
    const alone = trading({ 纳税人名称: coded.纳税人名称, 纳税人识别号: taxNumber, 公告日期: '2026-04-20' });
    expect(await city.take('tax.arrears', csv([alone]))).toMatchObject({ added: 1, rejected: 0 });
    const rows =
      await admin`select distinct subject_id from tax.tax_arrears where counterpart_name = ${coded.纳税人名称}`;
    expect(rows.map((row) => row.subject_id)).toEqual([coded.统一社会信用代码]);
  });
});

describe('Whom a row is about', () => {
  const document = (number: number) => ({ 行政处罚决定书文号: `云市监罚〔2026〕${number}号` });
  const arrears = (name: string, number: string, kind: string, changes: Cells = {}): Cells => ({
    纳税人名称: name,
    纳税人类别: kind,
    纳税人识别号: number,
    欠税税种: '增值税',
    欠税余额: '12000',
    公告日期: '2026-01-20',
    公告机关: '国家税务总局云泽市税务局',
    ...changes,
  });
  const subjectsOf = async (name: string) =>
    (await admin`select distinct subject_id as id from tax.tax_arrears where counterpart_name = ${name}`).map(
      ({ id }) => String(id),
    );

  it('is the same person however the dot of the name is written', async () => {
    const number = idNumber('19660815', '041');
    const names = ['阿依古丽·买买提', '阿依古丽•买买提', '阿依古丽．买买提', '阿依古丽 买买提'];
    const rows = names.map((name, index) => person(name, number, document(51 + index)));
    const report = await city.take(PENALTY, csv(rows));
    expect(report).toMatchObject({ added: 4, rejected: 0 });
    expect(report.marks).not.toHaveProperty('NAME_MISMATCH');
  });

  it('is the same person under the tax number that was built on the ID number of 15 places', async () => {
    const number = idNumber('19660815', '043');
    const built = `${number.slice(0, 6)}${number.slice(8, 17)}01`;
    const later = { 公告日期: '2026-04-20' };
    await city.take('tax.arrears', csv([arrears('周某', number, '自然人'), arrears('周某', built, '自然人', later)]));
    expect(await subjectsOf('周某')).toHaveLength(1);
  });

  it('is the trader where a row has its credit code, and never who was known by the tax number alone', async () => {
    const [name, code] = ['云泽市青石区老郑面馆', madeUpCode('MA1D4H1X', '92')];
    const number = `${idNumber('19750505', '045')}01`;
    await city.take('tax.arrears', csv([arrears(name, number, '个体工商户')]));
    for (const day of ['2026-04-20', '2026-07-20']) {
      const row = arrears(name, number, '个体工商户', { 统一社会信用代码: code, 公告日期: day });
      expect(await city.take('tax.arrears', csv([row]))).toMatchObject({ added: 1, rejected: 0 });
    }
    const rows = await admin<{ level: string; isPseudonym: boolean }[]>`
      select access_level as level, subject_id like 'person-%' as "isPseudonym" from tax.tax_arrears
      where counterpart_name = ${name} order by decided_on`;
    expect(rows.map(({ level, isPseudonym }) => [level, isPseudonym])).toEqual([
      ['LISTED_PERSON', true],
      ['PUBLIC', false],
      ['PUBLIC', false],
    ]);
  });

  it('does not get somebody’s number by a mistyped code', async () => {
    const [one, other] = [madeUpCode('MA1D4H2X', '92'), madeUpCode('MA1D4H3X', '92')];
    const number = `${idNumber('19750505', '047')}01`;
    await city.take(PENALTY, csv([penalty('云泽市老冯面馆', one, document(61))]));
    const row = (code: string) => arrears('云泽市老褚面馆', number, '个体工商户', { 统一社会信用代码: code });
    expect(await city.take('tax.arrears', csv([row(one)]))).toMatchObject({ marks: { NAME_MISMATCH: 1 } });
    expect(await city.take('tax.arrears', csv([row(other)]))).toMatchObject({ added: 1, rejected: 0 });
  });

  it('is said by nobody where an organisation has a person’s number, or a person’s name stands beside an organisation’s', async () => {
    const number = idNumber('19660815', '049');
    const contradicted = { rejected: 1, reasons: { CATEGORY_CONTRADICTS_NUMBERS: 1 } };
    const company = debtor('云泽水泥', '', { partyTypeName: '1', 身份证号: number });
    expect(await city.take(DEBTOR, csv([company]))).toMatchObject(contradicted);
    const employed = (code: string) =>
      person('吴某某', number, { 行政相对人类别: '', 统一社会信用代码: code, ...document(71) });
    expect(await city.take(PENALTY, csv([employed(madeUpCode('MA1D4H4X'))]))).toMatchObject(contradicted);
    // A sole trader that goes by its operator's name is known by its code.
    const trader = await city.take(PENALTY, csv([employed(madeUpCode('MA1D4H5X', '92'))]));
    expect(trader).toMatchObject({ added: 1, rejected: 0 });
  });
});

describe('What is left of an ID number', () => {
  it('that lost its last digit, or was a number to a spreadsheet, is not in what is returned, nor in a name', async () => {
    const number = idNumber('19570316', '051');
    const [cut, scientific] = [number.slice(0, 17), `${number[0]}.${number.slice(1, 15)}E+17`];
    const report = await city.take(
      DEBTOR,
      csv([
        debtor('郑某某', cut),
        debtor('郑某某', scientific),
        debtor('郑某某', '', { 身份证号: scientific }),
        debtor(`郑某某${cut}`, number),
      ]),
    );
    expect(report).toMatchObject({ rows: 4, rejected: 4, reasons: { ID_NUMBER_IN_NAME: 1 } });
    const returned = await linesOf(report.rejectedFiles[0]);
    const position = returned[0]?.indexOf('cardNum') ?? -1;
    expect(returned.slice(1, 3).map((line) => line[position])).toEqual(Array(2).fill('〔身份证号已隐去〕'));
    expect(returned.flat().join()).not.toContain(number.slice(6, 14));
  });
});

describe('The keys of natural persons', () => {
  it('are the credit office’s, or nobody is registered: what another city sealed is refused, the rest answered', async () => {
    const credit = city.city.transports.get('credit');
    const { type, ...sealed } = seal({ type: 'ID_NUMBER', value: ID }, personKeys(new Uint8Array(32).fill(7)));
    const before = await admin`select count(*)::int as count from credit.subjects`;
    const known = await identifyThrough(credit ?? fail('there is no credit office'), () =>
      installationViewer({ today: '2026-11-21', requestId: 'keys' }),
    )([
      { name: '钱某某', identifiers: [], isPublic: true, sealed: { type, ...sealed } },
      { name: '钱某某', identifiers: [], isPublic: true, sealed: seal({ type, value: ID }, personKeys(TEST_SECRET)) },
    ]);
    expect(known.map(({ outcome }) => outcome)).toEqual(['OTHER_KEY', 'KNOWN']);
    expect(await admin`select count(*)::int as count from credit.subjects`).toEqual(before);
  });
});

function fail(message: string): never {
  throw new Error(message);
}
