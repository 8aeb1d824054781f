import { createHash } from 'node:crypto';
import type postgres from 'postgres';
import type { DraftedRow } from '../../../platform/import/draft.ts';
import type { Intake, Prepared } from '../../../platform/import/intake.ts';
import {
  fieldsOf,
  type IncomingRow,
  incomingTable,
  type MergeTarget,
  mergeRows,
} from '../../../platform/import/merge.ts';
import { kindOf } from '../../../schema/identifiers/credit-code.ts';
import { nameKey } from '../../../schema/identifiers/name-key.ts';
import { type NamePeriod, subjects } from '../tables.ts';
import { creditCodeOf, identifiersOf } from './register.ts';
import { type SubjectDraft, subjectSheet } from './sheet.ts';

const target: MergeTarget = {
  table: '"credit"."subjects"',
  schema: 'credit',
  columns: fieldsOf(subjects),
  item: `'credit.subject'`,
  subject: 'id',
};

/**
 * Takes the registry's list of subjects. A subject known by an older number alone is converted: the new subject takes its
 * numbers and names over, and the feed says so (`REKEYED`), for departments to re-key the records they hold of it.
 */
export function subjectIntake(client: postgres.Sql): Intake<SubjectDraft> {
  return {
    ...subjectSheet,
    async prepare(rows) {
      const owners = await ownersOf(client, rows);
      return rows.map((row) => prepared(row, owners));
    },
    async merge(transaction, rows, stamp) {
      const outcome = await mergeRows(transaction, target, rows, stamp);
      await follow(transaction, rows);
      return outcome;
    },
  };
}

interface Owner {
  readonly subjectId: string;
  readonly isVerified: boolean;
}

async function ownersOf(
  client: postgres.Sql,
  rows: readonly DraftedRow<SubjectDraft>[],
): Promise<ReadonlyMap<string, Owner>> {
  const values = [...new Set(rows.flatMap((row) => identifiersOf(row.draft.identifiers).map((one) => one.value)))];
  const found = await client<{ type: string; value: string; subjectId: string; isVerified: boolean }[]>`
    select i.type, i.value, i.subject_id as "subjectId", s.is_verified as "isVerified"
    from credit.subject_identifiers i join credit.subjects s on s.id = i.subject_id and s.superseded_at is null
    where i.value = any(${values})`;
  return new Map(
    found.map(({ type, value, subjectId, isVerified }) => [`${type} ${value}`, { subjectId, isVerified }]),
  );
}

function prepared(row: DraftedRow<SubjectDraft>, owners: ReadonlyMap<string, Owner>): Prepared {
  const { sheet, number, source, cells, draft, marks } = row;
  const identifiers = identifiersOf(draft.identifiers);
  const creditCode = creditCodeOf(draft.identifiers);
  const id = creditCode ?? identifiers[0]?.value ?? '';
  const taken = identifiers.find((one) => {
    const owner = owners.get(`${one.type} ${one.value}`);
    return owner !== undefined && owner.subjectId !== id && owner.isVerified;
  });
  if (taken) {
    const message = '本行的一个号码已属于另一个已确认的主体(重码),请与登记机关核对。';
    return { outcome: 'REJECTED', sheet, number, cells, reasons: [{ code: 'IDENTIFIER_CONFLICT', message }] };
  }
  const { name, formerNames, district, industry } = draft;
  const kind = creditCode ? kindOf(creditCode) : 'OTHER_ORGANIZATION';
  const content = {
    creditCode: creditCode ?? null,
    name,
    kind,
    isVerified: true,
    formerNames,
    identifiers,
    district,
    industry,
  };
  const contentHash = createHash('sha256').update(JSON.stringify(content)).digest('base64url').slice(0, 22);
  return { outcome: 'STORE', sheet, number, cells, marks, record: { id, contentHash, ...content, source } };
}

/** Names and numbers of what was just stored: how it is found from now on, and no longer by what the list took back. */
async function follow(transaction: postgres.TransactionSql, rows: readonly IncomingRow[]): Promise<void> {
  const stored = `from ${incomingTable(target)} i cross join lateral jsonb_to_recordset(i.identifiers) as n(type text, value text)`;
  await transaction.unsafe(`
    with converted as (
      select distinct i.id, k.subject_id as former ${stored}
      join credit.subject_identifiers k on k.type = n.type and k.value = n.value and k.subject_id <> i.id
    ), ended as (
      update credit.subjects s set superseded_at = clock_timestamp() from converted c where s.id = c.former and s.superseded_at is null
    ), unnamed as (
      delete from credit.subject_names k using converted c where k.subject_id = c.former
    ), told as (
      insert into credit.feed (change, item, record_id, version, subject_id, recorded_at)
      select 'REKEYED', 'credit.subject', c.former, 1, c.id, clock_timestamp() from converted c
    )
    update credit.subject_identifiers k set subject_id = c.id from converted c where k.subject_id = c.former`);
  await transaction.unsafe(`
    delete from credit.subject_identifiers k where k.subject_id in (select id from ${incomingTable(target)})
      and not exists (select 1 ${stored} where i.id = k.subject_id and n.type = k.type and n.value = k.value)`);
  await transaction.unsafe(`
    insert into credit.subject_identifiers (value, type, subject_id) select n.value, n.type, i.id ${stored} on conflict do nothing`);
  const names = rows.flatMap((row) => namesOf(row).map((name) => ({ subject_id: row.id, key: nameKey(name) })));
  await transaction`
    with named as (select distinct * from json_to_recordset(${JSON.stringify(names)}::text::json) as n(subject_id text, key text)),
    taken_back as (
      delete from credit.subject_names k where k.subject_id in (select subject_id from named)
        and not exists (select 1 from named n where n.subject_id = k.subject_id and n.key = k.key)
    )
    insert into credit.subject_names (subject_id, key) select subject_id, key from named on conflict do nothing`;
}

function namesOf(row: IncomingRow): readonly string[] {
  const former = (row.formerNames ?? []) as readonly NamePeriod[];
  return [String(row.name), ...former.map((one) => one.name)];
}
