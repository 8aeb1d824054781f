import type postgres from 'postgres';
import { type MergeTarget, NOW } from './merge.ts';

/** Why a record is withheld that its own side has taken out of force; its content hash is the word itself. */
export const NO_LONGER_LISTED = 'NO_LONGER_LISTED';
export const WITHDRAWN = 'WITHDRAWN';

/** SQL over a row: the record is in force as far as its submissions go. */
export const STANDS = `(t.withheld_reason is null or t.withheld_reason not in ('${NO_LONGER_LISTED}', '${WITHDRAWN}'))`;

/**
 * The versions that records are to get next, in a temporary table of the transaction: each is a copy of version `source` of
 * the same record, as the import `import_id` wrote it, withheld for `reason` where there is one.
 */
export async function planSuccession(
  transaction: postgres.TransactionSql,
  query: string,
  parameters: readonly postgres.ParameterOrJSON<never>[],
): Promise<number> {
  await transaction.unsafe(
    `create temp table succession (id text primary key, source int not null, import_id bigint not null, reason text) on commit drop`,
  );
  const { count } = await transaction.unsafe(
    `insert into succession (id, source, import_id, reason) ${query}`,
    parameters as postgres.ParameterOrJSON<never>[],
  );
  await transaction.unsafe('analyze succession');
  return count;
}

/** Ends the current versions of the planned records, adds the next and tells the feed. */
export async function carryOut(transaction: postgres.TransactionSql, target: MergeTarget): Promise<void> {
  const { table, schema } = target;
  const own = new Set(['version', 'recordedAt', 'supersededAt', 'importId', 'withheldReason', 'contentHash']);
  const copied = target.columns.filter(({ field }) => !own.has(field)).map(({ name }) => name);
  await transaction.unsafe(
    `update ${table} t set superseded_at = ${NOW} from succession s where t.id = s.id and t.superseded_at is null`,
  );
  await transaction.unsafe(
    `with added as (
       insert into ${table} (${copied.join(', ')}, version, recorded_at, import_id, withheld_reason, content_hash)
       select ${copied.map((name) => `f.${name}`).join(', ')}, l.version + 1, ${NOW}, s.import_id,
              coalesce(s.reason, f.withheld_reason), coalesce(s.reason, f.content_hash)
       from succession s
       join ${table} f on f.id = s.id and f.version = s.source
       join lateral (select max(v.version) as version from ${table} v where v.id = s.id) l on true
       returning item, id, version, subject_id, recorded_at
     )
     insert into "${schema}".feed (change, item, record_id, version, subject_id, recorded_at)
     select 'CORRECTED', item, id, version, subject_id, recorded_at from added`,
  );
}
