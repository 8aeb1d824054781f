import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { contentOf } from '../support/content.ts';
import { TEST_SECRET, type TestDatabase, testDatabase } from '../support/database.ts';
import { scratchFiles } from '../support/files.ts';
import { program } from '../support/programs.ts';
import { csv, penalty } from './made-up.ts';
import { type Cells, madeUpCode } from './submitted.ts';

/** How often an import is killed: a few times in `npm test`, twenty times in `npm run prove`. */
const KILLS = Number(process.env.KILLS ?? 1);
/** Kills before an import is let through to its end. */
const KILLS_PER_STATE = 5;

const write = scratchFiles();
const ITEM = 'market.penalty';
const SCHEMAS = ['market', 'credit'];
const codes = Array.from({ length: 300 }, (_, index) => madeUpCode(`MB${String(index).padStart(6, '0')}`));

/** Rows of a year's penalties, with some that say the same again, contradict another or cannot be taken. */
function penalties(count: number, content: (index: number) => string): readonly Cells[] {
  return Array.from({ length: count }, (_, index) => {
    const at = index % 89 === 88 || index % 97 === 96 ? index - 50 : index;
    return penalty(`云泽第${at % 300}公司`, codes[at % 300] ?? '', {
      行政处罚决定书文号: `云市监罚〔2026〕${at}号`,
      处罚内容: index % 97 === 96 ? '警告,并罚款2000元。' : content(at),
      处罚决定日期: index % 101 === 100 ? '某日' : '2026-03-05',
    });
  });
}

/** Rows of the file before, and of the one that is killed: three chunks of an import that nobody follows (platform/import/pace.ts). */
const [FEW, MANY] = KILLS > 1 ? [2500, 6000] : [1200, 4200];

const before = write('before.csv', csv(penalties(FEW, () => '罚款2000元。')));
const after = write(
  'after.csv',
  csv(penalties(MANY, (index) => (index % 2 === 0 ? '罚款2000元。' : '罚款2000元,已缴纳。'))),
);

const folder = mkdtempSync(join(tmpdir(), 'credit-graph-kill-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** `npm run import` as a process of its own. */
function importing(database: TestDatabase, path: string): ChildProcess {
  return spawn(process.execPath, [program('import'), ITEM, path], {
    env: {
      ...process.env,
      DATABASE_URL: database.url,
      DATA_DIR: folder,
      SECRET: Buffer.from(TEST_SECRET).toString('hex'),
      LOG_LEVEL: 'silent',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

async function imported(database: TestDatabase, path: string): Promise<void> {
  const child = importing(database, path);
  const [code] = await once(child, 'exit');
  // 2: some rows were rejected; 0: it had come to its end before it was killed.
  expect([0, 2]).toContain(code);
}

/** Kills an import once it has begun and holds so many versions, and some time after. Tells where that was. */
async function killed(database: TestDatabase, path: string, versions: number, afterMs: number): Promise<string> {
  const child = importing(database, path);
  const ended = once(child, 'exit');
  const [last] = await database.admin<{ at: string }[]>`
    select coalesce(max(started_at), '-infinity')::text as at from market.imports`;
  const isReading = async () => {
    // One that was killed goes on under its own number: it begins anew.
    const [found] = await database.admin`
      select 1 from market.imports where started_at > ${last?.at ?? ''}::text::timestamptz
        and (select count(*) from market.administrative_penalties) >= ${versions}`;
    return found !== undefined || child.exitCode !== null;
  };
  while (!(await isReading())) await pause(5);
  await pause(afterMs);
  child.kill('SIGKILL');
  await ended;
  const [at] = await database.admin<{ place: string }[]>`
    select status || ' with ' || (select count(*) from market.administrative_penalties) || ' versions' as place
    from market.imports order by started_at desc limit 1`;
  return at?.place ?? 'before it began';
}

async function versionsOf({ admin }: TestDatabase): Promise<number> {
  const [found] = await admin<{ versions: number }[]>`
    select count(*)::int as versions from market.administrative_penalties`;
  return found?.versions ?? 0;
}

async function countsOf({ admin }: TestDatabase) {
  return admin`
    select file_name, status, rows, added, corrected, unchanged, repeated, rejected, flagged from market.imports order by id`;
}

/** Keeps what the tables hold now, to go back to it. */
async function keepState({ admin }: TestDatabase): Promise<() => Promise<void>> {
  const tables = await admin<{ name: string; copy: string }[]>`
    select format('%I.%I', schemaname, tablename) as name, format('kept.%I', schemaname || '_' || tablename) as copy
    from pg_tables where schemaname = any(${SCHEMAS})`;
  await admin`create schema kept`;
  for (const { name, copy } of tables) await admin.unsafe(`create table ${copy} as table ${name}`);
  return async () => {
    await admin.unsafe(`truncate ${tables.map(({ name }) => name).join(', ')}`);
    for (const { name, copy } of tables) await admin.unsafe(`insert into ${name} table ${copy}`);
  };
}

describe('An import', () => {
  it(`killed at ${KILLS} random points and run again ends in the state that it reaches undisturbed`, {
    timeout: 60_000 + KILLS * 20_000,
  }, async () => {
    const undisturbed = testDatabaseOf();
    await imported(undisturbed, before);
    await imported(undisturbed, after);
    const expected = await contentOf(undisturbed, SCHEMAS, { withoutRuns: true });
    expect(Object.values(expected).filter((content) => !content.startsWith('0 rows')).length).toBeGreaterThan(5);
    const [{ ms = 0 } = {}] = await undisturbed.admin<{ ms: number }[]>`
        select extract(epoch from ended_at - started_at)::float8 * 1000 as ms from market.imports order by id desc limit 1`;

    const versions = await versionsOf(undisturbed);

    const database = testDatabaseOf();
    await imported(database, before);
    const restore = await keepState(database);
    const places: string[] = [];
    while (places.length < KILLS) {
      await restore();
      for (let kill = 0; kill < KILLS_PER_STATE && places.length < KILLS; kill += 1) {
        const held = await versionsOf(database);
        const share = kill % 2 === 0 ? 0 : Math.random() * 0.7;
        const target = held + Math.floor(share * (versions - held));
        const place = await killed(database, after, target, Math.random() * ms * (share === 0 ? 0.7 : 0.1));
        // An import that was quicker than its killer does not count, and leaves nothing more to kill in this state.
        if (!place.startsWith('RUNNING')) break;
        places.push(place);
      }
      await imported(database, after);
      expect(await contentOf(database, SCHEMAS, { withoutRuns: true }), places.join('; ')).toEqual(expected);
      const [feed] = await database.admin<{ versions: number; told: number; distinct: number }[]>`
          select (select count(*)::int from market.administrative_penalties) as versions,
                 count(*)::int as told, count(distinct (record_id, version))::int as distinct from market.feed`;
      expect(feed).toEqual({ versions: feed?.versions, told: feed?.versions, distinct: feed?.versions });
      const open = await database.admin`select status from market.imports where status = 'RUNNING'`;
      expect(open).toEqual([]);
      // It counts as one import, as if nothing had happened.
      expect(await countsOf(database)).toEqual(await countsOf(undisturbed));
    }
    console.log(`killed at: ${places.join('; ')}`);
    expect(places).toHaveLength(KILLS);
  });
});

const databases = [await testDatabase(), await testDatabase()];

function testDatabaseOf(): TestDatabase {
  const database = databases.pop();
  if (!database) throw new Error('no further database');
  return database;
}
