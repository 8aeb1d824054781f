import { join } from 'node:path';
import type postgres from 'postgres';
import type { Config } from '../../platform/config.ts';
import { connect } from '../../platform/database/connection.ts';
import { openCity } from '../../platform/installation/city.ts';
import { createLog } from '../../platform/log.ts';
import { checkCharacter } from '../../schema/identifiers/credit-code.ts';
import { checkCharacter as organizationCheck } from '../../schema/identifiers/organization-code.ts';
import { departments, subjectDirectory } from '../../subgraphs/index.ts';
import { importPatterns } from '../city/fill.ts';
import { companyName, writeNames } from '../city/names.ts';
import { codeOf, nameOf, PATTERNS } from '../city/patterns.ts';

/** A city that grows by pieces: what was written of it stays, and a run that was cut off goes on with the piece it was in. */
export interface GrowingCity {
  /** Subjects and records of departments that are there. */
  size(): Promise<{ readonly subjects: number; readonly records: number }>;
  /** Grows until it has so many records; tells each piece. */
  growTo(records: number, tell: (records: number) => void): Promise<void>;
  /** Bytes of tables and indexes, and of a record on average, header line and indexes included. */
  disk(): Promise<{ readonly bytes: number; readonly bytesPerRecord: number; readonly rowBytes: number }>;
  stop(): Promise<void>;
}

const PIECE = 10_000;

/** The code of a subject of this city, with fitting check digits. */
export function flatCode(number: number): string {
  const body = `F${String(number).padStart(7, '0')}`;
  const first17 = `91990102${body}${organizationCheck(body)}`;
  return `${first17}${checkCharacter(first17)}`;
}

/** Opens the city of a database; an empty one is migrated, and the pattern subjects go through the product's own import. */
export async function growingCity(config: Config, url: string): Promise<GrowingCity> {
  const sql = connect({ url }, { applicationName: 'credit-graph bench', max: 1, settings: { statement_timeout: '0' } });
  await sql`create schema if not exists bench`;
  await sql`create table if not exists bench.pieces (number int primary key, subjects int not null, records int not null)`;
  await sql`create table if not exists bench.patterns (made boolean primary key)`;
  const [made] = await sql`select from bench.patterns`;
  if (!made) {
    await makePatterns(config);
    await sql`insert into bench.patterns values (true)`;
  }
  const tables = await recordTables(sql);
  const size = async () => {
    const [found] = await sql<{ subjects: number; records: number; pieces: number }[]>`
      select coalesce(sum(subjects), 0)::int as subjects, coalesce(sum(records), 0)::int as records,
        count(*)::int as pieces from bench.pieces`;
    return found ?? { subjects: 0, records: 0, pieces: 0 };
  };
  return {
    size,
    async growTo(records, tell) {
      let now = await size();
      const before = now.records;
      while (now.records < records) {
        await addPiece(sql, tables, now.pieces);
        now = await size();
        tell(now.records);
      }
      // Also where nothing grew: the run before may have been cut off ahead of it.
      const tidy = now.records > before ? 'vacuum (analyze)' : 'analyze';
      for (const table of [...tables, ...OF_CREDIT]) await sql.unsafe(`${tidy} ${table}`);
      await sql`checkpoint`;
    },
    async disk() {
      const { records } = await size();
      const [found] = await sql<{ bytes: string; rows: string }[]>`
        select sum(pg_total_relation_size(c.oid)) as bytes,
          sum(pg_relation_size(c.oid)) filter (where c.oid = any(${tables}::text[]::regclass[]::oid[])) as rows
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind = 'r' and n.nspname = any(${departments.map(({ name }) => name)}::text[])`;
      const bytes = Number(found?.bytes ?? 0);
      return { bytes, bytesPerRecord: bytes / records, rowBytes: Number(found?.rows ?? 0) / records };
    },
    stop: () => sql.end({ timeout: 5 }),
  };
}

const OF_CREDIT = ['credit.subjects', 'credit.subject_identifiers', 'credit.subject_names', 'credit.record_index'];

async function makePatterns(config: Config): Promise<void> {
  const city = await openCity({
    ...{ config, cards: departments, directory: subjectDirectory },
    log: createLog('silent'),
  });
  try {
    await city.migrate();
    await importPatterns(city, join(config.dataDirectory, 'bench'));
  } finally {
    await city.stop();
  }
}

async function recordTables(sql: postgres.Sql): Promise<readonly string[]> {
  const rows = await sql<{ table: string }[]>`
    select table_schema || '.' || table_name as "table" from information_schema.columns
    where column_name = 'counterpart_name' and table_schema = any(${departments.map(({ name }) => name)}::text[])
    order by 1`;
  return rows.map(({ table }) => table);
}

/**
 * Ten thousand subjects more, in one transaction: copies of the patterns in SQL, row by row as the import wrote them, under
 * codes and names of their own and in scattered order; their names are indexed as an import does it.
 */
async function addPiece(sql: postgres.Sql, tables: readonly string[], piece: number): Promise<void> {
  const copies = Array.from({ length: PIECE }, (_none, index) => {
    const number = piece * PIECE + index;
    const pattern = 1 + (number % PATTERNS);
    return {
      pattern: codeOf(pattern),
      pattern_name: nameOf(pattern),
      code: flatCode(number),
      name: companyName(number),
    };
  });
  await sql.begin(async (within) => {
    await within`create temporary table copies (pattern text, pattern_name text, code text, name text) on commit drop`;
    await within`insert into copies select * from json_to_recordset(${JSON.stringify(copies)}::text::json)
      as c(pattern text, pattern_name text, code text, name text)`;
    await within`analyze copies`;
    const copy = (table: string, subject: string, changed: Readonly<Record<string, string>>) =>
      copyRows(within, table, subject, changed);
    await copy('credit.subjects', 'id', {
      id: 'c.code',
      credit_code: 'c.code',
      name: 'c.name',
      identifiers: 'replace(r.identifiers::text, c.pattern, c.code)::jsonb',
    });
    await copy('credit.subject_identifiers', 'subject_id', { value: 'c.code', subject_id: 'c.code' });
    await writeNames(within, copies);
    const id = `left(encode(sha256(convert_to(r.id || c.code, 'UTF8')), 'hex'), length(r.id))`;
    let records = 0;
    for (const table of tables)
      records += await copy(table, 'subject_id', { id, subject_id: 'c.code', counterpart_name: 'c.name' });
    await copy('credit.record_index', 'subject_id', { id, subject_id: 'c.code' });
    await within`insert into bench.pieces values (${piece}, ${PIECE}, ${records})`;
  });
}

async function copyRows(
  sql: postgres.TransactionSql,
  table: string,
  subject: string,
  changed: Readonly<Record<string, string>>,
): Promise<number> {
  const [schema = '', name = ''] = table.split('.');
  const columns = await sql<{ name: string }[]>`
    select column_name::text as name from information_schema.columns
    where table_schema = ${schema} and table_name = ${name} order by ordinal_position`;
  const into = columns.map((column) => `"${column.name}"`).join(', ');
  const values = columns.map((column) => changed[column.name] ?? `r."${column.name}"`).join(', ');
  const { count } = await sql.unsafe(
    `insert into ${table} (${into}) select ${values} from ${table} r
     join copies c on c.pattern = r.${subject} order by hashtext(c.code || r.ctid::text)`,
  );
  return count;
}
