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
import { codeOf, nameOf, patternFiles } from '../city/patterns.ts';
import { INDEXES_AWAY, makeIndexes, takeIndexesAway } from './indexes.ts';

/** A city that grows by pieces: what was written of it stays, and a run that was cut off goes on with the piece it was in. */
export interface GrowingCity {
  /** Subjects and records of departments that are there. */
  size(): Promise<{ readonly subjects: number; readonly records: number }>;
  /** Grows until it has so many records, without indexes, which are made at its end; tells each step. */
  growTo(records: number, tell: (sentence: string) => void): Promise<void>;
  /** Bytes of tables and indexes, and of a record on average, header line and indexes included. */
  disk(): Promise<{ readonly bytes: number; readonly bytesPerRecord: number; readonly rowBytes: number }>;
  stop(): Promise<void>;
}

const PIECE = 10_000;
/** Pieces that are written at once. */
const LANES = 2;
/** What a long piece of writing may use of a machine that serves nobody meanwhile. */
const WRITING = { statement_timeout: '0', synchronous_commit: 'off', work_mem: '128MB', maintenance_work_mem: '1GB' };
/** How much oftener patterns without any penalty are copied than those with: most enterprises never had one. */
const BLAMELESS = 4;

/** The code of a subject of this city, with fitting check digits. */
export function flatCode(number: number): string {
  const body = `F${String(number).padStart(7, '0')}`;
  const first17 = `91990102${body}${organizationCheck(body)}`;
  return `${first17}${checkCharacter(first17)}`;
}

/** The pattern of each subject, in turn. */
function patternsInTurn(): readonly number[] {
  const files = patternFiles('2026-01-01');
  const [subjects, ...penalties] = ['credit.subject', 'market.penalty', 'environment.penalty'].map((wanted) => {
    const [header = [], ...rows] = files.find(({ item }) => item === wanted)?.rows ?? [];
    return rows.map((row) => row[header.indexOf('统一社会信用代码')] ?? '');
  });
  const blamed = new Set(penalties.flat());
  return (subjects ?? []).flatMap((code, index) =>
    Array.from({ length: blamed.has(code) ? 1 : BLAMELESS }, () => index + 1),
  );
}

/** Opens the city of a database; an empty one is migrated, and the pattern subjects go through the product's own import. */
export async function growingCity(config: Config, url: string): Promise<GrowingCity> {
  const sql = connect({ url }, { applicationName: 'credit-graph bench', max: LANES, settings: WRITING });
  await sql`create schema if not exists bench`;
  await sql`create table if not exists bench.pieces (number int primary key, subjects int not null, records int not null)`;
  await sql`create table if not exists bench.patterns (made boolean primary key)`;
  await sql.unsafe(INDEXES_AWAY);
  const [made] = await sql`select from bench.patterns`;
  if (!made) {
    await makePatterns(config);
    await sql`insert into bench.patterns values (true)`;
  }
  const tables = await recordTables(sql);
  await keepPatterns(sql, [...tables, ...COPIED_OF_CREDIT]);
  const inTurn = patternsInTurn();
  const size = async () => {
    const [found] = await sql<{ subjects: number; records: number }[]>`
      select coalesce(sum(subjects), 0)::int as subjects, coalesce(sum(records), 0)::int as records from bench.pieces`;
    return found ?? { subjects: 0, records: 0 };
  };
  return {
    size,
    async growTo(records, tell) {
      let now = await size();
      const before = now.records;
      if (before < records) await takeIndexesAway(sql, [...tables, ...OF_CREDIT]);
      const there = await sql<{ number: number }[]>`select number from bench.pieces`;
      const taken = new Set(there.map(({ number }) => number));
      const lane = async (): Promise<void> => {
        while (now.records < records) {
          let piece = 0;
          while (taken.has(piece)) piece += 1;
          taken.add(piece);
          await addPiece(sql, tables, piece, inTurn);
          now = await size();
          tell(`已有 ${now.records} 条记录。`);
        }
      };
      await Promise.all(Array.from({ length: LANES }, lane));
      // Also where nothing grew: the run before may have been cut off ahead of it.
      await makeIndexes(sql, (name) => tell(`已建索引 ${name}。`));
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

const COPIED_OF_CREDIT = ['credit.subjects', 'credit.subject_identifiers', 'credit.record_index'];
const OF_CREDIT = [...COPIED_OF_CREDIT, 'credit.subject_names'];

/** The patterns' rows apart, as the import wrote them: what is copied is found without an index. */
async function keepPatterns(sql: postgres.Sql, tables: readonly string[]): Promise<void> {
  for (const table of tables) {
    const subject = subjectColumn(table);
    const [there] = await sql`select from pg_tables where schemaname = 'bench' and tablename = ${table}`;
    if (!there)
      await sql.unsafe(`create table bench."${table}" as select * from ${table} where ${subject} = any($1)`, [
        patternsInTurn().map(codeOf),
      ]);
  }
}

function subjectColumn(table: string): string {
  return table === 'credit.subjects' ? 'id' : 'subject_id';
}

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
async function addPiece(
  sql: postgres.Sql,
  tables: readonly string[],
  piece: number,
  inTurn: readonly number[],
): Promise<void> {
  const copies = Array.from({ length: PIECE }, (_none, index) => {
    const number = piece * PIECE + index;
    const pattern = inTurn[number % inTurn.length] ?? 1;
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
    const copy = (table: string, changed: Readonly<Record<string, string>>) => copyRows(within, table, changed);
    await copy('credit.subjects', {
      id: 'c.code',
      credit_code: 'c.code',
      name: 'c.name',
      identifiers: 'replace(r.identifiers::text, c.pattern, c.code)::jsonb',
    });
    await copy('credit.subject_identifiers', { value: 'c.code', subject_id: 'c.code' });
    await writeNames(within, copies);
    const id = `left(encode(sha256(convert_to(r.id || c.code, 'UTF8')), 'hex'), length(r.id))`;
    let records = 0;
    for (const table of tables) records += await copy(table, { id, subject_id: 'c.code', counterpart_name: 'c.name' });
    await copy('credit.record_index', { id, subject_id: 'c.code' });
    await within`insert into bench.pieces values (${piece}, ${PIECE}, ${records})`;
  });
}

async function copyRows(
  sql: postgres.TransactionSql,
  table: string,
  changed: Readonly<Record<string, string>>,
): Promise<number> {
  const [schema = '', name = ''] = table.split('.');
  const columns = await sql<{ name: string }[]>`
    select column_name::text as name from information_schema.columns
    where table_schema = ${schema} and table_name = ${name} order by ordinal_position`;
  const into = columns.map((column) => `"${column.name}"`).join(', ');
  const values = columns.map((column) => changed[column.name] ?? `r."${column.name}"`).join(', ');
  const { count } = await sql.unsafe(
    `insert into ${table} (${into}) select ${values} from bench."${table}" r
     join copies c on c.pattern = r.${subjectColumn(table)} order by hashtext(c.code || r.ctid::text)`,
  );
  return count;
}
