import { asDatabaseError } from '../../platform/database/index.ts';
import type { Log } from '../../platform/log.ts';
import { dayInShanghai } from '../../platform/viewer/viewer.ts';
import { codeTable } from '../../schema/codes/city.ts';
import type { Asker } from './line.ts';
import type { AuditReader } from './read.ts';
import type { AuditStore } from './store.ts';

/** Watches how many subjects each client looks at within an hour, by the lines of all instances. */
export interface BulkLooks {
  /** In how many seconds a client may be answered again what is not public; undefined where it may now. */
  stoppedFor(who: Pick<Asker, 'client' | 'role'>): number | undefined;
  /** Takes the lines that were committed since. */
  check(): Promise<void>;
  stop(): void;
}

export interface BulkLooksOptions {
  readonly reader: Pick<AuditReader, 'linesSince' | 'lastAlarms'>;
  /** Where alarms are told; another process of the installation may do it for all. */
  readonly store: Pick<AuditStore, 'append'> | undefined;
  readonly log: Log;
  readonly now: () => Date;
}

const EVERY_MS = 10_000;
const HOUR_MS = 3_600_000;

/** The subjects that a client looked at, each with when it last did, the earliest first. */
interface Seen {
  who: Asker;
  readonly subjects: Map<string, number>;
  alarmedAt: number;
}

export function bulkLooks({ reader, store, log, now }: BulkLooksOptions): BulkLooks {
  const clients = new Map<string, Seen>();
  let last: number | undefined;
  let checking: Promise<void> | undefined;

  async function take(): Promise<void> {
    const since = new Date(now().getTime() - HOUR_MS);
    if (last === undefined && store)
      for (const { who, at } of await reader.lastAlarms(since)) seenBy(who).alarmedAt = Date.parse(at);
    const { looks, through } = await reader.linesSince(last, since);
    // What was read is not read again, though nobody looked at anything: after a quiet hour the whole chain would be.
    last = through ?? last;
    for (const { at, who, subjects } of looks) {
      if (who.client === null) continue;
      const seen = seenBy(who);
      for (const subject of subjects) {
        seen.subjects.delete(subject);
        seen.subjects.set(subject, Date.parse(at));
      }
    }
    for (const [client, seen] of clients) {
      for (const [subject, at] of seen.subjects) {
        if (at > since.getTime()) break;
        seen.subjects.delete(subject);
      }
      if (seen.subjects.size === 0) clients.delete(client);
      else await alarm(seen);
    }
  }

  function seenBy(who: Asker): Seen {
    const key = who.client ?? '';
    const known = clients.get(key) ?? { who, subjects: new Map(), alarmedAt: Number.NEGATIVE_INFINITY };
    known.who = who;
    clients.set(key, known);
    return known;
  }

  /** Tells auditors once an hour of a client that goes on. */
  async function alarm(seen: Seen): Promise<void> {
    const rule = ruleFor(seen.who.role, now());
    const count = seen.subjects.size;
    if (!store || !rule || count <= rule.alarmAbove || now().getTime() - seen.alarmedAt < HOUR_MS) return;
    await store.append({
      kind: 'ALARM',
      at: now().toISOString(),
      request: '',
      who: seen.who,
      purpose: null,
      authorizations: [],
      alarm: 'BULK_LOOKS',
      subjects: count,
      most: rule.alarmAbove,
      isStopped: count > rule.stopAbove,
    });
    seen.alarmedAt = now().getTime();
    const { client, role } = seen.who;
    log.warn(
      { alarm: 'BULK_LOOKS', client, role, subjects: count, most: rule.alarmAbove },
      'a client looks at many subjects',
    );
  }

  const check = (): Promise<void> => {
    checking ??= take()
      .catch((error: unknown) => log.warn({ code: asDatabaseError(error).code }, 'looks could not be counted'))
      .finally(() => {
        checking = undefined;
      });
    return checking;
  };
  const timer = setInterval(() => void check(), EVERY_MS).unref();
  return {
    check,
    stoppedFor({ client, role }) {
      const seen = clients.get(client ?? '');
      const rule = ruleFor(role, now());
      if (!seen || !rule || seen.subjects.size <= rule.stopAbove) return undefined;
      // Answered again when so many of them are an hour ago that the rest is permitted.
      const over = seen.subjects.size - rule.stopAbove;
      const decisive = [...seen.subjects.values()][over - 1] ?? 0;
      return Math.max(1, Math.ceil((decisive + HOUR_MS - now().getTime()) / 1_000));
    },
    stop: () => clearInterval(timer),
  };
}

function ruleFor(role: string, now: Date) {
  const rule = codeTable('bulk-look-rules').onDate(dayInShanghai(now)).get(role);
  if (!rule) return undefined;
  const { alarmAbove, stopAbove } = rule.extra;
  return { alarmAbove: Number(alarmAbove), stopAbove: stopAbove ? Number(stopAbove) : Number.POSITIVE_INFINITY };
}
