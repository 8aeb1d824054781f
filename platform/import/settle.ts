import type postgres from 'postgres';
import type { IncomingRow, MergeTarget } from './merge.ts';

/** A stored record that an incoming row is about, though it is kept under another id or another number of the subject. */
interface Kept {
  readonly given: string;
  readonly id: string;
  readonly subjectId: string;
}

/**
 * Finds what is already held of the same facts under another number of the same subject: taken while the credit office
 * was silent, or before it knew that two numbers are one subject. What is held keeps its id and its history, and belongs
 * to the subject from now on in all its versions (`REKEYED`); where a fact is held more than once, one stays and the
 * others end (`ENDED`). Answers the rows with the ids under which they are kept.
 */
export async function settleRows(
  transaction: postgres.TransactionSql,
  target: MergeTarget,
  rows: readonly IncomingRow[],
): Promise<readonly IncomingRow[]> {
  const candidates = rows.flatMap(candidatesOf);
  if (candidates.length === 0) return rows;
  const found = await transaction.unsafe<Kept[]>(
    `with given as (
       select * from json_to_recordset($1::text::json) as g(id text, natural_key text, candidate text)
     ), kept as (
       select g.id as given, t.id, t.subject_id, t.recorded_at from given g
       join ${target.table} t on t.subject_id = g.candidate and t.natural_key = g.natural_key and t.superseded_at is null
       union all
       select g.id, t.id, t.subject_id, t.recorded_at from given g
       join ${target.table} t on t.id = g.id and t.subject_id = g.candidate and t.superseded_at is null
       where g.natural_key is null
     )
     select given, id, subject_id as "subjectId" from kept order by recorded_at desc, id`,
    [JSON.stringify(candidates)],
  );
  const byRow = new Map<string, Kept[]>();
  for (const one of found) byRow.set(one.given, [...(byRow.get(one.given) ?? []), one]);
  const ended: string[] = [];
  const moved: { id: string; subject_id: string }[] = [];
  const settled = rows.map((row): IncomingRow => {
    const held = byRow.get(row.id) ?? [];
    const kept = held.find((one) => one.subjectId === row.subjectId) ?? held[0];
    if (!kept) return row;
    ended.push(...held.filter((one) => one !== kept).map((one) => one.id));
    if (kept.subjectId !== row.subjectId) moved.push({ id: kept.id, subject_id: String(row.subjectId) });
    return kept.id === row.id ? row : { ...row, id: kept.id };
  });
  if (ended.length > 0) await endRecords(transaction, target, ended);
  if (moved.length > 0) await moveRecords(transaction, target, moved);
  return settled;
}

/**
 * A row whose name was not its subject's when it came before, and is now: what was held back becomes the record, with its
 * history; where the record is there already, what was held back ends.
 */
export async function releaseHeld(
  transaction: postgres.TransactionSql,
  target: MergeTarget,
  rows: readonly IncomingRow[],
): Promise<readonly IncomingRow[]> {
  // One that was released before is the record by now: its id is the held one for good.
  const heldIds = rows
    .filter((row) => row.heldId !== row.id)
    .map((row) => row.heldId)
    .filter((id) => typeof id === 'string');
  if (heldIds.length === 0) return rows;
  const current = await transaction.unsafe<{ id: string }[]>(
    `select id from ${target.table} where superseded_at is null and id = any($1::text[])`,
    [[...heldIds, ...rows.map((row) => row.id)]],
  );
  const there = new Set(current.map((one) => one.id));
  const ended = rows
    .filter((row) => row.heldId && row.heldId !== row.id && there.has(row.heldId) && there.has(row.id))
    .map((row) => row.heldId ?? '');
  if (ended.length > 0) await endRecords(transaction, target, ended);
  return rows.map((row) =>
    row.heldId && there.has(row.heldId) && !there.has(row.id) ? { ...row, id: row.heldId } : row,
  );
}

interface Candidate {
  readonly id: string;
  readonly natural_key: unknown;
  readonly candidate: string;
}

function candidatesOf(row: IncomingRow): readonly Candidate[] {
  const subject = String(row.subjectId);
  const numbers = row.isPending ? [] : (row.numbers ?? []);
  // A record of a numbered document is found by its id; a subject's fact by the subject as well.
  const all = new Set(row.naturalKey === null ? numbers : [subject, ...numbers]);
  if (row.naturalKey === null) all.delete(subject);
  return [...all].map((candidate) => ({ id: row.id, natural_key: row.naturalKey, candidate }));
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
