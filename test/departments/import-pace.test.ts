import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type postgres from 'postgres';
import { afterAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../platform/config.ts';
import { followedChannel } from '../../platform/feed/followed.ts';
import type { RecordChanges } from '../../platform/feed/record-changes.ts';
import { paceOf } from '../../platform/import/pace.ts';
import { openCity } from '../../platform/installation/city.ts';
import { takeFile } from '../../platform/installation/take-file.ts';
import { createLog } from '../../platform/log.ts';
import { installationViewer } from '../../platform/viewer/viewer.ts';
import { departments, subjectDirectory } from '../../subgraphs/index.ts';
import { TEST_SECRET, testDatabase } from '../support/database.ts';
import { scratchFiles } from '../support/files.ts';
import { csv, rating } from './made-up.ts';
import { madeUpCode } from './submitted.ts';

const database = await testDatabase();
const { admin } = database;
const write = scratchFiles();
const folder = await mkdtemp(join(tmpdir(), 'credit-graph-pace-'));
const config = readConfig(
  {
    DATABASE_URL: database.url,
    DATA_DIR: folder,
    SECRET: Buffer.from(TEST_SECRET).toString('hex'),
    LOG_LEVEL: 'silent',
  },
  departments.map(({ name }) => name),
);
// Nobody follows its feeds but this file.
const city = await openCity({ config, cards: departments, directory: subjectDirectory, log: createLog('silent') });
await city.migrate();
afterAll(async () => {
  await city.stop();
  await rm(folder, { recursive: true, force: true });
});

const YEARS = Array.from({ length: 12 }, (_, at) => String(2014 + at));

/** A file of twelve years' ratings of so many taxpayers. */
function ratings(name: string, eight: string, taxpayers: number): string {
  const rows = Array.from({ length: taxpayers }, (_, at) => {
    const code = madeUpCode(`${eight}${String(at).padStart(4, '0')}`);
    return YEARS.map((year) => rating(`云泽第${at}节拍公司`, code, { 评价年度: year }));
  });
  return write(name, csv(rows.flat()));
}

const taken = (path: string) => takeFile(city, 'tax.credit-rating', path, { dataDirectory: folder, now: () => NOW });
const NOW = new Date('2026-11-21T10:00:00+08:00');

/** What a follower asks the tax department: the changes after a place. */
async function changesAfter(after: string | null, first: number): Promise<RecordChanges> {
  const transport = city.transports.get('tax');
  if (!transport) throw new Error('the tax department is elsewhere');
  const viewer = installationViewer({ today: '2026-11-21', requestId: 'test' });
  const query =
    'query ($after: String, $first: Int, $withReceived: Boolean) { recordChanges(after: $after, first: $first, withReceived: $withReceived) }';
  const variables = { after, first, withReceived: false };
  const { data } = await transport.ask({ query, variables }, viewer, AbortSignal.timeout(30_000));
  return (data as { recordChanges: RecordChanges }).recordChanges;
}

async function toldByFeed(): Promise<number> {
  const [feed] = await admin<{ told: number }[]>`select count(*)::int as told from tax.feed`;
  return feed?.told ?? 0;
}

describe('An import', () => {
  it('that nobody follows does not wait', async () => {
    const report = await taken(ratings('alone.csv', 'MPAA', 400));
    expect(report).toMatchObject({ rows: 4800, added: 4800, rejected: 0 });
  });

  it('stays near a slow follower, and comes to its end when that follower dies', { timeout: 120_000 }, async () => {
    const before = await toldByFeed();
    const path = ratings('followed.csv', 'MPAB', 2000);
    const importing = taken(path);
    let isOver = false;
    void importing.finally(() => {
      isOver = true;
    });
    const behind: number[] = [];
    let cursor: string | null = null;
    for (let followed = 0; followed < before + 12_000; ) {
      const page: RecordChanges = await changesAfter(cursor, 200);
      cursor = page.cursor;
      followed += page.headers.length;
      if (followed >= before) behind.push((await toldByFeed()) - followed);
      await pause(5);
    }
    // 24,000 rows; it does not hear of the follower before its second chunk.
    expect(isOver).toBe(false);
    expect(Math.max(...behind)).toBeLessThan(9_600);
    // Once it has heard, it is never more than three chunks ahead.
    expect(Math.max(...behind.slice(-20))).toBeLessThanOrEqual(3_000);
    expect(await importing).toMatchObject({ rows: 24_000, added: 24_000, rejected: 0 });
    expect(await toldByFeed()).toBe(before + 24_000);
  });
});

describe('The pace of an import', () => {
  const storing = (pace: ReturnType<typeof paceOf>): Promise<bigint> =>
    admin.begin(async (transaction: postgres.TransactionSql) => {
      await pace.told(transaction);
      const [own] = await transaction<{ id: string }[]>`select pg_current_xact_id()::text as id`;
      return BigInt(own?.id ?? 0);
    });
  /** A follower is at this transaction's first change; answers once whoever listens has had time to hear. */
  const follow = async (transaction: bigint | string): Promise<void> => {
    const place = typeof transaction === 'string' ? transaction : Buffer.from(`${transaction}/1`).toString('base64url');
    await admin`select pg_notify(${followedChannel('pace')}, ${place})`;
    await pause(50);
  };
  const listening = async (): Promise<void> => {
    const isHeard = async () =>
      (await admin`select 1 from pg_stat_activity where datname = ${database.name} and query ilike 'listen "pace%'`)
        .length;
    while (!(await isHeard())) await pause(5);
  };

  it('waits for a follower that moves until that has come to the chunk before the last', async () => {
    const pace = paceOf(admin, 'pace');
    const first = await storing(pace);
    await pace.turn(undefined);
    await storing(pace);
    await listening();
    await follow(first - 1n);
    let isReady = false;
    const turn = pace.turn(undefined).then(() => {
      isReady = true;
    });
    await follow('no place at all');
    await follow(first - 1n);
    expect(isReady).toBe(false);
    await follow(first);
    await turn;
    pace.end();
  });

  it('waits no longer when it is asked to stop', async () => {
    const pace = paceOf(admin, 'pace');
    const first = await storing(pace);
    await storing(pace);
    await listening();
    await follow(first - 1n);
    const stopping = new AbortController();
    const patient = pace.turn(undefined).then(() => 'patient');
    const stopped = pace.turn(stopping.signal).then(() => 'stopped');
    stopping.abort();
    expect(await Promise.race([patient, stopped])).toBe('stopped');
    await patient;
    pace.end();
  });
});
