import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../platform/config.ts';
import { openCity } from '../../platform/installation/city.ts';
import { takeFile } from '../../platform/installation/take-file.ts';
import { createLog } from '../../platform/log.ts';
import { registerSubjects } from '../../subgraphs/credit/subjects/register.ts';
import { departments, subjectDirectory } from '../../subgraphs/index.ts';
import { TODAY, testCity } from '../support/city.ts';
import { TEST_SECRET } from '../support/database.ts';
import { scratchFiles } from '../support/files.ts';
import { program } from '../support/programs.ts';
import { csv, oldNumber, organizationNumber, penalty, rating, registered } from './made-up.ts';
import { type Cells, madeUpCode } from './submitted.ts';

const city = await testCity();
const { admin } = city.database;
const write = scratchFiles();
const NAME = '云泽晨光机械有限公司';
const TAX = 'tax.credit-rating';
const PENALTY = 'market.penalty';
const SUBJECT = 'credit.subject';

const environment = {
  DATABASE_URL: city.database.url,
  DATA_DIR: join(tmpdir(), 'credit-graph-identity'),
  SECRET: Buffer.from(TEST_SECRET).toString('hex'),
};

/** The same departments on the same database, while nobody answers at the credit office. */
const silent = await openCity({
  config: readConfig(
    { ...environment, CREDIT_URL: 'http://127.0.0.1:1/graphql' },
    departments.map(({ name }) => name),
  ),
  cards: departments,
  directory: subjectDirectory,
  log: createLog('silent'),
});
afterAll(() => silent.stop());
let silentFiles = 0;
const takeInSilence = (item: string, rows: readonly Cells[], again = false) => {
  silentFiles += 1;
  const path = write(`silent-${silentFiles}.csv`, csv(rows));
  return takeFile(silent, item, path, { dataDirectory: environment.DATA_DIR, again, now: () => TODAY });
};

interface Held {
  readonly subjectId: string;
  readonly version: number;
  readonly marks: readonly string[];
  readonly isCurrent: boolean;
  readonly withheld: string | null;
}

const heldOf = (table: string, name: string) => admin<Held[]>`
  select subject_id as "subjectId", version, marks, superseded_at is null as "isCurrent", withheld_reason as withheld
  from ${admin(table)} where counterpart_name = ${name} order by id, version`;
const subjectsNamed = (name: string) => admin<{ id: string; isVerified: boolean; creditCode: string | null }[]>`
  select id, is_verified as "isVerified", credit_code as "creditCode" from credit.subjects
  where name = ${name} and superseded_at is null order by id`;

