import type postgres from 'postgres';
import { asDatabaseError } from '../../platform/database/index.ts';
import { auditUnavailable } from '../../platform/errors.ts';
import type { Concealment } from './concealment.ts';
import type { AlarmLine, Asker, Body, Line, OutcomeLine } from './line.ts';

/** Which looks are asked for; null or absent: any. */
export interface WantedLooks {
  readonly subject?: string | null | undefined;
  readonly client?: string | null | undefined;
  readonly purpose?: string | null | undefined;
  /** Instants: from this one on, before that one. */
  readonly from?: string | null | undefined;
  readonly until?: string | null | undefined;
}

export interface LooksPage {
  /** Lines before this sequence. */
  readonly before: number | null;
  readonly limit: number;
  /** Whose own looks are left out, and what is concealed for now: for the subject itself. */
  readonly forSubject?: { readonly subject: string; readonly concealed: readonly Concealment[] } | undefined;
}

export type KeptOutcome = Omit<Line, 'body'> & { readonly body: OutcomeLine };

export type KeptAlarm = Omit<Line, 'body'> & { readonly body: AlarmLine };

export interface LookedAt {
  readonly sequence: number;
  readonly at: string;
  readonly who: Asker;
  readonly subjects: readonly string[];
}

export interface LinesSince {
  readonly looks: readonly LookedAt[];
  /** The last line that was read, whatever it says; undefined where there was none. */
  readonly through: number | undefined;
}

/** Reads the chain. Where that cannot be done just now, a Refusal `AUDIT_UNAVAILABLE` says so. */
export interface AuditReader {
  /** Lines of looks, the latest first. */
  looks(wanted: WantedLooks, page: LooksPage): Promise<readonly KeptOutcome[]>;
  /** How many there are, counted up to 10,000. */
  count(wanted: WantedLooks, forSubject: LooksPage['forSubject']): Promise<number>;
  outcome(question: string): Promise<OutcomeLine | undefined>;
  /** Who looked at whom since a line, or, where none is known, since an instant; in the order of the lines. */
  linesSince(sequence: number | undefined, since: Date): Promise<LinesSince>;
  /** Alarms, the latest first. */
  alarms(page: Pick<LooksPage, 'before' | 'limit'>): Promise<readonly KeptAlarm[]>;
  /** Alarms since an instant. */
  lastAlarms(since: Date): Promise<readonly AlarmLine[]>;
  /** All lines of requests of this id, in their order. */
  ofRequest(request: string): Promise<readonly Line[]>;
}

