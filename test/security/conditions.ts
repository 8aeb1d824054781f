import type postgres from 'postgres';

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

export const CONDITIONS = Object.keys(CHANGES);

const OPEN = `'{"access_level":"PUBLIC","publication_ends_on":null,"published_on":"2026-01-01","withheld_reason":null,"superseded_at":null,"natural_key":null}'`;

/** The columns of a row that is open to everybody, but for what its condition changes. */
export const columnsIn = (condition: string): Readonly<Record<string, unknown>> => ({
  ...JSON.parse(OPEN.slice(1, -1)),
  ...JSON.parse((CHANGES[condition] ?? `'{}'`).slice(1, -1)),
});

/**
 * Puts a record of a table there once more in each condition, in the table and in the index, so that only the condition
 * tells them apart; every value that the record lacks is filled in. Tells their ids and whose they are.
 */
export async function variantsOf(
  table: string,
  admin: postgres.Sql,
): Promise<{ readonly subject: string; readonly ids: ReadonlyMap<string, string> }> {
  const [base] = await admin.unsafe<{ id: string; subject: string }[]>(
    `select t.id, t.subject_id as subject from ${table} t join credit.record_index r on r.id = t.id where t.superseded_at is null order by t.id limit 1`,
  );
  if (!base) throw new Error(`${table} holds no record`);
  const ids = new Map<string, string>();
  const [schema = '', name = ''] = table.replaceAll('"', '').split('.');
  const filling = await fillingOf(schema, name, admin);
  for (const [number, [condition, change]] of Object.entries(CHANGES).entries()) {
    const id = `${base.id.slice(0, 20)}${String(number).padStart(2, '0')}`;
    ids.set(condition, id);
    for (const [into, filled] of [
      [table, filling],
      ['credit.record_index', `'{}'::jsonb`],
    ] as const) {
      await admin.unsafe(
        `insert into ${into} select (jsonb_populate_record(null::${into}, to_jsonb(t) || ${filled} || ${OPEN}::jsonb
           || ${change}::jsonb || '{"id":"${id}"}'::jsonb)).* from ${into} t where t.id = $1 and t.superseded_at is null`,
        [base.id],
      );
    }
  }
  return { subject: base.subject, ids };
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