describe('A stranger in a file', () => {
  it('is registered once, as unverified, by whichever number it came with', async () => {
    const numbers: Cells[] = [
      { 统一社会信用代码: madeUpCode('MA8TTRN1') },
      { 统一社会信用代码: oldNumber('00030631') },
      { 统一社会信用代码: organizationNumber('74512908') },
      { 税务登记号: `990102${organizationNumber('74512916')}` },
    ];
    for (const [index, number] of numbers.entries()) {
      const name = `云泽生客第${index}公司`;
      const cells = { ...rating(name, ''), ...number };
      expect(await city.take(TAX, csv([cells])), name).toMatchObject({ added: 1, flagged: 0 });
      expect(await city.take(TAX, csv([{ ...cells, 评价年度: '2024' }])), name).toMatchObject({ added: 1, flagged: 0 });
      const [subject, ...others] = await subjectsNamed(name);
      expect(others).toEqual([]);
      expect(subject?.isVerified).toBe(false);
      expect(subject?.creditCode).toBe(index === 0 ? number.统一社会信用代码 : null);
      expect((await heldOf('tax.tax_credit_ratings', name)).map((one) => one.subjectId)).toEqual([
        subject?.id,
        subject?.id,
      ]);
    }
  });

  it('is one subject where two departments meet it at once', async () => {
    // Half of them are named by their code here and there; the others by an old number here, and by both there.
    const strangers = Array.from({ length: 400 }, (_, index) => ({
      name: `云泽同遇第${index}公司`,
      code: madeUpCode(`MC${String(index).padStart(6, '0')}`),
      number: oldNumber(String(20_000_000 + index)),
      isOld: index % 2 === 1,
    }));
    const [ratings, penalties] = await Promise.all([
      city.take(TAX, csv(strangers.map(({ name, code, number, isOld }) => rating(name, isOld ? number : code)))),
      city.take(
        PENALTY,
        csv(strangers.map(({ name, code, number }) => ({ ...penalty(name, code), 工商注册号: number })).toReversed()),
      ),
    ]);
    expect([ratings.added, penalties.added]).toEqual([400, 400]);
    const [counts] = await admin`
      select count(*)::int as subjects, count(distinct name)::int as names, count(distinct id)::int as ids
      from credit.subjects where name like '云泽同遇%'`;
    expect(counts).toEqual({ subjects: 400, names: 400, ids: 400 });
    const strayed = await admin`
      select t.subject_id from tax.tax_credit_ratings t left join market.administrative_penalties m using (subject_id)
      where t.counterpart_name like '云泽同遇%' and m.id is null`;
    expect(strayed).toEqual([]);
    const [told] = await admin`
      select count(*)::int as told, count(distinct record_id)::int as distinct from credit.feed where item = 'credit.subject'`;
    expect(told?.told).toBe(told?.distinct);
  });

  it('is one subject however many ask at once, by its code, by its old number or by both', async () => {
    const credit = city.city.near.get('credit');
    if (!credit) throw new Error('the credit office is not here');
    const strangers = Array.from({ length: 60 }, (_, index) => ({
      name: `云泽齐问第${index}公司`,
      code: { type: 'CREDIT_CODE', value: madeUpCode(`ME${String(index).padStart(6, '0')}`), isSound: true },
      number: { type: 'REGISTRATION_NUMBER', value: oldNumber(String(30_000_000 + index)), isSound: true },
    }));
    const answers = await Promise.all(
      Array.from({ length: 24 }, async (_, asker) => {
        const references = strangers.map(({ name, code, number }, index) => ({
          name,
          identifiers: (asker + index) % 2 === 0 ? [number] : [code, number],
          isPublic: true,
        }));
        return registerSubjects(credit.clients.imports, references);
      }),
    );
    for (const index of strangers.keys()) {
      const answersOfOne = answers.map((answer) => answer[index]);
      expect(new Set(answersOfOne.map((one) => one?.subjectId)).size).toBe(1);
      expect(answersOfOne.every((one) => one?.subjectId && one.outcome !== 'CONFLICT')).toBe(true);
    }
    const [counts] = await admin`
      select count(*)::int as subjects, count(distinct name)::int as names from credit.subjects where name like '云泽齐问%'`;
    expect(counts).toEqual({ subjects: 60, names: 60 });
  });

  it('that one file names by its code here and by an older number there is one subject', async () => {
    const [code, number] = [madeUpCode('MA8TWNN2'), oldNumber('00040012')];
    const both = { ...rating('云泽两号有限公司', code), 工商注册号: number };
    const alone = rating('云泽两号有限公司', number, { 评价年度: '2024' });
    expect(await city.take(TAX, csv([alone, both]))).toMatchObject({ added: 2, rejected: 0 });
    expect(await subjectsNamed('云泽两号有限公司')).toMatchObject([{ id: code }]);
    expect((await heldOf('tax.tax_credit_ratings', '云泽两号有限公司')).map((one) => one.subjectId)).toEqual([
      code,
      code,
    ]);
  });
});

describe('A check digit that fails', () => {
  it('is kept and marked where the code is on the table of exceptions', async () => {
    const exception = '91350100M0001TGQXM';
    const report = await city.take(TAX, csv([rating('福州早期试点有限公司', exception)]));
    expect(report).toMatchObject({ added: 1, marks: { CHECK_DIGIT_MISMATCH: 1 } });
    const { data } = await city.ask('query($id: String!) { subject(identifier: $id) { id name } }', { id: exception });
    expect(data.subject).toEqual({ id: exception, name: '福州早期试点有限公司' });
  });

  it('is refused where the code is unknown, naming the code that was probably meant', async () => {
    const code = madeUpCode('MA8NEARM');
    const swapped = `${code.slice(0, 16)}${code.charAt(17)}${code.charAt(16)}`;
    const withLetter = code.replace('0', 'O');
    const report = await city.take(TAX, csv([rating(NAME, swapped), rating(NAME, withLetter)]));
    expect(report).toMatchObject({ rows: 2, rejected: 2, reasons: { IDENTIFIER_CHECKSUM: 1, IDENTIFIER_FORMAT: 1 } });
    const rejected = readFileSync(report.rejectedFiles[0] ?? '', 'utf8');
    expect(rejected.split(`是否应为“${code}”`)).toHaveLength(3);
    expect(await admin`select 1 from credit.subject_identifiers where value in (${swapped}, ${withLetter})`).toEqual(
      [],
    );
  });
});