export function auditReader(sql: postgres.Sql): AuditReader {
  const read = async <Row extends object>(query: Promise<readonly Row[]>): Promise<readonly Row[]> => {
    try {
      return await query;
    } catch (error) {
      const known = asDatabaseError(error);
      throw known.code === 'INTERNAL' ? known : auditUnavailable();
    }
  };
  return {
    async looks(wanted, { before, limit, forSubject }) {
      const beyond = before === null ? sql`` : sql`and sequence < ${before}`;
      const rows = await read(sql<Stored[]>`
        /* audit.accesses */ select sequence, previous, hash, body from audit.lines
        where ${matching(sql, wanted, forSubject)} ${beyond} order by sequence desc limit ${limit}`);
      return rows.map(lineOf) as readonly KeptOutcome[];
    },
    async count(wanted, forSubject) {
      const [found] = await read(sql<{ count: number }[]>`
        /* audit.accesses.totalCount */ select count(*)::int from (
          select from audit.lines where ${matching(sql, wanted, forSubject)} limit ${MOST_COUNTED}) l`);
      return found?.count ?? 0;
    },
    async outcome(question) {
      const [found] = await read(sql<Stored[]>`
        /* audit.receipt */ select sequence, previous, hash, body from audit.lines
        where body ->> 'kind' = 'OUTCOME' and body ->> 'question' = ${question}`);
      return found?.body.kind === 'OUTCOME' ? found.body : undefined;
    },
    async linesSince(sequence, since) {
      const found: LookedAt[] = [];
      let through: number | undefined;
      // Backwards where nothing is known yet: lines have no index by time, and the last hour's are the last.
      for (let before: number | null = null; ; ) {
        const within: postgres.PendingQuery<Stored[]> = sql<Stored[]>`
          /* audit.bulkLooks */ select sequence, previous, hash, body from audit.lines
          where ${sequence === undefined ? sql`true` : sql`sequence > ${sequence}`}
            ${before === null ? sql`` : sql`and sequence < ${before}`}
          order by sequence desc limit ${AT_ONCE}`;
        const lines = (await read(within)).map(lineOf);
        through ??= lines[0]?.sequence;
        for (const line of lines) if (line.body.kind === 'OUTCOME') found.push(lookedAt(line as KeptOutcome));
        const first = lines.at(-1);
        if (!first || lines.length < AT_ONCE || Date.parse(first.body.at) < since.getTime()) break;
        before = first.sequence;
      }
      return { looks: found.filter(({ at }) => Date.parse(at) >= since.getTime()).reverse(), through };
    },
    async alarms({ before, limit }) {
      const rows = await read(sql<Stored[]>`
        /* audit.alarms */ select sequence, previous, hash, body from audit.lines
        where body ->> 'kind' = 'ALARM' ${before === null ? sql`` : sql`and sequence < ${before}`}
        order by sequence desc limit ${limit}`);
      return rows.map(lineOf) as readonly KeptAlarm[];
    },
    async lastAlarms(since) {
      const rows = await read(sql<Stored[]>`
        select sequence, previous, hash, body from audit.lines
        where body ->> 'kind' = 'ALARM' and (body ->> 'at')::timestamptz >= ${since.toISOString()}::timestamptz
        order by sequence`);
      return rows.map(({ body }) => body as AlarmLine);
    },
    async ofRequest(request) {
      const rows = await read(sql<Stored[]>`
        select sequence, previous, hash, body from audit.lines where body ->> 'request' = ${request} order by sequence`);
      return rows.map(lineOf);
    },
  };
}

const MOST_COUNTED = 10_000;
/** Lines that are read at once to count looks. */
const AT_ONCE = 5_000;

function lookedAt({ sequence, body: { at, who, looks } }: KeptOutcome): LookedAt {
  return { sequence, at, who, subjects: [...new Set(looks.flatMap(({ subjects }) => subjects))] };
}

function matching(
  sql: postgres.Sql,
  { subject, client, purpose, from, until }: WantedLooks,
  forSubject: LooksPage['forSubject'],
) {
  return sql`
    body ->> 'kind' = 'OUTCOME' and jsonb_array_length(body -> 'looks') > 0
    ${subject ? sql`and body -> 'looks' @> ${sql.json([{ subjects: [subject] }])}` : sql``}
    ${client ? sql`and body -> 'who' ->> 'client' = ${client}` : sql``}
    ${purpose ? sql`and body ->> 'purpose' = ${purpose}` : sql``}
    ${from ? sql`and body ->> 'at' >= ${new Date(from).toISOString()}` : sql``}
    ${until ? sql`and body ->> 'at' < ${new Date(until).toISOString()}` : sql``}
    ${forSubject ? ofOthers(sql, forSubject) : sql``}`;
}

function ofOthers(sql: postgres.Sql, { subject, concealed }: NonNullable<LooksPage['forSubject']>) {
  const windows = JSON.stringify(concealed);
  return sql`
    and body -> 'who' ->> 'ownSubject' is distinct from ${subject}
    and not exists (
      select from json_to_recordset(${windows}::text::json) as c(purpose text, "from" date, until date, "seenAfter" date)
      where c.purpose = body ->> 'purpose'
        and c."from" <= ${dayOf(sql)} and (c.until is null or ${dayOf(sql)} <= c.until) and ${dayOf(sql)} > c."seenAfter")`;
}

function dayOf(sql: postgres.Sql) {
  return sql`((body ->> 'at')::timestamptz at time zone 'Asia/Shanghai')::date`;
}

export interface Stored {
  readonly sequence: string;
  readonly previous: string;
  readonly hash: string;
  readonly body: Body;
}

export function lineOf({ sequence, ...rest }: Stored): Line {
  return { sequence: Number(sequence), ...rest };
}
