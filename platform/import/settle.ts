import type postgres from 'postgres';
import type { Stamp } from './intake.ts';
import { current, type MergeTarget } from './merge.ts';
import { stageOf } from './stage.ts';

/** A stored record that a staged row is about, though it is kept under another id or another number of the subject. */
interface Kept {
  /** The id of the staged row, and its subject. */
  readonly given: string;
  readonly wanted: string;
  readonly id: string;
  readonly subjectId: string;
}

/**
 * Finds what is already held of the same facts under another number of the same subject: taken while the credit office
 * was silent, or before it knew that two numbers are one subject. What is held keeps its id and its history, and belongs
 * to the subject from now on in all its versions (`REKEYED`); where a fact is held more than once, one stays and the
 * others end (`ENDED`). The staged rows get the ids under which they are kept, which are answered.
 */
export async function settleStaged(
  transaction: postgres.TransactionSql,
  target: MergeTarget,
  { isDryRun }: Stamp,
): Promise<readonly string[]> {
  // A record of a numbered document is found by its id; a subject's fact by the subject as well.
  const found = await transaction.unsafe<Kept[]>(
    `with kept as (
       select i.id as given, i.subject_id as wanted, t.id, t.subject_id, t.recorded_at from ${stageOf(target)} i
       cross join lateral unnest(case when i.is_pending then array[i.subject_id] else i.subject_id || i.numbers end) as c(candidate)
       cross join lateral (
         select v.* from ${target.table} v
         where v.subject_id = c.candidate and v.natural_key = i.natural_key and v.superseded_at is null offset 0) t
       where i.natural_key is not null
       union
       select i.id, i.subject_id, t.id, t.subject_id, t.recorded_at
       from ${stageOf(target)} i ${current(target.table, 'i.id', 'v.subject_id = any(i.numbers)')}
       where i.natural_key is null and not i.is_pending and t.subject_id <> i.subject_id
     )
     select given, wanted, id, subject_id as "subjectId" from kept k
     where exists (select 1 from kept o where o.given = k.given and (o.id <> o.given or o.subject_id <> o.wanted))
     order by recorded_at desc, id`,
  );
  const byRow = new Map<string, Kept[]>();
  for (const one of found) byRow.set(one.given, [...(byRow.get(one.given) ?? []), one]);
  const ended: string[] = [];
  const moved: { id: string; subject_id: string }[] = [];
  const renamed: { given: string; id: string }[] = [];
  for (const [given, held] of byRow) {
    const kept = held.find((one) => one.subjectId === one.wanted) ?? held[0];
    if (!kept) continue;
    ended.push(...held.filter((one) => one !== kept).map((one) => one.id));
    if (kept.subjectId !== kept.wanted) moved.push({ id: kept.id, subject_id: kept.wanted });
    if (kept.id !== given) renamed.push({ given, id: kept.id });
  }
  if (!isDryRun && ended.length > 0) await endRecords(transaction, target, ended);
  if (!isDryRun && moved.length > 0) await moveRecords(transaction, target, moved);
  await rename(transaction, target, renamed);
  return renamed.map(({ id }) => id);
}

/**
 * A row whose name was not its subject's when it came before, and is now: what was held back becomes the record, with its
 * history; where the record is there already, what was held back ends. Answers the ids under which rows are kept.
 */
export async function releaseStaged(
  transaction: postgres.TransactionSql,
  target: MergeTarget,
  { isDryRun }: Stamp,
): Promise<readonly string[]> {
  // One that was released before is the record by now: its id is the held one for good.
  const held = await transaction.unsafe<{ given: string; id: string; isThere: boolean }[]>(
    `select i.id as given, i.held_id as id,
            exists (select 1 from ${target.table} r where r.id = i.id and r.superseded_at is null) as "isThere"
     from ${stageOf(target)} i ${current(target.table, 'i.held_id')} where i.held_id <> i.id`,
  );
  const ended = held.filter((one) => one.isThere).map((one) => one.id);
  const released = held.filter((one) => !one.isThere);
  if (!isDryRun && ended.length > 0) await endRecords(transaction, target, ended);
  await rename(transaction, target, released);
  return released.map(({ id }) => id);
}

async function rename(
  transaction: postgres.TransactionSql,
  target: MergeTarget,
  renamed: readonly { readonly given: string; readonly id: string }[],
): Promise<void> {
  if (renamed.length === 0) return;
  await transaction.unsafe(
    `update ${stageOf(target)} i set id = r.id from json_to_recordset($1::text::json) as r(given text, id text) where i.id = r.given`,
    [JSON.stringify(renamed)],
  );
}

async function endRecords(
  transaction: postgres.TransactionSql,
  { table, schema }: MergeTarget,
  ids: readonly string[],
): Promise<void> {
  await transaction.unsafe(
    `with ended as (
       update ${table} set superseded_at = clock_timestamp() where id = any($1::text[]) and superseded_at is null
       returning item, id, version, subject_id, superseded_at
     )
     insert into "${schema}".feed (change, item, record_id, version, subject_id, recorded_at)
     select 'ENDED', item, id, version, subject_id, superseded_at from ended`,
    [ids as string[]],
  );
}

async function moveRecords(
  transaction: postgres.TransactionSql,
  { table, schema }: MergeTarget,
  moved: readonly { readonly id: string; readonly subject_id: string }[],
): Promise<void> {
  await transaction.unsafe(
    `with moved as (
       update ${table} t set subject_id = m.subject_id
       from json_to_recordset($1::text::json) as m(id text, subject_id text) where t.id = m.id
       returning t.item, t.id, t.version, t.subject_id, t.superseded_at
     )
     insert into "${schema}".feed (change, item, record_id, version, subject_id, recorded_at)
     select 'REKEYED', item, id, version, subject_id, clock_timestamp() from moved where superseded_at is null`,
    [JSON.stringify(moved)],
  );
}