describe('Numbers of different subjects in one row', () => {
  it('are refused, and no record is stored', async () => {
    const [one, other, number] = [madeUpCode('MA8CNF21'), madeUpCode('MA8CNF22'), oldNumber('00050017')];
    await city.take(SUBJECT, csv([registered('云泽甲有限公司', { 统一社会信用代码: one, 工商注册号: number })]));
    await city.take(SUBJECT, csv([registered('云泽乙有限公司', { 统一社会信用代码: other })]));
    const row = { ...rating('云泽乙有限公司', other), 工商注册号: number };
    const unknown = { ...rating('云泽丙有限公司', madeUpCode('MA8CNF23')), 工商注册号: number };
    const report = await city.take(TAX, csv([row, unknown]));
    expect(report).toMatchObject({ rows: 2, rejected: 2, reasons: { IDENTIFIER_CONFLICT: 2 } });
    expect(await heldOf('tax.tax_credit_ratings', '云泽丙有限公司')).toEqual([]);
  });

  it('are refused in the registry list too, whether the other stands there already or in the same file', async () => {
    const number = oldNumber('00050025');
    const rows = [
      registered('云泽丁有限公司', { 统一社会信用代码: madeUpCode('MA8CNF31'), 工商注册号: number }),
      registered('云泽戊有限公司', { 统一社会信用代码: madeUpCode('MA8CNF32'), 工商注册号: number }),
    ];
    expect(await city.take(SUBJECT, csv(rows))).toMatchObject({ added: 1, rejected: 1 });
    expect(await city.take(SUBJECT, csv([rows[1] ?? {}]))).toMatchObject({
      rejected: 1,
      reasons: { IDENTIFIER_CONFLICT: 1 },
    });
    const { data } = await city.ask('query($id: String!) { subject(identifier: $id) { name } }', { id: number });
    expect(data.subject.name).toBe('云泽丁有限公司');
  });
});

describe('A name that is not the subject’s', () => {
  const code = madeUpCode('MA8NAME2');
  const QUESTION = `query($id: String!) { subject(identifier: $id) { name
    tax { creditRatings { totalCount nodes { year } } } market { penalties { totalCount } } } }`;

  it('is held back: stored, marked in the report, and seen by nobody', async () => {
    const list = registered(
      '云泽新名有限公司',
      { 统一社会信用代码: code },
      { 曾用名: '云泽旧名有限公司(至2020-05-01)' },
    );
    await city.take(SUBJECT, csv([list]));
    const report = await city.take(TAX, csv([rating('别家有限公司', code)]));
    expect(report).toMatchObject({ added: 1, flagged: 1, marks: { NAME_MISMATCH: 1 } });
    expect(await heldOf('tax.tax_credit_ratings', '别家有限公司')).toMatchObject([{ withheld: 'NAME_MISMATCH' }]);
    const { data } = await city.ask(QUESTION, { id: code });
    expect(data.subject.tax.creditRatings).toEqual({ totalCount: 0, nodes: [] });
  });

  it('never takes the place of what is held of the subject, whatever its row says, and ends when the record comes', async () => {
    const own = madeUpCode('MA8NAME5');
    const number = '云市监罚〔2026〕905号';
    await city.take(SUBJECT, csv([registered('云泽本名有限公司', { 统一社会信用代码: own })]));
    await city.take(TAX, csv([rating('云泽本名有限公司', own)]));
    await city.take(PENALTY, csv([penalty('云泽本名有限公司', number, { 统一社会信用代码: own })]));
    const before = await city.ask(QUESTION, { id: own });
    expect(before.data.subject.tax.creditRatings.totalCount).toBe(1);
    expect(before.data.subject.market.penalties.totalCount).toBe(1);
    const wrong = rating('云泽旁人有限公司', own);
    expect(await city.take(TAX, csv([wrong]))).toMatchObject({ added: 1, corrected: 0, marks: { NAME_MISMATCH: 1 } });
    expect(await city.take(TAX, csv([wrong, {}]), { again: true })).toMatchObject({
      added: 0,
      corrected: 0,
      unchanged: 1,
    });
    expect((await city.ask(QUESTION, { id: own })).data).toEqual(before.data);
    await city.take(
      SUBJECT,
      csv([registered('云泽本名有限公司', { 统一社会信用代码: own }, { 曾用名: '云泽旁人有限公司' })]),
    );
    await city.take(TAX, csv([wrong]), { again: true });
    expect((await city.ask(QUESTION, { id: own })).data).toEqual(before.data);
    // What was held back has ended; the row is now a correction of the record itself.
    expect(await heldOf('tax.tax_credit_ratings', '云泽旁人有限公司')).toMatchObject([
      { isCurrent: false, withheld: 'NAME_MISMATCH' },
      { isCurrent: true, withheld: null, version: 2 },
    ]);
  });

  it('may be one that it had before, or the present one in other brackets and widths', async () => {
    const rows = [
      rating('云泽旧名有限公司', code, { 评价年度: '2019' }),
      rating('云泽新名 有限公司', code, { 评价年度: '2020' }),
    ];
    expect(await city.take(TAX, csv(rows))).toMatchObject({ added: 2, flagged: 0 });
    const { data } = await city.ask(QUESTION, { id: code });
    expect(data.subject.tax.creditRatings.nodes).toEqual([{ year: 2020 }, { year: 2019 }]);
  });

  it('is published once the registry names it and the file comes again', async () => {
    const list = registered(
      '云泽新名有限公司',
      { 统一社会信用代码: code },
      { 曾用名: '云泽旧名有限公司;别家有限公司' },
    );
    await city.take(SUBJECT, csv([list]));
    const report = await city.take(TAX, csv([rating('别家有限公司', code)]), { again: true });
    expect(report).toMatchObject({ corrected: 1, flagged: 0 });
    const { data } = await city.ask(QUESTION, { id: code });
    expect(data.subject.tax.creditRatings.totalCount).toBe(3);
    // Released once, it is the record: the same row again changes nothing.
    const again = await city.take(TAX, csv([rating('别家有限公司', code)]), { again: true });
    expect(again).toMatchObject({ added: 0, corrected: 0, unchanged: 1 });
  });
});

