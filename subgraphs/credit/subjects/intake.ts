import { createHash } from 'node:crypto';
import type postgres from 'postgres';
import type { DraftedRow } from '../../../platform/import/draft.ts';
import type { Intake, Prepared } from '../../../platform/import/intake.ts';
import {
  compareStaged,
  FILLED,
  type IncomingRow,
  type MergeTarget,
  mergeStaged,
  stageRows,
} from '../../../platform/import/merge.ts';
import { stagedColumns, stageOf } from '../../../platform/import/stage.ts';
import { kindOf } from '../../../schema/identifiers/credit-code.ts';
import { type NameRow, nameRows } from '../names/keys.ts';
import { type NamePeriod, subjects } from '../tables.ts';
import { creditCodeOf, identifiersOf } from './register.ts';
import { type SubjectDraft, subjectSheet } from './sheet.ts';

const target: MergeTarget = {
  table: '"credit"."subjects"',
  schema: 'credit',
  columns: stagedColumns(subjects),
  filled: FILLED,
  item: `'credit.subject'`,
  subject: 'id',
  isChanged: 't.content_hash <> i.content_hash',
};

/**
 * Takes the registry's list of subjects. A subject known by an older number alone is converted: the new subject takes its
 * numbers over, and the feed says so (`REKEYED`), for departments to re-key the records they hold of it.
 */
export function subjectIntake(client: postgres.Sql): Intake<SubjectDraft> {
  return {
    ...subjectSheet,
    target,
    isFullList: false,
    // Departments keep records under these subjects, and some were moved to them: none of that can be undone from here.
    isWithdrawable: false,
    preparesFromStored: true,
    async prepare(rows) {
      const owners = await ownersOf(client, rows);
      const claims: Claims = new Map();
      return rows.map((row) => prepared(row, owners, claims));
    },
    async merge(transaction, rows, stamp) {
      await stageRows(transaction, target, rows);
      const stored = stamp.isDryRun
        ? await compareStaged(transaction, target)
        : await mergeStaged(transaction, target, stamp);
      if (!stamp.isDryRun) await follow(transaction, rows);
      return { ...stored, unchanged: rows.length - stored.added - stored.corrected };
    },
  };
}

interface Owner {
  readonly subjectId: string;
  readonly isVerified: boolean;
  readonly hasCreditCode: boolean;
}

/** Which row of the same chunk has claimed a number, and for which subject. */
type Claims = Map<string, { readonly id: string; readonly number: number }>;

async function ownersOf(
  client: postgres.Sql,
  rows: readonly DraftedRow<SubjectDraft>[],
): Promise<ReadonlyMap<string, Owner>> {
  const values = [...new Set(rows.flatMap((row) => identifiersOf(row.draft.identifiers).map((one) => one.value)))];
  const found = await client<({ readonly type: string; readonly value: string } & Owner)[]>`
    select i.type, i.value, i.subject_id as "subjectId", s.is_verified as "isVerified",
           s.credit_code is not null as "hasCreditCode"
    from credit.subject_identifiers i join credit.subjects s on s.id = i.subject_id and s.superseded_at is null
    where i.value = any(${values})`;
  return new Map(found.map(({ type, value, ...owner }) => [`${type} ${value}`, owner]));
}

function prepared(row: DraftedRow<SubjectDraft>, owners: ReadonlyMap<string, Owner>, claims: Claims): Prepared {
  const { sheet, number, source, cells, draft, marks } = row;
  const identifiers = identifiersOf(draft.identifiers);
  const refuse = (message: string): Prepared => {
    return { outcome: 'REJECTED', sheet, number, cells, reasons: [{ code: 'IDENTIFIER_CONFLICT', message }] };
  };
  const keys = identifiers.map((one) => `${one.type} ${one.value}`);
  const known = keys.map((key) => owners.get(key)).filter((owner) => owner !== undefined);
  const id = subjectIdOf(creditCodeOf(draft.identifiers), known) ?? identifiers[0]?.value ?? '';
  const creditCode = creditCodeOf([{ type: 'CREDIT_CODE', value: id }]);
  // A verified subject that has no credit code yet may be this one: then it is converted. Any other is somebody else.
  const isOther = (owner: Owner) =>
    owner.subjectId !== id && owner.isVerified && (owner.hasCreditCode || creditCode === undefined);
  if (known.some(isOther)) return refuse('本行的一个号码已属于另一个已确认的主体(重码),请与登记机关核对。');
  const claimed = keys.map((key) => claims.get(key)).find((claim) => claim !== undefined && claim.id !== id);
  if (claimed) return refuse(`本行与第 ${claimed.number} 行是不同主体而有相同号码(重码),请与登记机关核对。`);
  for (const key of keys) claims.set(key, { id, number });
  const { name, formerNames, district, industry } = draft;
  const kind = creditCode ? kindOf(creditCode) : 'OTHER_ORGANIZATION';
  const content = {
    creditCode: creditCode ?? null,
    name,
    kind,
    isVerified: true,
    isShown: true,
    formerNames,
    identifiers,
    district,
    industry,
  };
  const contentHash = createHash('sha256').update(JSON.stringify(content)).digest('base64url').slice(0, 22);
  return { outcome: 'STORE', sheet, number, cells, marks, record: { id, contentHash, ...content, source } };
}

