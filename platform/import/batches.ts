import type postgres from 'postgres';

/** One import as it is kept: a batch that can be listed and taken back. */
export interface Batch {
  readonly id: number;
  readonly item: string;
  readonly fileName: string;
  readonly status: string;
  /** In Asia/Shanghai, for people. */
  readonly startedAt: string;
  readonly rows: number;
  readonly added: number;
  readonly corrected: number;
  readonly unchanged: number;
  readonly repeated: number;
  readonly rejected: number;
  readonly flagged: number;
  readonly ended: number;
}

interface File {
  readonly item: string;
  readonly fileName: string;
  readonly fileHash: string;
}

/** When a file was taken, and how many of its rows came back. */
interface Taken {
  readonly endedAt: string;
  readonly rejected: number;
}

/** What follows a batch that did not come to its end: the same file goes on with it. */
const UNFINISHED = ['RUNNING', 'INTERRUPTED', 'FAILED', 'UNCONFIRMED'];

/**
 * Takes the turn of importing an item, until `release`: imports and withdrawals of one item follow each other. The turn of
 * a process that was killed ends with its connection.
 * @throws Error with a Chinese sentence where another import of the item does not end in time.
 */
export async function takeTurn(client: postgres.Sql, item: string, patienceMs = 30_000) {
  const held = await client.reserve();
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const [turn] = await held<
      { isOurs: boolean }[]
    >`select pg_try_advisory_lock(hashtextextended(${item}, 1)) as "isOurs"`;
    if (turn?.isOurs) break;
    if (Date.now() > deadline) {
      held.release();
      throw new Error(`${item} 正在由另一个进程导入,请等它结束后再试。`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    async release() {
      await held`select pg_advisory_unlock(hashtextextended(${item}, 1))`.catch(() => undefined);
      held.release();
    },
  };
}

/**
 * The last import of an item, if it was of this file. Of this file means of its content: where another file came since,
 * this one has something to say again.
 */
export async function lastImportOf(
  client: postgres.Sql,
  schema: string,
  { item, fileHash }: Pick<File, 'item' | 'fileHash'>,
): Promise<(Taken & { readonly id: number; readonly status: string }) | undefined> {
  const [last] = await client<(Taken & { id: number; status: string; fileHash: string })[]>`
    select id::int, status, rejected::int, ${inShanghai(client, 'ended_at')} as "endedAt", file_hash as "fileHash" from ${client(`${schema}.imports`)}
    where item = ${item} order by id desc limit 1`;
  return last?.fileHash === fileHash ? last : undefined;
}

/** Whether a file of this content was ever taken to its end, whatever came since. */
export async function wasEverTaken(
  client: postgres.Sql,
  schema: string,
  { item, fileHash }: Pick<File, 'item' | 'fileHash'>,
): Promise<Taken | undefined> {
  const [found] = await client<Taken[]>`
    select rejected::int, ${inShanghai(client, 'ended_at')} as "endedAt" from ${client(`${schema}.imports`)}
    where item = ${item} and file_hash = ${fileHash} and status = 'COMPLETED' order by id desc limit 1`;
  return found;
}

/** Begins a batch, or goes on with the last one of the item where that was of this file and did not come to its end. */
export async function beginBatch(
  client: postgres.Sql,
  schema: string,
  file: File,
): Promise<{ readonly id: number; readonly isResumed: boolean }> {
  const imports = client(`${schema}.imports`);
  const last = await lastImportOf(client, schema, file);
  const resumed = last && UNFINISHED.includes(last.status) ? last.id : 0;
  // Whoever is RUNNING while we have the turn was killed.
  await client`update ${imports} set status = 'INTERRUPTED', ended_at = clock_timestamp()
    where item = ${file.item} and status = 'RUNNING' and id <> ${resumed}`;
  if (resumed > 0) {
    await client`update ${imports} set status = 'RUNNING', started_at = clock_timestamp(), ended_at = null,
      file_name = ${file.fileName} where id = ${resumed}`;
    return { id: resumed, isResumed: true };
  }
  const [begun] = await client<{ id: number }[]>`
    insert into ${imports} (item, file_name, file_hash, status, started_at)
    values (${file.item}, ${file.fileName}, ${file.fileHash}, 'RUNNING', clock_timestamp()) returning id::int`;
  return { id: begun?.id ?? 0, isResumed: false };
}

export async function endBatch(
  client: postgres.Sql | postgres.TransactionSql,
  schema: string,
  id: number,
  status: 'COMPLETED' | 'UNCONFIRMED' | 'INTERRUPTED' | 'FAILED',
  counts: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  await client`update ${client(`${schema}.imports`)}
    set ${client({ ...counts, status })}, ended_at = clock_timestamp() where id = ${id}`;
}

/** Batches of a department, newest first: of one item, or one batch, where that is said. */
export async function batchesOf(
  client: postgres.Sql,
  schema: string,
  item: string | undefined,
  limit: number,
  id?: number,
): Promise<readonly Batch[]> {
  return client<Batch[]>`
    select id::int, item, file_name as "fileName", status, ${inShanghai(client, 'started_at')} as "startedAt",
           rows::int, added::int, corrected::int, unchanged::int, repeated::int, rejected::int, flagged::int, ended::int
    from ${client(`${schema}.imports`)} where (${item ?? null}::text is null or item = ${item ?? null}::text) and (${id ?? null}::bigint is null or id = ${id ?? null}::bigint)
    order by started_at desc, id desc limit ${limit}`;
}

function inShanghai(client: postgres.Sql, column: string) {
  return client`to_char(${client(column)} at time zone 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI:SS.US')`;
}