describe('While the credit office is silent', () => {
  const [code, number] = [madeUpCode('MA8PEND2'), oldNumber('00060016')];
  const name = '云泽待定有限公司';
  const rows = [rating(name, number), rating(name, number, { 评价年度: '2024' })];
  const decision = penalty(name, number, { 行政处罚决定书文号: '云市监罚〔2026〕600号' });

  it('rows are kept under the number they came with and marked, and the report says what to do', async () => {
    const report = await takeInSilence(TAX, rows);
    expect(report).toMatchObject({ rows: 2, added: 2, marks: { IDENTITY_PENDING: 2 } });
    expect(report.remarks.join()).toContain('--again');
    await takeInSilence(PENALTY, [decision]);
    const held = await heldOf('tax.tax_credit_ratings', name);
    expect(held.map(({ subjectId, marks }) => [subjectId, marks])).toEqual([
      [number, ['IDENTITY_PENDING']],
      [number, ['IDENTITY_PENDING']],
    ]);
  });

  it('they are settled when the file comes again, leaving no second record', async () => {
    const list = registered(name, { 统一社会信用代码: code, 工商注册号: number });
    await city.take(SUBJECT, csv([list]));
    expect(await city.take(TAX, csv(rows), { again: true })).toMatchObject({ rows: 2, corrected: 2, flagged: 0 });
    expect(await city.take(PENALTY, csv([decision]), { again: true })).toMatchObject({
      rows: 1,
      corrected: 1,
      flagged: 0,
    });
    for (const table of ['tax.tax_credit_ratings', 'market.administrative_penalties']) {
      const held = await heldOf(table, name);
      const current = held.filter(({ isCurrent }) => isCurrent);
      expect(current.length).toBe(held.length / 2);
      expect(held.every(({ subjectId }) => subjectId === code)).toBe(true);
      expect(current.every(({ marks, version }) => marks.length === 0 && version === 2)).toBe(true);
    }
    expect(await city.take(TAX, csv(rows), { again: true })).toMatchObject({ unchanged: 2 });
    const told = await admin`
      select change, count(*)::int from tax.feed where subject_id in (${code}, ${number}) group by 1 order by 1`;
    expect(told.map(({ change, count }) => `${change} ${count}`)).toEqual(['ADDED 2', 'CORRECTED 2', 'REKEYED 2']);
  });

  it('nothing is taken back that is known already', async () => {
    const before = await heldOf('market.administrative_penalties', name);
    expect(await takeInSilence(PENALTY, [decision], true)).toMatchObject({ rows: 1, unchanged: 1 });
    expect(await heldOf('market.administrative_penalties', name)).toEqual(before);
    expect(await takeInSilence(TAX, [rating(name, code)])).toMatchObject({ rows: 1, unchanged: 1 });
  });

  it('a fact taken under the older number and known under the code is held once in the end', async () => {
    const [known, pending] = [code, number].map((one) => rating(name, one, { 评价年度: '2023' }));
    await city.take(TAX, csv([known ?? {}]));
    expect(await takeInSilence(TAX, [pending ?? {}])).toMatchObject({ added: 1, marks: { IDENTITY_PENDING: 1 } });
    expect(await city.take(TAX, csv([pending ?? {}]), { again: true })).toMatchObject({ rows: 1, unchanged: 1 });
    const current = (await heldOf('tax.tax_credit_ratings', name)).filter(({ isCurrent }) => isCurrent);
    expect(current.map(({ subjectId }) => subjectId)).toEqual([code, code, code]);
    const ended = await admin`select record_id from tax.feed where change = 'ENDED' and subject_id = ${number}`;
    expect(ended).toHaveLength(1);
    const { data } = await city.ask(
      `query($id: String!) { subject(identifier: $id) { tax { creditRatings { totalCount nodes { year marks } } } } }`,
      { id: number },
    );
    expect(data.subject.tax.creditRatings.totalCount).toBe(3);
    expect(data.subject.tax.creditRatings.nodes.flatMap((node: { marks: string[] }) => node.marks)).not.toContain(
      'IDENTITY_PENDING',
    );
  });

  it('a code whose check digit fails is refused: nobody can say whether it is known', async () => {
    const wrong = `${code.slice(0, 16)}${code.charAt(17)}${code.charAt(16)}`;
    expect(await takeInSilence(TAX, [rating(name, wrong)])).toMatchObject({ rejected: 1 });
  });
});

