import { createHmac, hash, randomUUID, timingSafeEqual } from 'node:crypto';
import { derive } from '../../platform/secrets.ts';
import type { Changes, KeptAnswer, KeptRests } from './kept.ts';
import type { Redis } from './redis.ts';

/** How far changes had been told to those who share answers when one began to be computed. */
export interface SharedSince {
  readonly connection: number;
  readonly era: string;
  readonly sequence: number;
}

/**
 * Kept answers that several processes share. Each of them watches the departments itself and writes down what changed, before
 * it counts for it as told: an answer holds where nothing was written down of what it rests on since it began to be computed.
 * Where that cannot be known it is as if nothing were shared: never an error, never an answer of before.
 */
export interface SharedAnswers {
  /** Undefined where an answer that begins now is not to be shared. */
  since(): SharedSince | undefined;
  /** `isFresh` is asked once it is known which departments it rests on. */
  find(key: string, isFresh: (departments: readonly string[]) => boolean): Promise<Shared | undefined>;
  put(key: string, answer: KeptAnswer, rests: KeptRests, since: SharedSince): void;
  /** Writes down what changed. Where that fails nothing is shared until all that is shared has been given up. */
  change(department: string, changes: Changes): Promise<void>;
}

export interface Shared {
  readonly answer: KeptAnswer;
  readonly rests: KeptRests;
}

/** What a change is written down under for subjects, so that it stays a few kilobytes however many there are. */
const BUCKETS = 4_096;
const LARGEST_BYTES = 256 * 1024;
const REFRESH_MS = 100;
const RENEW_MS = 500;

/** One number for all that is written down at once, greater than any before. */
const WRITE_DOWN = `local s = redis.call('HINCRBY', KEYS[1], 'sequence', 1)
for i = 1, #ARGV do redis.call('HSET', KEYS[1], ARGV[i], s) end
return s`;

export function sharedAnswers(redis: Redis, secret: Uint8Array, longestMs: number): SharedAnswers {
  const key = derive(secret, 'cache');
  const seal = (...parts: readonly string[]): string =>
    createHmac('sha256', key).update(parts.join('\n')).digest('base64url');
  // Whoever may look into the server learns of no question, and can put nothing there that would be told.
  const prefix = `credit-graph:${seal('installation').slice(0, 12)}`;
  const state = `${prefix}:changes`;
  const nameOf = (question: string): string => `${prefix}:${seal('name', question)}`;
  let known: SharedSince | undefined;
  /** Whether something changed that was not written down. */
  let isOwed = false;
  let refreshedAt = Number.NEGATIVE_INFINITY;
  let renewedAt = Number.NEGATIVE_INFINITY;

  const isTrusted = (): boolean => known !== undefined && known.connection === redis.connection;

  /** What is shared from before is nobody's any more: something may have changed that was not written down. */
  async function renew(): Promise<void> {
    if (redis.connection === 0 || performance.now() - renewedAt < RENEW_MS) return;
    renewedAt = performance.now();
    const { connection } = redis;
    isOwed = false;
    await redis.run('HSET', state, 'era', randomUUID());
    await refresh(connection);
    if (isOwed) known = undefined;
  }

  async function refresh(connection: number): Promise<void> {
    const [era, sequence] = texts(await redis.run('HMGET', state, 'era', 'sequence'));
    refreshedAt = performance.now();
    known = era ? { connection, era, sequence: Number(sequence ?? 0) } : undefined;
  }

  return {
    since: () => (isTrusted() ? known : undefined),
    async find(question, isFresh) {
      if (!isTrusted()) return undefined;
      try {
        const name = nameOf(question);
        const text = await redis.run('GET', name);
        const entry = typeof text === 'string' ? entryIn(text, (json) => seal(name, json)) : undefined;
        if (!entry || !isFresh(entry.rests.departments)) return undefined;
        const [era, ...marks] = texts(await redis.run('HMGET', state, 'era', ...fieldsOf(entry.rests)));
        const holds = era === entry.era && marks.every((mark) => Number(mark ?? 0) <= entry.sequence);
        return holds && isTrusted() ? entry : undefined;
      } catch {
        return undefined;
      }
    },
    put(question, answer, rests, { connection, era, sequence }) {
      if (connection !== redis.connection || answer.body.length > LARGEST_BYTES) return;
      const name = nameOf(question);
      const json = JSON.stringify({ era, sequence, rests, answer: { ...answer, body: answer.body.toString() } });
      redis.run('SET', name, `${seal(name, json)}${json}`, 'PX', String(longestMs)).catch(() => undefined);
    },
    async change(department, changes) {
      const fields = changedFields(department, changes);
      try {
        if (!isTrusted()) {
          isOwed ||= fields.length > 0;
          return await renew();
        }
        if (fields.length > 0) await redis.run('EVAL', WRITE_DOWN, '1', state, ...fields);
        if (performance.now() - refreshedAt > REFRESH_MS) await refresh(redis.connection);
      } catch {
        isOwed = true;
        known = undefined;
      }
    },
  };
}

function texts(reply: unknown): readonly (string | null)[] {
  return Array.isArray(reply) ? reply.map((one) => (typeof one === 'string' ? one : null)) : [];
}

const SEAL_CHARACTERS = 43;

interface Entry extends Shared {
  readonly era: string;
  readonly sequence: number;
}

function entryIn(text: string, sealOf: (json: string) => string): Entry | undefined {
  const [seal, json] = [Buffer.from(text.slice(0, SEAL_CHARACTERS)), text.slice(SEAL_CHARACTERS)];
  const expected = Buffer.from(sealOf(json));
  if (seal.length !== expected.length || !timingSafeEqual(seal, expected)) return undefined;
  const { answer, ...entry } = JSON.parse(json) as Omit<Entry, 'answer'> & {
    readonly answer: Omit<KeptAnswer, 'body'> & { readonly body: string };
  };
  return { ...entry, answer: { ...answer, body: Buffer.from(answer.body) } };
}

function fieldsOf({ departments, subjects, lists, beyondFeeds }: KeptRests): readonly string[] {
  return [
    ...departments.map((one) => `all ${one}`),
    ...lists.map((one) => `any ${one}`),
    ...beyondFeeds.map((one) => `beyond ${one}`),
    ...new Set(subjects.map(bucketOf)),
  ];
}

function changedFields(department: string, { subjects, isAnything, isBeyondFeed }: Changes): readonly string[] {
  if (isAnything) return [`all ${department}`, `any ${department}`, `beyond ${department}`];
  return [
    ...(subjects.length > 0 ? [`any ${department}`] : []),
    ...(isBeyondFeed ? [`beyond ${department}`] : []),
    ...new Set(subjects.map(bucketOf)),
  ];
}

function bucketOf(subject: string): string {
  return String(Number.parseInt(hash('sha256', subject, 'hex').slice(0, 8), 16) % BUCKETS);
}
