import type postgres from 'postgres';
import { awaitReadable, type Change, readFeed } from '../feed/read-feed.ts';
import type { RecordKind } from '../records/kind.ts';
import type { Department } from '../subgraph/department.ts';
import type { City } from './city.ts';

/** The follower that keeps a department's records under their subjects' present ids. */
const FOLLOWER = 'subjects';
const PAGE = 1000;

type FollowingCity = Pick<City, 'near' | 'directory'>;

/**
 * Re-keys the records of the near departments whose subject has got another id: each follows the directory's feed from
 * where it stopped. Every step is one transaction with the new place, so that it may be killed anywhere, and done again
 * it changes nothing. `since` has it go back to an earlier place. Where the directory is far its feed is out of reach.
 */
export async function rekeyRecords(
  city: FollowingCity,
  departments: Iterable<Department> = city.near.values(),
  since?: string | null,
): Promise<void> {
  const directory = city.near.get(city.directory);
  if (!directory) return;
  await awaitReadable(directory.clients.imports);
  for (const department of departments) {
    let from = since;
    while (await followPage(directory, department, from)) from = undefined;
  }
}

/** Where a department stands in the directory's feed. */
export async function placeOfFollower(department: Department): Promise<string | null> {
  const { card, clients } = department;
  const [found] = await clients.imports<{ cursor: string | null }[]>`
    select cursor from ${clients.imports(`${card.name}.followers`)} where name = ${FOLLOWER}`;
  return found?.cursor ?? null;
}

/** One step; tells whether there is more. One process at a time: the follower's row is the lock. */
async function followPage(
  directory: Department,
  department: Department,
  since: string | null | undefined,
): Promise<boolean> {
  const { card, clients, kinds } = department;
  const followers = clients.imports(`${card.name}.followers`);
  await clients.imports`insert into ${followers} (name) values (${FOLLOWER}) on conflict do nothing`;
  return clients.imports.begin(async (transaction) => {
    const [stored] = await transaction<{ cursor: string | null }[]>`
      select cursor from ${followers} where name = ${FOLLOWER} for update`;
    const after = since === undefined ? (stored?.cursor ?? null) : since;
    const page = await readFeed(directory.clients.imports, directory.card.name, after, PAGE);
    for (const moved of conversions(page.changes, Object.keys(directory.card.intakes ?? {}))) {
      // The index follows the departments' feeds, which tell of every record that is moved here.
      for (const kind of kinds.values()) if (!kind.index) await rekey(transaction, card.name, kind, moved);
    }
    if (page.cursor !== stored?.cursor) {
      await transaction`update ${followers} set cursor = ${page.cursor} where name = ${FOLLOWER}`;
    }
    return page.changes.length === PAGE;
  });
}

interface Moved {
  readonly former: string;
  readonly subject: string;
}

/** The subjects that got another id, in runs within which no id is both left and entered, so that order does not matter. */
function conversions(changes: readonly Change[], subjectItems: readonly string[]): readonly (readonly Moved[])[] {
  const runs: Moved[][] = [];
  let ids = new Set<string>();
  for (const { change, item, recordId: former, subjectId: subject } of changes) {
    if (change !== 'REKEYED' || !subjectItems.includes(item)) continue;
    if (runs.length === 0 || ids.has(former) || ids.has(subject)) {
      runs.push([]);
      ids = new Set();
    }
    runs.at(-1)?.push({ former, subject });
    ids.add(former).add(subject);
  }
  return runs;
}

/**
 * Moves all versions of the former subjects' records. A fact that a subject has once may be held under both its ids: the
 * one recorded last stands, the other ends.
 */
async function rekey(
  transaction: postgres.TransactionSql,
  schema: string,
  { table }: RecordKind,
  moved: readonly Moved[],
): Promise<void> {
  const list = `moved as (select * from json_to_recordset($1::text::json) as m(former text, subject text))`;
  const tell = `insert into "${schema}".feed (change, item, record_id, version, subject_id, recorded_at)`;
  await transaction.unsafe(
    `with ${list}, held as (
       select t.id, row_number() over (partition by m.subject, t.natural_key order by t.recorded_at desc, t.id) as place
       from moved m join ${table} t on t.subject_id in (m.former, m.subject)
       where t.superseded_at is null and t.natural_key is not null
     ), ended as (
       update ${table} t set superseded_at = clock_timestamp() from held h
       where h.place > 1 and t.id = h.id and t.superseded_at is null
       returning t.item, t.id, t.version, t.subject_id, t.superseded_at
     )
     ${tell} select 'ENDED', item, id, version, subject_id, superseded_at from ended`,
    [JSON.stringify(moved)],
  );
  await transaction.unsafe(
    `with ${list}, rekeyed as (
       update ${table} t set subject_id = m.subject from moved m where t.subject_id = m.former
       returning t.item, t.id, t.version, t.subject_id
     )
     ${tell} select distinct on (id) 'REKEYED', item, id, version, subject_id, clock_timestamp() from rekeyed order by id, version desc`,
    [JSON.stringify(moved)],
  );
}