/** A row without a credit code is about the one subject that has its numbers, if there is one. */
function subjectIdOf(creditCode: string | undefined, owners: readonly Owner[]): string | undefined {
  if (creditCode !== undefined) return creditCode;
  const ids = new Set(owners.map((owner) => owner.subjectId));
  return ids.size === 1 ? owners[0]?.subjectId : undefined;
}

/** Names and numbers of what was just stored: how it is found from now on, and no longer by what the list took back. */
async function follow(transaction: postgres.TransactionSql, rows: readonly IncomingRow[]): Promise<void> {
  const stored = `from ${stageOf(target)} i cross join lateral jsonb_to_recordset(i.identifiers) as n(type text, value text)`;
  // A subject with a credit code of its own is another one, unless the row names that code too; it only loses the number.
  await transaction.unsafe(`
    with listed as (
      select i.id, i.credit_code, n.type, n.value ${stored}
    ), other as (
      select distinct l.id, l.credit_code, k.subject_id as former from listed l
      join credit.subject_identifiers k on k.type = l.type and k.value = l.value and k.subject_id <> l.id
    ), converted as (
      select distinct on (o.former) o.id, o.former, s.version from other o
      join credit.subjects s on s.id = o.former and s.superseded_at is null
      cross join lateral (select exists (select 1 from listed l where l.id = o.id and l.value = o.former) as is_named) n
      where o.credit_code is not null and (s.credit_code is null or n.is_named)
      order by o.former, n.is_named desc, o.id
    ), ended as (
      update credit.subjects s set superseded_at = clock_timestamp() from converted c where s.id = c.former and s.superseded_at is null
    ), unnamed as (
      delete from credit.subject_names k using converted c where k.subject_id = c.former
    ), told as (
      insert into credit.feed (change, item, record_id, version, subject_id, recorded_at)
      select 'REKEYED', 'credit.subject', c.former, c.version, c.id, clock_timestamp() from converted c
    ), taken as (
      select k.type, k.value, l.id from credit.subject_identifiers k
      join listed l on l.type = k.type and l.value = k.value and l.id <> k.subject_id
      union
      select k.type, k.value, c.id from credit.subject_identifiers k join converted c on c.former = k.subject_id
      where not exists (select 1 from listed l where l.type = k.type and l.value = k.value)
    )
    update credit.subject_identifiers k set subject_id = t.id from taken t where k.type = t.type and k.value = t.value`);
  // Taken back is what an earlier list gave and this one does not; numbers that departments know stay a way to find it.
  await transaction.unsafe(`
    delete from credit.subject_identifiers k using ${stageOf(target)} i
    where k.subject_id = i.id
      and not exists (select 1 from jsonb_to_recordset(i.identifiers) as n(type text, value text) where n.type = k.type and n.value = k.value)
      and exists (
        select 1 from credit.subjects p cross join lateral jsonb_to_recordset(p.identifiers) as n(type text, value text)
        where p.id = k.subject_id and p.is_verified and p.superseded_at is not null and n.type = k.type and n.value = k.value)`);
  await transaction.unsafe(`
    insert into credit.subject_identifiers (value, type, subject_id) select n.value, n.type, i.id ${stored} on conflict do nothing`);
  const names = rows.flatMap(namesOf);
  await transaction`
    with named as (
      select * from json_to_recordset(${JSON.stringify(names)}::text::json)
        as n(subject_id text, key text, name text, is_former boolean, folded text, grams text[], sound text)
    ), taken_back as (
      delete from credit.subject_names k where k.subject_id in (select subject_id from named)
        and not exists (select 1 from named n where n.subject_id = k.subject_id and n.key = k.key)
    )
    insert into credit.subject_names as k (subject_id, key, name, is_former, folded, grams, sound)
    select subject_id, key, name, is_former, folded, grams, sound from named
    on conflict (subject_id, key) do update
      set (name, is_former, folded, grams, sound) = (excluded.name, excluded.is_former, excluded.folded, excluded.grams, excluded.sound)
      where (k.name, k.is_former, k.folded, k.grams, k.sound)
        is distinct from (excluded.name, excluded.is_former, excluded.folded, excluded.grams, excluded.sound)`;
}

function namesOf(row: IncomingRow): readonly NameRow[] {
  const former = (row.formerNames ?? []) as readonly NamePeriod[];
  return nameRows({
    id: row.id,
    kind: String(row.kind),
    name: String(row.name),
    formerNames: former.map(({ name }) => name),
  });
}
