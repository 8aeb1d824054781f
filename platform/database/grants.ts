import { createHash } from 'node:crypto';
import type postgres from 'postgres';
import { quote, type RoleKind } from './identifiers.ts';

/**
 * What the roles of a schema may do with one of its tables, in the words of GRANT (`insert, select (id, name)`); an empty
 * text is nothing. What is not said is the default.
 */
export interface TableGrants {
  /** Who takes files and follows feeds. Default: to read, add and change rows; what is to be deleted is said. */
  readonly app?: string;
  /** Both who answer questions. Default: records' tables may be read, others not. */
  readonly reads?: string;
  /** Who answers those who may see natural persons' rows, beside `reads`. Default: nothing. */
  readonly persons?: string;
}

/** By the table's name. */
export type SchemaGrants = Readonly<Record<string, TableGrants>>;

type Roles = Readonly<Record<RoleKind, string>>;

interface Table {
  readonly name: string;
  readonly isView: boolean;
  readonly columns: readonly string[];
}

/** The column by which a table's rows have a level each. */
const LEVEL = 'access_level';
/** Rows of this level are natural persons' (viewer/viewer.ts): the public's sessions have none of them. */
const PERSONAL = 'PERSONAL';
/** What a clerk's cells said is kept, and answered to nobody. */
const UNANSWERED = 'source';

/**
 * Limits the roles of a schema in PostgreSQL itself, as its owner. What is granted follows from the tables that are there
 * and from `grants`, and is set again in one transaction whenever it is not what was set last: a new table or column is
 * nobody's until then.
 * @throws Error when `grants` names a table that is not there.
 */
export async function applyGrants(
  sql: postgres.Sql,
  schema: string,
  roles: Roles,
  grants: SchemaGrants,
): Promise<void> {
  const tables = await tablesOf(sql, schema);
  const missing = Object.keys(grants).find((name) => !tables.some((table) => table.name === name));
  if (missing !== undefined) throw new Error(`grants are declared for ${schema}.${missing}, which is not there`);
  const statements = statementsFor(schema, tables, roles, grants);
  const mark = `credit-graph grants ${createHash('sha256').update(statements.join('\n')).digest('hex').slice(0, 32)}`;
  const [set] = await sql<{ isSet: boolean }[]>`
    select obj_description(oid, 'pg_namespace') is not distinct from ${mark}
      and has_schema_privilege(${roles.app}, oid, 'usage') as "isSet" -- a dump restored without privileges has the mark alone
    from pg_namespace where nspname = ${schema}`;
  if (set === undefined || set.isSet) return;
  await sql.begin(async (transaction) => {
    for (const statement of [...statements, `comment on schema ${quote(schema)} is '${mark}'`])
      await transaction.unsafe(statement);
  });
}

function tablesOf(sql: postgres.Sql, schema: string): Promise<readonly Table[]> {
  return sql<Table[]>`
    select c.relname::text as name, c.relkind in ('v', 'm') as "isView",
      array(select a.attname::text from pg_attribute a
            where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped order by a.attnum) as columns
    from pg_class c where c.relnamespace = to_regnamespace(${quote(schema)}) and c.relkind in ('r', 'p', 'v', 'm')
    order by c.relname`;
}

function statementsFor(
  schema: string,
  tables: readonly Table[],
  names: Roles,
  grants: SchemaGrants,
): readonly string[] {
  const within = quote(schema);
  const [app, everybody, persons] = [quote(names.app), quote(names.public), quote(names.persons)];
  const all = `${app}, ${everybody}, ${persons}`;
  const grant = (what: string, table: string, to: string) =>
    what === '' ? [] : [`grant ${what} on ${table} to ${to}`];
  return [
    `grant usage on schema ${within} to ${all}`,
    `revoke all on all tables in schema ${within} from public, ${all}`,
    `grant usage, select on all sequences in schema ${within} to ${app}`,
    // Until this was here the app role was given all that would ever be made.
    `alter default privileges in schema ${within} revoke all on tables from ${app}`,
    `alter default privileges in schema ${within} revoke all on sequences from ${app}`,
    ...tables.flatMap((table) => {
      const place = `${within}.${quote(table.name)}`;
      const isOfRows = !table.isView && table.columns.includes(LEVEL);
      const given = grants[table.name] ?? {};
      return [
        ...grant(given.app ?? (table.isView ? 'select' : 'select, insert, update'), place, app),
        ...grant(answered(given.reads ?? (isOfRows ? 'select' : ''), table), place, `${everybody}, ${persons}`),
        ...grant(answered(given.persons ?? '', table), place, persons),
        ...(isOfRows ? policies(place, app, everybody, persons) : []),
      ];
    }),
  ];
}

function answered(what: string, { columns }: Table): string {
  if (what !== 'select' || !columns.includes(UNANSWERED)) return what;
  return `select (${columns
    .filter((column) => column !== UNANSWERED)
    .map(quote)
    .join(', ')})`;
}

/** Which rows each role has. The owner has all of them: the tables are its own. */
function policies(table: string, app: string, everybody: string, persons: string): readonly string[] {
  return [
    `alter table ${table} enable row level security`,
    ...['app', 'public', 'persons'].map((name) => `drop policy if exists ${quote(name)} on ${table}`),
    `create policy app on ${table} to ${app} using (true) with check (true)`,
    `create policy public on ${table} for select to ${everybody} using (${LEVEL} <> '${PERSONAL}')`,
    `create policy persons on ${table} for select to ${persons} using (true)`,
  ];
}
