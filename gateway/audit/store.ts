import type postgres from 'postgres';
import { asDatabaseError, DatabaseError } from '../../platform/database/index.ts';
import type { Log } from '../../platform/log.ts';
import type { Digest } from './digest.ts';
import { type Body, GENESIS, type Line, sealed } from './line.ts';
import { within } from './within.ts';

/** Adds lines to the one chain of all instances. */
export interface AuditStore {
  /** Resolves once the line is committed. @throws DatabaseError where it may not be. */
  append(body: Body): Promise<Line>;
  /** The chain's last line as the database has it, or what stands before the first. */
  head(): Promise<Head>;
  /** The hash of a line as the database has it; undefined for none. */
  hashAt(sequence: number): Promise<string | undefined>;
  stop(): Promise<void>;
}

export type Head = Pick<Line, 'sequence' | 'hash'>;

export interface AuditStoreOptions {
  /** A session of one connection on the schema `audit`; another is asked for when one does not answer. */
  readonly connect: () => postgres.Sql;
  readonly digest: Digest;
  readonly log: Log;
  /** How long a line may take. */
  readonly patienceMs?: number | undefined;
}

const PATIENCE_MS = 2_000;
/** For how long nothing is tried once the database did not take a line. */
const LEFT_ALONE_MS = 500;
/** How soon a session that took another's place may be given up itself. */
const KEPT_MS = 10_000;
/** Lines of one commit. */
const MOST_LINES = 500;

interface Waiting {
  readonly body: Body;
  readonly resolve: (line: Line) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Lines that come while others are being committed go into the next commit together. Each commit is one statement, and the
 * primary key decides between instances: whoever finds its place taken reads the head again.
 */
export function auditStore(options: AuditStoreOptions): AuditStore {
  const { digest, log, patienceMs = PATIENCE_MS } = options;
  const waiting: Waiting[] = [];
  let sql: postgres.Sql | undefined;
  let head: Head | undefined;
  let writing: Promise<void> | undefined;
  let leftAloneUntil = Number.NEGATIVE_INFINITY;
  let keptUntil = Number.NEGATIVE_INFINITY;

  /** Runs one statement; a session that does not answer in time is given up. */
  async function run<T>(work: (session: postgres.Sql) => Promise<T>, ms: number): Promise<T> {
    sql ??= options.connect();
    const session = sql;
    try {
      return await within(work(session), ms);
    } catch (error) {
      // One that was lost connects again by itself; one behind which nobody answers would keep us waiting for ever.
      const isHung = asDatabaseError(error).code === 'TIMEOUT' && performance.now() > keptUntil;
      if (sql === session && isHung) {
        sql = undefined;
        keptUntil = performance.now() + KEPT_MS;
        void session.end({ timeout: 0 }).catch(() => undefined);
      }
      throw error;
    }
  }

  const readHead = (ms: number): Promise<Head> =>
    run(async (session) => {
      const [last] = await session<{ sequence: string; hash: string }[]>`
        select sequence, hash from audit.lines order by sequence desc limit 1`;
      return last ? { sequence: Number(last.sequence), hash: last.hash } : { sequence: 0, hash: GENESIS };
    }, ms);

  /** Whether these very lines are in the chain already: the statement was committed though its answer was lost. */
  const holds = (lines: readonly Line[], ms: number): Promise<boolean> =>
    run(async (session) => {
      const last = lines.at(-1);
      const found = await session`
        select 1 from audit.lines where sequence = ${last?.sequence ?? 0} and hash = ${last?.hash ?? ''}`;
      return found.length > 0;
    }, ms);

  const insert = (lines: readonly Line[], ms: number): Promise<unknown> =>
    run(
      (session) => session`
        insert into audit.lines (sequence, previous, hash, body)
        select sequence, previous, hash, body from json_to_recordset(${JSON.stringify(lines)}::text::json)
          as line(sequence bigint, previous text, hash text, body jsonb)`,
      ms,
    );

  async function commit(bodies: readonly Body[]): Promise<readonly Line[]> {
    const until = performance.now() + patienceMs;
    const left = (): number => Math.max(1, until - performance.now());
    let tried: readonly Line[] | undefined;
    for (;;) {
      try {
        if (tried && (await holds(tried, left()))) return tried;
        head ??= await readHead(left());
        tried = behind(head, bodies, digest);
        await insert(tried, left());
        head = tried.at(-1);
        return tried;
      } catch (error) {
        head = undefined;
        const known = asDatabaseError(error);
        const isTaken = (known.cause as { readonly code?: unknown } | undefined)?.code === '23505';
        if (!(isTaken || known.code === 'UNAVAILABLE') || performance.now() >= until) throw known;
        if (!isTaken) await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  async function writeAll(): Promise<void> {
    for (let batch = waiting.splice(0, MOST_LINES); batch.length > 0; batch = waiting.splice(0, MOST_LINES)) {
      try {
        const lines = await commit(batch.map(({ body }) => body));
        for (const [index, line] of lines.entries()) batch[index]?.resolve(line);
      } catch (error) {
        leftAloneUntil = performance.now() + LEFT_ALONE_MS;
        log.error({ code: asDatabaseError(error).code }, 'the audit chain takes no lines');
        for (const { reject } of [...batch, ...waiting.splice(0)]) reject(error);
      }
    }
    writing = undefined;
  }

  return {
    append(body) {
      if (performance.now() < leftAloneUntil) return Promise.reject(new DatabaseError('UNAVAILABLE'));
      return new Promise((resolve, reject) => {
        waiting.push({ body, resolve, reject });
        writing ??= Promise.resolve().then(writeAll);
      });
    },
    head: () => readHead(patienceMs),
    hashAt: (sequence) =>
      run(async (session) => {
        const [line] = await session<{ hash: string }[]>`select hash from audit.lines where sequence = ${sequence}`;
        return line?.hash;
      }, patienceMs),
    async stop() {
      await writing;
      await sql?.end({ timeout: 5 });
    },
  };
}

function behind(head: Head, bodies: readonly Body[], digest: Digest): readonly Line[] {
  let before = head;
  return bodies.map((body) => {
    const line = sealed(body, before, digest);
    before = line;
    return line;
  });
}
