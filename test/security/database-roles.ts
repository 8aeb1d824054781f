import type postgres from 'postgres';

/** The roles of a department, as what their names end in (platform/database/identifiers.ts). */
export const ROLES = { app: '', public: '_public', persons: '_persons', owner: '_owner' } as const;
export type RoleName = keyof typeof ROLES;

export const roleOf = (database: string, schema: string, role: RoleName): string =>
  `${database}_${schema}${ROLES[role]}`;

/** What may be granted for single columns, too, and what for a whole table alone. */
const OF_COLUMNS = ['select', 'insert', 'update', 'references'];
const PRIVILEGES = ['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger'];

type Cells = Readonly<Record<'app' | 'public' | 'persons', string>>;

/**
 * What PostgreSQL's catalogue lets the roles of a schema do with each of its tables, in words: `select insert`;
 * `select(id name)` for some columns, `select(all but source)` for all but one or two.
 */
export async function grantedIn(
  admin: postgres.Sql,
  database: string,
  schema: string,
): Promise<readonly (Cells & { readonly table: string })[]> {
  const found = await admin<{ table: string; role: keyof Cells; privilege: string; all: string[]; some: string[] }[]>`
    select ${schema} || '.' || c.relname as table, r.role, p.privilege, columns.names as all,
      case when has_table_privilege(r.name, c.oid, p.privilege) then columns.names
        when p.privilege = any(${OF_COLUMNS}) then
          array(select u.name from unnest(columns.names) with ordinality as u(name, place)
                where has_column_privilege(r.name, c.oid, u.name, p.privilege) order by u.place)
        else '{}' end as some
    from pg_class c
    cross join lateral (select array(select a.attname::text from pg_attribute a
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped order by a.attnum) as names) columns
    cross join unnest(${READERS}::text[], ${READERS.map((role) => roleOf(database, schema, role))}::text[]) as r(role, name)
    cross join unnest(${PRIVILEGES}::text[]) with ordinality as p(privilege, place)
    where c.relnamespace = to_regnamespace(${schema}) and c.relkind in ('r', 'p', 'v', 'm', 'f')
    order by c.relname, p.place`;
  const tables = [...new Set(found.map(({ table }) => table))];
  return tables.map((table) => {
    const cell = (role: keyof Cells): string =>
      found
        .filter((one) => one.table === table && one.role === role && one.some.length > 0)
        .map(({ privilege, all, some }) => privilege + columnsOf(all, some))
        .join(' ');
    return { table, app: cell('app'), public: cell('public'), persons: cell('persons') };
  });
}

const READERS = ['app', 'public', 'persons'] as const;

function columnsOf(all: readonly string[], some: readonly string[]): string {
  const others = all.filter((column) => !some.includes(column));
  if (others.length === 0) return '';
  return others.length <= 2 && some.length > 5 ? `(all but ${others.join(' ')})` : `(${some.join(' ')})`;
}

/** The tables whose rows have a level each, without the row security that this asks of them. */
export async function withoutRowSecurity(
  admin: postgres.Sql | postgres.TransactionSql,
  database: string,
  schemas: readonly string[],
): Promise<readonly string[]> {
  const found = await admin<{ table: string; schema: string; secured: boolean; policies: string[] }[]>`
    select n.nspname::text as schema, n.nspname || '.' || c.relname as table, c.relrowsecurity as secured,
      array(select concat_ws(' ', p.policyname, p.permissive, p.cmd, array_to_string(p.roles, ','), p.qual, p.with_check)
            from pg_policies p where p.schemaname = n.nspname and p.tablename = c.relname order by p.policyname) as policies
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'access_level' and not a.attisdropped
    where c.relkind in ('r', 'p') and n.nspname = any(${schemas as string[]}) order by 2`;
  const wanted = (schema: string): readonly string[] => [
    `app PERMISSIVE ALL ${roleOf(database, schema, 'app')} true true`,
    `persons PERMISSIVE SELECT ${roleOf(database, schema, 'persons')} true`,
    `public PERMISSIVE SELECT ${roleOf(database, schema, 'public')} (access_level <> 'PERSONAL'::text)`,
  ];
  return found
    .filter(({ schema, secured, policies }) => !secured || policies.join('; ') !== wanted(schema).join('; '))
    .map(({ table }) => table);
}
