import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { buildCity, plannedFiles } from '../../demonstration/city/index.ts';
import { isTradeName, MOST_SUBJECTS, tradeNameOf } from '../../demonstration/city/names.ts';
import { cityItems, LARGEST_SCALE, subjectsIn } from '../../demonstration/city/plan.ts';
import { subjectAt } from '../../demonstration/city/subject.ts';
import { writeCityFile } from '../../demonstration/city/write.ts';
import { csvLine } from '../../demonstration/generator/sheet.ts';
import { subjects as demonstrated } from '../../demonstration/generator/subjects.ts';
import { storySubjects } from '../../demonstration/story.ts';
import type { ImportReport } from '../../platform/import/report.ts';
import { isCreditCode } from '../../schema/identifiers/credit-code.ts';
import { nameKey } from '../../schema/identifiers/name-key.ts';
import { isRegistrationNumber } from '../../schema/identifiers/registration-number.ts';
import { departments } from '../../subgraphs/index.ts';
import { openedDepartments } from '../house/sources.ts';
import { testCity } from '../support/city.ts';
import { TEST_SECRET, type TestDatabase, testDatabase } from '../support/database.ts';
import { scratchFiles } from '../support/files.ts';
import { program } from '../support/programs.ts';

/** A twentieth of the default city in `npm test`, all of it in `npm run prove`. */
const SCALE = Number(process.env.CITY_SCALE ?? 0.05);
const size = { seed: 1, scale: SCALE };
const small = { seed: 7, scale: 0.05 };

