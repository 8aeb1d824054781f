import { setTimeout as pause } from 'node:timers/promises';
import type postgres from 'postgres';
import { afterAll, describe, expect, it } from 'vitest';
import { connect } from '../../platform/database/connection.ts';
import { awaitReadable, type Change, readFeed } from '../../platform/feed/read-feed.ts';
import { testCity } from '../support/city.ts';
import { csv, rating } from './made-up.ts';
import { madeUpCode } from './submitted.ts';

const city = await testCity();
const { admin } = city.database;
const reader = city.city.near.get('tax')?.clients.imports;
if (!reader) throw new Error('the tax department is not here');
const writers = connect({ url: city.database.url }, { applicationName: 'feed writers', max: 8 });
afterAll(() => writers.end({ timeout: 5 }));

/** A change as a department writes it, told by its record's name. */
async function tell(transaction: postgres.TransactionSql, recordId: string): Promise<void> {
  await transaction`
    insert into tax.feed (change, item, record_id, version, subject_id, recorded_at)
    values ('ADDED', 'tax.credit-rating', ${recordId}, 1, 'somebody', clock_timestamp())`;
}

/** Everything from a cursor on, in pages. */
async function rest(after: string | null, limit = 100): Promise<{ changes: readonly Change[]; cursor: string | null }> {
  const changes: Change[] = [];
  for (let cursor = after; ; ) {
    const page = await readFeed(reader as postgres.Sql, 'tax', cursor, limit);
    changes.push(...page.changes);
    cursor = page.cursor;
    if (page.changes.length < limit) return { changes, cursor };
  }
}

