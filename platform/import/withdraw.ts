import type postgres from 'postgres';
import type { Batch } from './batches.ts';
import { beginWriting, type MergeTarget } from './merge.ts';
import { carryOut, planSuccession, STANDS, WITHDRAWN } from './succession.ts';

/** What became of a batch that was to be taken back. */
export interface Withdrawal {
  readonly batch: Pick<Batch, 'id' | 'item' | 'fileName' | 'startedAt'>;
  /** Records that only this batch has: they are withheld as WITHDRAWN. */
  readonly withdrawn: number;
  /** Records that have again what stood before the batch. */
  readonly restored: number;
  /** Records that a later import has changed, or that have ended since: left as they are. */
  readonly leftAlone: number;
  /** Current records of the item. */
  readonly current: number;
  /** DONE; BEFORE: it had been taken back already; UNCONFIRMED: it touches so many that it waits for `--confirm`. */
  readonly outcome: 'DONE' | 'BEFORE' | 'UNCONFIRMED';
}

/**
 * Takes a batch back, in one transaction: each record whose current version it wrote gets as a new version what the last
 * batch said that still stands, or, where there is none, its own content, withheld. The new version counts as written by
 * the batch whose content it has, so that batches can be taken back one after another in any order.
 */
export function withdrawBatch(
  client: postgres.Sql,
  target: MergeTarget,
  batch: Batch,
  terms: { readonly share: number; readonly isConfirmed: boolean },
): Promise<Withdrawal> {
  const { table, schema } = target;
  const id = String(batch.id);
  return client.begin(async (transaction): Promise<Withdrawal> => {
    const none = { batch, withdrawn: 0, restored: 0, leftAlone: 0, current: 0 };
    await beginWriting(transaction, batch.item);
    const imports = transaction(`${schema}.imports`);
    const [now] = await transaction<
      { status: string }[]
    >`select status from ${imports} where id = ${batch.id} for update`;
    if (now?.status === WITHDRAWN) return { ...none, outcome: 'BEFORE' };
    const touched = await planSuccession(
      transaction,
      `select t.id, coalesce(p.version, t.version), coalesce(p.import_id, t.import_id), case when p.version is null then '${WITHDRAWN}' end
       from ${table} t
       left join lateral (
         select v.version, v.import_id, v.subject_id, v.natural_key from ${table} v
         where v.id = t.id and v.version < t.version and v.import_id <> t.import_id
           and not exists (select 1 from "${schema}".imports m where m.id = v.import_id and m.status = '${WITHDRAWN}')
         order by v.version desc limit 1) p on true
       where t.import_id = $1::text::bigint and t.superseded_at is null
         and not exists (
           select 1 from ${table} o where o.superseded_at is null and o.id <> t.id
             and o.subject_id = p.subject_id and o.natural_key = p.natural_key)`,
      [id],
    );
    const [found] = await transaction.unsafe<{ withdrawn: number; written: number; current: number }[]>(
      `select (select count(*)::int from succession where reason is not null) as withdrawn,
              (select count(distinct id)::int from ${table} where import_id = $1::text::bigint) as written,
              (select count(*)::int from ${table} t where t.item = $2::text and t.superseded_at is null and ${STANDS}) as current`,
      [id, batch.item],
    );
    const { withdrawn = 0, written = 0, current = 0 } = found ?? {};
    const counts = { batch, withdrawn, restored: touched - withdrawn, leftAlone: written - touched, current };
    if (touched > current * terms.share && !terms.isConfirmed) return { ...counts, outcome: 'UNCONFIRMED' };
    await carryOut(transaction, target);
    await transaction`update ${imports} set status = ${WITHDRAWN}, ended_at = clock_timestamp() where id = ${batch.id}`;
    return { ...counts, outcome: 'DONE' };
  });
}
