import { createHash, createHmac } from 'node:crypto';
import type postgres from 'postgres';
import { badUserInput } from '../../platform/errors.ts';

/** Days after which a retry is a new attempt. */
const KEPT_DAYS = 30;

/** Forgets keys that nobody retries any more. */
export async function forgetOldKeys(sql: postgres.Sql): Promise<void> {
  await sql`delete from gateway.idempotency_keys where made_at < now() - make_interval(days => ${KEPT_DAYS})`;
}

/** One attempt at a change: tried again under the same key, it is the same. */
export interface Attempt {
  /** Whose attempt, under which key. */
  readonly id: string;
  /** A hash of what was asked. */
  readonly askedHash: string;
}

/**
 * Reads an idempotency key, which is kept as a hash alone. Keys of different callers never meet.
 * @throws Refusal `BAD_USER_INPUT` for one that is empty, too long or not printable.
 */
export function attemptOf(
  key: string,
  actor: readonly unknown[],
  asked: readonly unknown[],
  secret: Uint8Array,
): Attempt {
  if (!/^[!-~]{1,128}$/u.test(key)) {
    throw badUserInput('参数 idempotencyKey 须为 1 至 128 个可见的 ASCII 字符,如一个 UUID。', {
      argument: 'idempotencyKey',
    });
  }
  const id = createHmac('sha256', secret)
    .update(JSON.stringify(['idempotency', actor, key]))
    .digest('base64url');
  return { id, askedHash: createHash('sha256').update(JSON.stringify(asked)).digest('base64url') };
}