const scratch = mkdtempSync(join(tmpdir(), 'credit-graph-invented-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const city = await testCity({ demonstration: true });
const secondDatabase = await testDatabase();
const reports: ImportReport[] = [];
const folder = join(scratch, 'imported');
const manifest = await buildCity({
  ...size,
  folder,
  onFile: async ({ item, path }) => {
    reports.push(await city.take(item, { path }));
    return true;
  },
});

describe('The city', () => {
  it('has the same bytes each time, and others under another seed', async () => {
    const [one, other, third] = ['one', 'other', 'third'].map((name) => join(scratch, name));
    await buildCity({ ...small, folder: one ?? '' });
    await buildCity({ ...small, folder: other ?? '' });
    await buildCity({ ...small, seed: 8, folder: third ?? '' });
    expect(hashesIn(other)).toEqual(hashesIn(one));
    const [before, after] = [hashesIn(one), hashesIn(third)];
    expect(Object.keys(before).filter((name) => before[name] === after[name])).toEqual([]);
  });

  it('has each file alone as in its place among the others', () => {
    const sequence = hashesIn(join(scratch, 'one'));
    const alone = mkdtempSync(join(scratch, 'alone-'));
    const planned = plannedFiles(small);
    for (const file of [...planned].reverse().filter((_, index) => index % 3 === 0)) writeCityFile(alone, file, small);
    expect(Object.keys(hashesIn(alone)).length).toBeGreaterThan(10);
    expect(sequence).toMatchObject(hashesIn(alone));
  });

  it('is told by its manifest: each file with its item, rows, bytes and hash', () => {
    const { files, subjects } = JSON.parse(readFileSync(join(scratch, 'one', 'city.json'), 'utf8'));
    expect(subjects).toBe(subjectsIn(small));
    const hashes = hashesIn(join(scratch, 'one'));
    for (const { name, sha256 } of files) expect(hashes[name], name).toBe(sha256);
    expect([...files.map(({ name }: { name: string }) => name), 'city.json'].sort()).toEqual(
      Object.keys(hashes).sort(),
    );
  });

  it('refuses a folder that holds another one', async () => {
    await expect(buildCity({ ...small, scale: 0.06, folder: join(scratch, 'one') })).rejects.toThrow(
      '另一座城市(种子 7、规模 0.05)',
    );
  });

  it('has names and codes that are valid, and no two the same, at any place of any city', () => {
    const demonstration = new Set(demonstrated.map(({ name }) => nameKey(name)));
    const anywhere = fc.nat(MOST_SUBJECTS - 400);
    const property = fc.property(fc.nat(), anywhere, fc.array(anywhere, { minLength: 100 }), (seed, first, others) => {
      const indexes = new Set([...Array.from({ length: 200 }, (_, index) => first + index), ...others]);
      const found = [...indexes].map((index) => subjectAt(seed, index).registered);
      const names = new Set(found.map(({ name }) => nameKey(name)));
      const codes = new Set(found.map(({ creditCode }) => creditCode));
      const numbers = found.flatMap(({ registrationNumber }) => registrationNumber ?? []);
      expect([names.size, codes.size, new Set(numbers).size]).toEqual([indexes.size, indexes.size, numbers.length]);
      for (const { creditCode, name } of found) {
        expect(isCreditCode(creditCode ?? ''), creditCode ?? '').toBe(true);
        expect(creditCode).toMatch(/^..9901\d\dMC/u);
        expect(demonstration.has(nameKey(name)), name).toBe(false);
      }
      for (const number of numbers) expect(isRegistrationNumber(number), number).toBe(true);
    });
    fc.assert(property, { numRuns: 20 });
  });

  it('has a trade name and a code for each of its subjects, however many', () => {
    const most = Number(process.env.CITY_SCALE ?? 0) >= 1 ? MOST_SUBJECTS : 200_000;
    const names = new Set(Array.from({ length: most }, (_, index) => tradeNameOf(3, index)));
    expect(names.size).toBe(most);
    expect(subjectsIn({ seed: 1, scale: LARGEST_SCALE })).toBeLessThanOrEqual(MOST_SUBJECTS);
    expect(subjectsIn({ seed: 1, scale: 2000 })).toBeGreaterThan(4_000_000);
    expect(() => tradeNameOf(1, MOST_SUBJECTS)).toThrow();
  });

  it('has no name of a company in use, nor has the demonstration', () => {
    const lines = readFileSync(new URL('../data/company-short-names.txt', import.meta.url), 'utf8').split('\n');
    const inUse = new Set(lines.filter((line) => line !== '' && !line.startsWith('#')));
    expect(inUse.size).toBe(20_000);
    expect([...inUse].filter(isTradeName)).toEqual([]);
    // Whatever stands behind the place, in the lengths that short names have.
    const places = /^(?:云泽市?)?(?:(?:临江|望湖|青石|云台)区|芦汀县|广泽市)?/u;
    const shortOf = (name: string) => [2, 3, 4].map((length) => name.replace(places, '').slice(0, length));
    const demonstrations = [...demonstrated, ...storySubjects].map(({ name }) => name);
    expect(demonstrations.length).toBeGreaterThan(200);
    expect(demonstrations.filter((name) => shortOf(name).some((short) => inUse.has(short)))).toEqual([]);
    for (const index of [0, 1, 2399, 50_000, MOST_SUBJECTS - 1]) expect(isTradeName(tradeNameOf(1, index))).toBe(true);
  });
});

describe('The files of the city', () => {
  it('hold every kind that can be imported, who the subjects are first', () => {
    const items = departments.flatMap((card) => [...Object.keys(card.sheets), ...Object.keys(card.intakes ?? {})]);
    expect(cityItems.map(({ item }) => item).sort()).toEqual(items.sort());
    expect(cityItems[0]?.item).toBe('credit.subject');
    const stored = new Map<string, number>();
    for (const { item, added } of reports) stored.set(item, (stored.get(item) ?? 0) + added);
    expect(cityItems.filter(({ item }) => (stored.get(item) ?? 0) === 0).map(({ item }) => item)).toEqual([]);
  });

  it('are no longer than 100,000 rows at scale 2000, but for lists, which are one file each', () => {
    const whole = { seed: 1, scale: 2000 };
    const large = plannedFiles(whole);
    expect(new Set(large.map(({ name }) => name)).size).toBe(large.length);
    // What is rare is told by a sample that is large: all rows of these subjects, of any place of the city.
    const sample = Array.from({ length: 6000 }, (_, index) => subjectAt(whole.seed, index * 797));
    const perSubject = new Map(
      cityItems.flatMap((item) =>
        item.batches.map((batch) => [
          `${item.item} ${batch.name}`,
          sum(sample.map((subject) => item.rows(subject, batch).length)) / sample.length,
        ]),
      ),
    );
    const rowsIn = ({ item, batch, from, until }: (typeof large)[number]) =>
      (perSubject.get(`${item.item} ${batch.name}`) ?? 0) * (until - from);
    for (const file of large) {
      if (file.item.isList) expect([file.from, file.until], file.name).toEqual([0, subjectsIn(whole)]);
      else expect(rowsIn(file), file.name).toBeLessThan(100_000);
    }
    expect(sum(large.map(rowsIn))).toBeGreaterThan(40_000_000);
  });

  it('are full lists where the catalogue asks for full lists', () => {
    const asked = openedDepartments().flatMap(({ kinds }) =>
      [...kinds.values()].flatMap(({ items }) =>
        items.filter(({ submission }) => submission === 'FULL_LIST').map(({ code }) => code),
      ),
    );
    const lists = cityItems.filter(({ isList }) => isList).map(({ item }) => item);
    expect(lists).toEqual(expect.arrayContaining(asked));
    expect(lists.length).toBeGreaterThan(5);
  });

  it.each([
    ['the first', 0],
    ['the last of the largest city', subjectsIn({ seed: 1, scale: LARGEST_SCALE }) - 400],
  ])(
    'hold rows about %s that no rule of their sheets rejects or marks, before the clerks’ mistakes',
    async (_which, first) => {
      const write = scratchFiles();
      const sheets = new Map(
        departments.flatMap(({ sheets: own, intakes = {} }) => [
          ...Object.entries(own),
          ...Object.entries(intakes).map(([item, { sheet }]) => [item, sheet] as const),
        ]),
      );
      const wrong: unknown[] = [];
      const read = new Map<string, number>();
      // Four hundred in a row hold the twelve that all rare kinds fall on.
      const about = Array.from({ length: 400 }, (_, index) => subjectAt(11, first + index));
      for (const { item, headers, batches, rows: rowsAbout } of cityItems) {
        const cells = batches.flatMap((batch) => about.flatMap((subject) => rowsAbout(subject, batch)));
        const lines = [headers, ...cells.map((row) => headers.map((header) => row[header] ?? ''))].map(csvLine);
        for await (const row of sheets.get(item)?.read(write(`${item}.csv`, lines.join(''))) ?? []) {
          if (row.outcome === 'ROW') read.set(item, (read.get(item) ?? 0) + 1);
          if (row.outcome === 'REJECTED' || (row.outcome === 'ROW' && row.marks.length > 0)) wrong.push([item, row]);
        }
      }
      expect(wrong).toEqual([]);
      expect([...read.keys()]).toEqual(cityItems.map(({ item }) => item));
      expect(sum([...read.values()])).toBeGreaterThan(3000);
    },
  );

  it('are imported with every row accounted for, at least one in a hundred of them dirty', () => {
    const total = { rows: 0, rejected: 0, flagged: 0, stored: 0 };
    for (const { rows, added, corrected, unchanged, repeated, rejected, flagged, fileName } of reports) {
      expect(added + corrected + unchanged + repeated + rejected, fileName).toBe(rows);
      total.rows += rows;
      total.rejected += rejected;
      total.flagged += flagged;
      total.stored += added;
    }
    expect(total.rows).toBe(manifest.files.reduce((sum, { rows }) => sum + rows, 0));
    const dirty = total.rejected + total.flagged;
    expect(dirty / total.rows).toBeGreaterThan(0.01);
    expect(dirty / total.rows).toBeLessThan(0.05);
    const reasons = new Set(reports.flatMap((report) => Object.keys(report.reasons)));
    expect(reasons.size).toBeGreaterThan(SCALE < 1 ? 8 : 25);
    const subjects = sum(reports.filter(({ item }) => item === 'credit.subject').map(({ added }) => added));
    expect(subjects).toBeGreaterThanOrEqual(2000 * SCALE);
    expect(total.stored - subjects).toBeGreaterThanOrEqual(20_000 * SCALE);
  });
});

describe('What the files say of one subject', () => {
  const sample = Array.from({ length: 4000 }, (_, index) => subjectAt(5, index));
  const said = (item: string, index: number) => {
    const found = cityItems.find((one) => one.item === item);
    const subject = sample[index];
    return found && subject ? found.batches.flatMap((batch) => found.rows(subject, batch)) : [];
  };

  it('ends with the subject: no insurance, bill, report or rating comes after', () => {
    const ended = sample.filter(({ endedOn }) => endedOn !== null && endedOn > '2024-01-01');
    expect(ended.length).toBeGreaterThan(50);
    let before = 0;
    for (const { index, endedOn } of ended) {
      const last = (endedOn ?? '').slice(0, 7);
      const months = said('labour.social-insurance', index).map(({ 费款所属期: month }) => String(month));
      for (const month of months)
        expect(`${month.slice(0, 4)}-${month.slice(4)}` <= last, `${index} ${endedOn}`).toBe(true);
      for (const { 年报日期: day } of said('market.annual-report', index))
        expect(String(day) < (endedOn ?? '')).toBe(true);
      for (const { 评价年度: year } of said('tax.credit-rating', index))
        expect(`${Number(year) + 1}-04-30` < (endedOn ?? '')).toBe(true);
      before += months.length + said('market.annual-report', index).length;
    }
    expect(before).toBeGreaterThan(10);
  });

  it('tells one story: who filed no report is listed for it, who cheated at taxes is rated D and not honoured', () => {
    let missed = 0;
    for (const { index } of sample) {
      const years = said('market.annual-report', index).map(({ 年报年度: year }) => year);
      for (const { 列入经营异常名录原因: reason, 列入日期: day } of said('market.abnormal-operation', index)) {
        if (!String(reason).includes('年度报告')) continue;
        missed += 1;
        expect(years).not.toContain(Number(String(day).slice(0, 4)) - 1);
      }
      if (said('tax.major-violation', index).length > 0) {
        for (const { 信用等级: grade } of said('tax.credit-rating', index)) expect(grade).toBe('D');
        expect(said('credit.incentive-listing', index)).toEqual([]);
      }
      const listed = said('courts.dishonest-debtor', index).map(({ 案号: number }) => number);
      expect(said('courts.enforcement-case', index).map(({ 案号: number }) => number)).toEqual(
        expect.arrayContaining(listed),
      );
      expect(said('courts.consumption-restriction', index).map(({ 案号: number }) => number)).toEqual(
        expect.arrayContaining(listed),
      );
    }
    expect(missed).toBeGreaterThan(20);
  });

  it('is unequal: few have most penalties, most have none', () => {
    const counts = sample.map(({ index }) => said('market.penalty', index).length).sort((one, other) => other - one);
    const all = sum(counts);
    expect(sum(counts.slice(0, 40)) / all).toBeGreaterThan(0.12);
    expect(counts.filter((count) => count === 0).length / counts.length).toBeGreaterThan(0.6);
  });

  it('has its seasons: reports in June, power in August', () => {
    const months = sample.flatMap(({ index }) =>
      said('market.annual-report', index).map(({ 年报日期: day }) => String(day).slice(5, 7)),
    );
    expect(months.filter((month) => month === '06').length / months.length).toBeGreaterThan(0.4);
    const used = (month: string) =>
      sum(
        sample.flatMap(({ index }) =>
          said('utilities.payment', index)
            .filter((row) => row.账单月份 === `2026年${month}月` && /电/u.test(String(row.缴费类别)))
            .map((row) => Number.parseInt(String(row.用量), 10)),
        ),
      );
    expect(used('8')).toBeGreaterThan(used('4') * 1.3);
  });
});

// A process takes seconds to begin, and on a crowded machine ten times as long.
describe('npm run city', { timeout: 300_000 }, () => {
  it('killed while it writes and run again ends with the bytes of an undisturbed run', async () => {
    const [undisturbed, killed] = [join(scratch, 'undisturbed'), join(scratch, 'killed')];
    await buildCity({ seed: 3, scale: 0.4, folder: undisturbed });
    const args = ['--seed', '3', '--scale', '0.4', '--into', killed];
    for (let kill = 0; kill < 2; kill++)
      expect(await killedOnce(running(args), () => filesIn(killed) > 5 + kill * 18)).toBe('SIGKILL');
    expect(await ended(running(args))).toBe(0);
    expect(hashesIn(killed)).toEqual(hashesIn(undisturbed));
  });

  // What it is compared with is the import above; of a whole city, as in `npm run prove`, it would take as long again.
  it.runIf(SCALE === 0.05)('killed while it imports and run again imports the same records', async () => {
    const args = ['--seed', '1', '--scale', '0.05', '--into', join(scratch, 'taken'), '--import', '--discard'];
    const environment = { DATABASE_URL: secondDatabase.url, DATA_DIR: join(scratch, 'data'), DEMONSTRATION: 'off' };
    const imports = async () => {
      const [found] = await secondDatabase.admin<{ count: number }[]>`
        select count(*)::int from (select 1 from market.imports where status = 'COMPLETED' union all
          select 1 from tax.imports where status = 'COMPLETED') i`.catch(() => [{ count: 0 }]);
      return found?.count ?? 0;
    };
    // At moments within a file: import-kill.test.ts.
    expect(await killedOnce(running(args, environment), async () => (await imports()) >= 5)).toBe('SIGKILL');
    expect(await ended(running(args, environment))).toBe(0);
    expect(readdirSync(join(scratch, 'taken'))).toEqual(['city.json']);
    const [once, resumed] = [await cityRecords(city.database), await cityRecords(secondDatabase)];
    expect(resumed).toEqual(once);
    expect(Object.keys(once).length).toBeGreaterThan(20);
  });

  it('deletes what it had imported before, once it is told to', async () => {
    const kept = join(scratch, 'kept');
    const onFile = () => Promise.resolve(true);
    await buildCity({ ...small, folder: kept, onFile });
    expect(filesIn(kept)).toBeGreaterThan(40);
    await buildCity({ ...small, folder: kept, onFile, isDiscarding: true });
    expect(readdirSync(kept)).toEqual(['city.json']);
  });

  it.each([
    [['--scale', '0'], '--scale 应为大于 0'],
    [['--seed', '1.5'], '--seed 应为 0 至'],
    [['--discard'], '--discard 只与 --import 一起使用'],
    [['--size', '3'], '不认识这样的参数'],
  ])('given %j says what is wrong in one sentence', async (args, sentence) => {
    const child = running(args);
    let said = '';
    child.stderr?.on('data', (chunk) => (said += chunk));
    expect(await ended(child)).toBe(1);
    expect(said).toContain(sentence);
    expect(said.trim().split('\n')).toHaveLength(1);
  });
});

function running(args: readonly string[], environment: Record<string, string> = {}): ChildProcess {
  return spawn(process.execPath, [program('city'), ...args], {
    env: {
      ...process.env,
      DATA_DIR: scratch,
      SECRET: Buffer.from(TEST_SECRET).toString('hex'),
      LOG_LEVEL: 'silent',
      ...environment,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

async function ended(child: ChildProcess): Promise<number | null> {
  const [code] = await once(child, 'close');
  return code;
}

/** Kills a run as soon as something is so; tells by what signal it ended, null for one that was quicker. */
async function killedOnce(
  child: ChildProcess,
  isTime: () => boolean | Promise<boolean>,
): Promise<NodeJS.Signals | null> {
  const gone = once(child, 'exit');
  while (child.exitCode === null && !(await isTime())) await pause(2);
  child.kill('SIGKILL');
  const [, signal] = await gone;
  return signal;
}

function filesIn(folder: string): number {
  try {
    return readdirSync(folder).filter((name) => name.startsWith('city-') && !name.endsWith('.part')).length;
  } catch {
    return 0;
  }
}

/** File → hash of its bytes. */
function hashesIn(folder: string | undefined): Readonly<Record<string, string>> {
  const hash = (name: string): string =>
    createHash('sha256')
      .update(readFileSync(join(folder ?? '', name)))
      .digest('hex');
  return Object.fromEntries(readdirSync(folder ?? '').map((name) => [name, hash(name)]));
}

/** How many records of the city's own subjects each table holds, and a hash of what they are and say, of all versions. */
async function cityRecords({ admin }: TestDatabase): Promise<Readonly<Record<string, string>>> {
  const tables = await admin<{ name: string }[]>`
    select table_schema || '.' || table_name as name from information_schema.columns
    where column_name = 'counterpart_name' and table_name <> 'record_index' order by 1`;
  const content: Record<string, string> = {};
  for (const { name } of tables) {
    const [found] = await admin.unsafe<{ count: number; hash: string }[]>(
      `select count(*)::int, md5(string_agg(
         concat_ws('|', id, version, subject_id, content_hash, withheld_reason, marks::text, superseded_at is null), ';'
         order by id collate "C", version)) as hash
       from ${name} where substr(subject_id, 9, 2) = 'MC'`,
    );
    if (found && found.count > 0) content[name] = `${found.count} records ${found.hash}`;
  }
  return content;
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
