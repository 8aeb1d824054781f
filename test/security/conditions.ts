import type postgres from 'postgres';
import { codeOf } from '../graph/files.ts';

/** What a record can be like, as columns that its row then has. */
const CHANGES: Readonly<Record<string, string>> = {
  PUBLISHED: `'{}'`,
  LEVEL_AUTHORIZED: `'{"access_level":"AUTHORIZED"}'`,
  LEVEL_GOVERNMENT: `'{"access_level":"GOVERNMENT"}'`,
  LEVEL_CONFIDENTIAL: `'{"access_level":"CONFIDENTIAL"}'`,
  LISTED_PERSON: `'{"access_level":"LISTED_PERSON"}'`,
  LISTED_PERSON_ENDED: `'{"access_level":"LISTED_PERSON","publication_ends_on":"2026-11-20"}'`,
  PERSONAL: `'{"access_level":"PERSONAL"}'`,
  ENDED: `'{"publication_ends_on":"2026-11-20"}'`,
  NOT_BEGUN: `'{"published_on":"2026-11-22"}'`,
  WITHDRAWN: `'{"withheld_reason":"WITHDRAWN"}'`,
  NAME_MISMATCH: `'{"withheld_reason":"NAME_MISMATCH"}'`,
  SUPERSEDED: `'{"superseded_at":"2026-11-20T00:00:00+08:00"}'`,
};

/** Two at once: what hides a record for one reason is not undone by what another would show it for. */
export const TOGETHER = [
  ...['WITHDRAWN+ENDED', 'WITHDRAWN+NOT_BEGUN', 'NAME_MISMATCH+ENDED', 'SUPERSEDED+WITHDRAWN'],
  ...['LEVEL_AUTHORIZED+ENDED', 'LEVEL_AUTHORIZED+NOT_BEGUN', 'LEVEL_AUTHORIZED+WITHDRAWN'],
  ...['LEVEL_AUTHORIZED+NAME_MISMATCH', 'LEVEL_GOVERNMENT+ENDED', 'LEVEL_GOVERNMENT+WITHDRAWN'],
  ...['LEVEL_GOVERNMENT+NAME_MISMATCH', 'LEVEL_CONFIDENTIAL+ENDED', 'LEVEL_CONFIDENTIAL+WITHDRAWN'],
  ...['LISTED_PERSON+WITHDRAWN', 'LISTED_PERSON+NAME_MISMATCH'],
  ...['PERSONAL+ENDED', 'PERSONAL+WITHDRAWN', 'PERSONAL+NAME_MISMATCH'],
];

/** One at a time. */
export const SINGLE = Object.keys(CHANGES);

export const CONDITIONS = [...SINGLE, ...TOGETHER];

/** A published record of a subject that its registry has not confirmed: there is one of each kind beside the others. */
export const UNVERIFIED = 'UNVERIFIED';

const OPEN = `'{"access_level":"PUBLIC","publication_ends_on":null,"published_on":"2026-01-01","withheld_reason":null,"superseded_at":null,"natural_key":null}'`;

/** The columns of a row that is open to everybody, but for what its condition changes. */
export const columnsIn = (condition: string): Readonly<Record<string, unknown>> => ({
  ...JSON.parse(OPEN.slice(1, -1)),
  ...changesOf(condition),
});

function changesOf(condition: string): Readonly<Record<string, unknown>> {
  const changes = condition.split('+').map((one) => JSON.parse((CHANGES[one] ?? `'{}'`).slice(1, -1)));
  return Object.assign({}, ...changes);
}

/**
 * Puts a record of a table there once more in each of these conditions, in the table and in the index, so that only the condition
 * tells them apart; every value that the record lacks is filled in. Tells their ids and whose they are; the one that is
 * `UNVERIFIED` is of a subject of its own.
 */
export async function variantsOf(
  table: string,
  admin: postgres.Sql,
  conditions: readonly string[] = SINGLE,
): Promise<{ readonly subject: string; readonly unverified: string; readonly ids: ReadonlyMap<string, string> }> {
  const [base] = await admin.unsafe<{ id: string; subject: string }[]>(
    `select t.id, t.subject_id as subject from ${table} t join credit.record_index r on r.id = t.id where t.superseded_at is null order by t.id limit 1`,
  );
  if (!base) throw new Error(`${table} holds no record`);
  const ids = new Map<string, string>();
  const [schema = '', name = ''] = table.replaceAll('"', '').split('.');
  const filling = await fillingOf(schema, name, admin);
  const unverified = conditions.includes(UNVERIFIED) ? await unverifiedSubject(admin) : '';
  const changes = conditions.map((condition, number) => {
    const id = `${base.id.slice(0, 20)}${String(number).padStart(2, '0')}`;
    ids.set(condition, id);
    const subject = condition === UNVERIFIED ? unverified : base.subject;
    return { ...changesOf(condition), subject_id: subject, id };
  });
  for (const [into, filled] of [
    [table, filling],
    ['credit.record_index', `'{}'::jsonb`],
  ] as const) {
    await admin.unsafe(
      `insert into ${into} select p.* from ${into} t cross join json_array_elements($2::text::json) c
         cross join jsonb_populate_record(null::${into}, to_jsonb(t) || ${filled} || ${OPEN}::jsonb || c.value::jsonb) p
       where t.id = $1 and t.superseded_at is null`,
      [base.id, JSON.stringify(changes)],
    );
  }
  return { subject: base.subject, unverified, ids };
}

/** The id of a company that its registry has not confirmed and that a published record names: it exists for everybody. */
async function unverifiedSubject(admin: postgres.Sql): Promise<string> {
  const id = codeOf(990);
  await admin`
    insert into credit.subjects (id, version, recorded_at, content_hash, import_id, credit_code, name, kind, is_verified,
      is_shown, former_names, identifiers, source)
    values (${id}, 1, '2026-02-01T00:00:00Z', 'UNVERIFIED', 0, ${id}, '云泽未确认有限公司', 'ENTERPRISE', false, true, '[]', '[]', '{}')
    on conflict do nothing`;
  await admin`
    insert into credit.subject_identifiers (type, value, subject_id) values ('CREDIT_CODE', ${id}, ${id}) on conflict do nothing`;
  return id;
}

const MADE_UP: Readonly<Record<string, string>> = {
  numeric: '1',
  integer: '1',
  bigint: '1',
  text: '"甲"',
  boolean: 'true',
  date: '"2026-01-01"',
};

/** SQL: values for the columns that are null in the row `t`. */
async function fillingOf(schema: string, table: string, admin: postgres.Sql): Promise<string> {
  const columns = await admin<{ name: string; type: string }[]>`
    select column_name as name, data_type as type from information_schema.columns
    where table_schema = ${schema} and table_name = ${table} and is_nullable = 'YES'`;
  const values = columns
    .filter(
      ({ name, type }) => MADE_UP[type] && !/^(?:publication|published|withheld|superseded|effective)/u.test(name),
    )
    .map(({ name, type }) => `"${name}":${MADE_UP[type]}`);
  return `('{${values.join()}}'::jsonb - array(select e.key from jsonb_each(to_jsonb(t)) e where e.value <> 'null'::jsonb))`;
}