describe('The feed of a department', () => {
  it('is written in the transaction that writes the record', async () => {
    const code = madeUpCode('MA8FEED2');
    await city.take('tax.credit-rating', csv([rating('云泽晨光机械有限公司', code)]));
    await city.take('tax.credit-rating', csv([rating('云泽晨光机械有限公司', code, { 信用等级: 'B' })]));
    const rows = await admin<{ change: string; version: number; isSame: boolean; isTold: boolean }[]>`
      select f.change, f.version, mod(f.transaction::text::numeric, 4294967296) = r.xmin::text::numeric as "isSame",
             f.recorded_at = r.recorded_at and f.subject_id = r.subject_id and f.item = r.item as "isTold"
      from tax.feed f join tax.tax_credit_ratings r on r.id = f.record_id and r.version = f.version
      where r.subject_id = ${code} and (r.superseded_at is null or f.version = 1) order by f.version`;
    // The first version's row was written anew when the second ended it.
    expect(rows).toEqual([
      { change: 'ADDED', version: 1, isSame: false, isTold: true },
      { change: 'CORRECTED', version: 2, isSame: true, isTold: true },
    ]);
  });

  it('holds back the record where it cannot be written', async () => {
    const code = madeUpCode('MA8FEED3');
    await admin.unsafe(`
      create function refuse() returns trigger language plpgsql as 'begin raise exception ''no room''; end';
      create trigger refuse before insert on tax.feed for each statement execute function refuse()`);
    const refused = await city
      .take('tax.credit-rating', csv([rating('云泽远山茶业有限公司', code)]))
      .catch((error) => error);
    await admin.unsafe('drop trigger refuse on tax.feed');
    expect(refused).toMatchObject({ name: 'DatabaseError', cause: { message: 'no room' } });
    expect(await admin`select 1 from tax.tax_credit_ratings where subject_id = ${code}`).toEqual([]);
    expect(await city.take('tax.credit-rating', csv([rating('云泽远山茶业有限公司', code)]))).toMatchObject({
      added: 1,
    });
  });

  it('tells nothing of rows that were refused as the last of them was written', async () => {
    const code = madeUpCode('MA8FEED4');
    await admin.unsafe(`
      create function refuse_ratings() returns trigger language plpgsql as 'begin raise exception ''no room''; end';
      create trigger refuse after insert on tax.tax_credit_ratings for each statement execute function refuse_ratings()`);
    const file = csv([rating('云泽白鹭食品有限公司', code)]);
    const refused = await city.take('tax.credit-rating', file).catch((error) => error);
    await admin.unsafe('drop trigger refuse on tax.tax_credit_ratings');
    expect(refused).toMatchObject({ name: 'DatabaseError', cause: { message: 'no room' } });
    expect(await admin`select 1 from tax.feed where subject_id = ${code}`).toEqual([]);
    expect(await city.take('tax.credit-rating', file)).toMatchObject({ added: 1 });
  });

  it('does not go past a transaction that is still writing, though others have committed since', async () => {
    const start = (await rest(null)).cursor;
    const order: string[] = [];
    let finish = (): void => {};
    const late = writers.begin(async (transaction) => {
      await tell(transaction, 'late');
      order.push('late has written');
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
    });
    while (order.length === 0) await pause(5);
    await writers.begin((transaction) => tell(transaction, 'early'));
    expect((await rest(start)).changes).toEqual([]);
    expect(await awaitReadable(reader, 50)).toBe(false);
    finish();
    await late;
    expect(await awaitReadable(reader)).toBe(true);
    const { changes, cursor } = await rest(start);
    expect(changes.map(({ recordId }) => recordId)).toEqual(['late', 'early']);
    expect((await rest(cursor)).changes).toEqual([]);
    expect(cursor).toMatch(/^[\w-]+$/u);
  });

  it('tells a reader that polls while many write at random each change exactly once', async () => {
    let cursor = (await rest(null)).cursor;
    const committed: string[] = [];
    const undone: string[] = [];
    let isWriting = true;
    let busyPolls = 0;
    const write = async (writer: number): Promise<void> => {
      // On a crowded machine the reader comes by less often: it is written for.
      for (let round = 0; round < 12 || (busyPolls <= 5 && round < 500); round += 1) {
        const told = Array.from({ length: 1 + Math.floor(Math.random() * 4) }, (_, at) => `${writer}.${round}.${at}`);
        const isUndone = Math.random() < 0.2;
        await writers
          .begin(async (transaction) => {
            for (const recordId of told) {
              await tell(transaction, recordId);
              await pause(Math.random() * 15);
            }
            if (isUndone) throw new Error('undone');
          })
          .catch((error: Error) => {
            if (error.message !== 'undone') throw error;
          });
        (isUndone ? undone : committed).push(...told);
      }
    };
    const seen: string[] = [];
    const poll = async (): Promise<void> => {
      for (;;) {
        const wasWriting = isWriting;
        if (!wasWriting) await awaitReadable(reader);
        const page = await readFeed(reader, 'tax', cursor, 7);
        seen.push(...page.changes.map(({ recordId }) => recordId));
        cursor = page.cursor;
        if (wasWriting && page.changes.length > 0) busyPolls += 1;
        if (!wasWriting && page.changes.length === 0) return;
        await pause(Math.random() * 4);
      }
    };
    const polling = poll();
    await Promise.all(Array.from({ length: 8 }, (_, writer) => write(writer)));
    isWriting = false;
    await polling;

    expect(undone.length).toBeGreaterThan(0);
    expect(busyPolls).toBeGreaterThan(5);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.toSorted()).toEqual(committed.toSorted());
    // Within a transaction, in the order of writing.
    const places = new Map(seen.map((recordId, place) => [recordId, place]));
    for (const recordId of seen) {
      const [writer, round, at] = recordId.split('.').map(Number);
      const before = places.get(`${writer}.${round}.${Number(at) - 1}`);
      if (before !== undefined) expect(before).toBe((places.get(recordId) ?? 0) - 1);
    }
    // The same from the beginning, in pages of another size, is the same order.
    const all = (await rest(null, 13)).changes.map(({ recordId }) => recordId);
    expect(all.slice(-seen.length)).toEqual(seen);
  });

  it('counts transactions as numbers: 100 comes after 99', async () => {
    const isOld = (change: Change) => change.recordId.startsWith('transaction ');
    await admin`
      insert into tax.feed (transaction, change, item, record_id, version, subject_id, recorded_at)
      select t::text::xid8, 'ADDED', 'tax.credit-rating', 'transaction ' || t, 1, 'somebody', now()
      from unnest(array[100, 9, 99, 10]) t`;
    for (const limit of [1, 2, 100]) {
      const { changes } = await rest(null, limit);
      expect(changes.filter(isOld).map(({ recordId }) => recordId)).toEqual(
        [9, 10, 99, 100].map((transaction) => `transaction ${transaction}`),
      );
    }
  });

  it('refuses a cursor that it did not give', async () => {
    await expect(readFeed(reader, 'tax', 'MjAyNg', 10)).rejects.toThrow('cursor');
    await expect(readFeed(reader, 'tax', '', 10)).rejects.toThrow('cursor');
  });
});
