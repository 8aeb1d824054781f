import { createHash } from 'node:crypto';
import type postgres from 'postgres';
import { asDatabaseError } from '../../platform/database/index.ts';
import type { Log } from '../../platform/log.ts';

/** Which proofs were used, across instances and restarts. */
export interface UsedProofs {
  /** Marks a proof as used; false where it was before. `until`: from then on its age alone refuses it. */
  use(owner: string, jti: string, until: Date): Promise<boolean>;
  stop(): void;
}

const SWEEP_MS = 60_000;
/** So many at once, so that no sweep holds up those who wait to write. */
const SWEEP_ROWS = 10_000;

export function usedProofs(sql: postgres.Sql, log: Log): UsedProofs {
  const timer = setInterval(() => {
    sweepProofs(sql).catch((error: unknown) =>
      log.warn({ cause: asDatabaseError(error).code }, 'used proofs could not be swept'),
    );
  }, SWEEP_MS).unref();
  return {
    async use(owner, jti, until) {
      try {
        const marked = await sql`
          insert into gateway.used_proofs (id, expires_at) values (${proofId(owner, jti)}, ${until})
          on conflict do nothing returning 1`;
        return marked.length === 1;
      } catch (error) {
        throw asDatabaseError(error);
      }
    },
    stop: () => clearInterval(timer),
  };
}

/** Forgets the proofs that are too old to be shown again; tells how many. */
export async function sweepProofs(sql: postgres.Sql): Promise<number> {
  let swept = 0;
  for (;;) {
    const gone = await sql`
      delete from gateway.used_proofs where ctid = any(array(
        select ctid from gateway.used_proofs where expires_at < now() limit ${SWEEP_ROWS}))`;
    swept += gone.count;
    if (gone.count < SWEEP_ROWS) return swept;
  }
}

function proofId(owner: string, jti: string): string {
  return createHash('sha256')
    .update(JSON.stringify([owner, jti]))
    .digest('base64url');
}