describe('Natural persons', () => {
  const ID = '110105194912310021';

  it('without a sound ID number are refused, told by their category or by their name and number', async () => {
    const person = penalty('钱某某', '', { 行政相对人类别: '自然人', 身份证号: ID });
    const hidden = penalty('钱某某', ID);
    const report = await city.take(PENALTY, csv([person, hidden]));
    expect(report).toMatchObject({ rows: 2, rejected: 2, reasons: { PERSON_ID_NUMBER: 2 } });
  });

  it('leave no ID number anywhere, in whatever column it stood: not in a table, not in a file, not in the log', async () => {
    const files: string[] = [];
    const valid = (index: number): readonly [string, string, Cells][] => [
      [PENALTY, `p${index}`, penalty(`云泽藏号第${index}公司`, madeUpCode(`MD${String(index).padStart(6, '0')}`))],
      [TAX, `t${index}`, rating(`云泽藏号第${index}公司`, madeUpCode(`MD${String(index).padStart(6, '0')}`))],
      [
        SUBJECT,
        `s${index}`,
        registered(`云泽藏号第${index}公司`, { 统一社会信用代码: madeUpCode(`MD${String(index).padStart(6, '0')}`) }),
      ],
    ];
    const forms = [
      ID,
      `身份证${ID}`,
      [...ID].map((digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0)).join(''),
    ];
    const extra = { 法定代表人身份证号: '', 备注: '', [`持证${ID}`]: '', 税务登记号: '', 工商注册号: '', 曾用名: '' };
    for (const [item] of valid(0)) {
      const rows: Cells[] = [];
      for (const [at, form] of forms.entries()) {
        const [, , cells = {}] = valid(at).find(([one]) => one === item) ?? [];
        for (const header of Object.keys({ ...cells, ...extra })) rows.push({ ...cells, ...extra, [header]: form });
      }
      const path = write(`${item}.csv`, csv(rows));
      const child = spawn(process.execPath, [program('import'), item, path], {
        env: { ...process.env, ...environment, LOG_LEVEL: 'debug' },
      });
      let said = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
      await new Promise((resolve) => child.once('close', resolve));
      expect(child.exitCode, said).toBe(2);
      expect(bare(said)).not.toContain(ID);
      const rejected = [...said.matchAll(/退回的行及原因:(\S+?\.csv)/gu)].map(([, file = '']) => file);
      expect(rejected.length, said).toBeGreaterThan(0);
      files.push(...rejected);
    }
    for (const file of files) expect(bare(readFileSync(file, 'utf8'))).not.toContain(ID);
    const tables = await admin<{ name: string }[]>`
      select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`;
    expect(tables.length).toBeGreaterThan(15);
    for (const { name } of tables) {
      const rows = await admin.unsafe<{ line: string }[]>(`select t::text as line from ${name} t`);
      expect(rows.filter(({ line }) => bare(line).includes(ID)).length, name).toBe(0);
    }
    const [stored] =
      await admin`select count(*)::int as count from market.administrative_penalties where counterpart_name like '云泽藏号%'`;
    expect(stored?.count).toBeGreaterThan(0);
  });
});

/** Text without anything that could set digits apart, in half width. */
function bare(text: string): string {
  return text.normalize('NFKC').replace(/[\s\p{Cf}-]/gu, '');
}
