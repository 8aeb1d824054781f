import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type postgres from 'postgres';
import type { Config } from '../../platform/config.ts';
import { type City, openCity } from '../../platform/installation/city.ts';
import { followDepartments } from '../../platform/installation/follow.ts';
import { takeFile } from '../../platform/installation/take-file.ts';
import { createLog } from '../../platform/log.ts';
import { dayInShanghai } from '../../platform/viewer/viewer.ts';
import { departments, subjectDirectory } from '../../subgraphs/index.ts';
import { companyName, writeNames } from './names.ts';
import { codeOf, DISTRICTS, PATTERNS, patternFiles } from './patterns.ts';

/** What the city holds, for whoever reads the figures. */
export interface FilledCity {
  /** All subjects but the patterns. */
  readonly codes: readonly string[];
  /** Their names, in the same order. */
  readonly names: readonly string[];
  /** Rows by table; how many of them anybody may see today. */
  readonly tables: readonly { readonly table: string; readonly rows: number; readonly visible: number }[];
}

/**
 * Migrates an empty database and fills it: the pattern subjects' files go through the product's own import; each subject is
 * then copied in SQL, row by row as the import wrote it, under another code and name, in an order that scatters a
 * subject's rows over the table as years of imports do.
 */
export async function fillCity(config: Config, subjects: number): Promise<FilledCity> {
  const city = await openCity({
    config,
    cards: departments,
    directory: subjectDirectory,
    log: createLog(config.logLevel),
  });
  try {
    await city.migrate();
    await importPatterns(city, join(config.dataDirectory, 'bench'));
    const copies = copiesOf(subjects);
    const tables: { table: string; rows: number; visible: number }[] = [];
    for (const card of departments) {
      const sql = city.database.owner(card.name);
      await withCopies(sql, copies);
      if (card.name === subjectDirectory) await copySubjects(sql, copies);
      for (const table of await recordTables(sql, card.name)) tables.push(await copyRecords(sql, table));
      await sql.end({ timeout: 5 });
    }
    return { codes: copies.map(({ code }) => code), names: copies.map(({ name }) => name), tables };
  } finally {
    await city.stop();
  }
}

/** Imports the pattern subjects' files, and has the index follow. @throws Error with a Chinese sentence for a row that is refused. */
export async function importPatterns(city: City, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const following = await followDepartments({ city, log: createLog('silent') });
  try {
    for (const { item, rows } of patternFiles(dayInShanghai(new Date()))) {
      const path = join(folder, `${item}.csv`);
      await writeFile(path, rows.map((row) => row.map((cell) => `"${cell}"`).join(',')).join('\n'));
      const report = await takeFile(city, item, path, { dataDirectory: folder });
      if (report.rejected > 0)
        throw new Error(`${item}:${report.rejected} 行被退回,测试数据有误:${JSON.stringify(report.reasons)}`);
    }
    await following.catchUp();
  } finally {
    await following.stop();
  }
}

interface Copy {
  readonly pattern: string;
  readonly code: string;
  readonly name: string;
  /** Each pattern's copies are all over the city, as companies with records of one day are. */
  readonly district: string;
}

function copiesOf(subjects: number): readonly Copy[] {
  return Array.from({ length: subjects }, (_none, index) => {
    const pattern = 1 + (index % PATTERNS);
    const number = 1_000 + index;
    const district = DISTRICTS[Math.floor(index / PATTERNS) % DISTRICTS.length] ?? '';
    return { pattern: codeOf(pattern), code: codeOf(number), name: companyName(number), district };
  });
}

async function withCopies(sql: postgres.Sql, copies: readonly Copy[]): Promise<void> {
  await sql`create temporary table copies (pattern text, code text, name text, district text)`;
  const column = (pick: (copy: Copy) => string): readonly string[] => copies.map(pick);
  await sql`insert into copies select * from unnest(
    ${column((copy) => copy.pattern)}::text[], ${column((copy) => copy.code)}::text[],
    ${column((copy) => copy.name)}::text[], ${column((copy) => copy.district)}::text[])`;
  await sql`analyze copies`;
}

async function copySubjects(sql: postgres.Sql, copies: readonly Copy[]): Promise<void> {
  await copyRows(sql, 'credit', 'subjects', 'r.id', {
    id: 'c.code',
    credit_code: 'c.code',
    name: 'c.name',
    district: 'c.district',
    identifiers: 'replace(r.identifiers::text, c.pattern, c.code)::jsonb',
  });
  await copyRows(sql, 'credit', 'subject_identifiers', 'r.subject_id', { value: 'c.code', subject_id: 'c.code' });
  for (let at = 0; at < copies.length; at += AT_ONCE) await writeNames(sql, copies.slice(at, at + AT_ONCE));
  await copyRows(sql, 'credit', 'record_index', 'r.subject_id', { id: COPY_ID, subject_id: 'c.code' });
  for (const table of ['subjects', 'subject_identifiers', 'subject_names', 'record_index'])
    await sql.unsafe(`vacuum (analyze) credit.${table}`);
}

/** Names that are one parameter. */
const AT_ONCE = 10_000;

/** A record's copy goes by the same id in its department and in the index. */
const COPY_ID = `left(encode(sha256(convert_to(r.id || c.code, 'UTF8')), 'hex'), length(r.id))`;

async function copyRecords(sql: postgres.Sql, { schema, table }: { schema: string; table: string }) {
  await copyRows(sql, schema, table, 'r.subject_id', {
    id: COPY_ID,
    subject_id: 'c.code',
    counterpart_name: 'c.name',
  });
  await sql.unsafe(`vacuum (analyze) ${schema}.${table}`);
  const [counted] = await sql.unsafe<{ rows: number; visible: number }[]>(
    `select count(*)::int as rows, (count(*) filter (where superseded_at is null and withheld_reason is null
       and access_level = 'PUBLIC' and published_on <= today
       and (publication_ends_on is null or publication_ends_on >= today)))::int as visible
     from ${schema}.${table}, (select (now() at time zone 'Asia/Shanghai')::date as today) d`,
  );
  return { table: `${schema}.${table}`, rows: counted?.rows ?? 0, visible: counted?.visible ?? 0 };
}

/** Copies the patterns' rows with some columns changed and all others as they are. */
async function copyRows(
  sql: postgres.Sql,
  schema: string,
  table: string,
  subject: string,
  changed: Readonly<Record<string, string>>,
): Promise<void> {
  const columns = await sql<{ name: string }[]>`
    select column_name::text as name from information_schema.columns
    where table_schema = ${schema} and table_name = ${table} order by ordinal_position`;
  const names = columns.map(({ name }) => `"${name}"`).join(', ');
  const values = columns.map(({ name }) => changed[name] ?? `r."${name}"`).join(', ');
  await sql.unsafe(
    `insert into ${schema}.${table} (${names}) select ${values} from ${schema}.${table} r
     join copies c on c.pattern = ${subject} order by md5(c.code || r::text)`,
  );
}

async function recordTables(sql: postgres.Sql, schema: string) {
  return sql<{ schema: string; table: string }[]>`
    select table_schema::text as schema, table_name::text as "table" from information_schema.columns
    where table_schema = ${schema} and column_name = 'counterpart_name' order by table_name`;
}
