import type postgres from 'postgres';
import type { Config } from '../../platform/config.ts';
import type { Log } from '../../platform/log.ts';
import { openTurns } from '../turns/index.ts';
import { createAllowances } from './allowances.ts';
import type { LimitsOptions } from './index.ts';
import { insuredStore } from './insured-store.ts';
import { forgetPastDays, postgresStore } from './postgres-store.ts';
import { trustedDocuments } from './trusted-documents.ts';

const FORGETTING_MS = 6 * 3_600_000;

/** The limits of an installation: counted in the gateway's own schema, with the trusted documents of its folder. */
export function openLimits(options: {
  readonly config: Config;
  /** Sessions on the gateway's own schema. */
  readonly sql: postgres.Sql;
  readonly secret: Uint8Array;
  readonly log: Log;
}): { readonly limits: LimitsOptions; stop(): Promise<void> } {
  const { config, sql, secret, log } = options;
  const trusted = trustedDocuments(config.trustedDocuments);
  const allowances = createAllowances(insuredStore(postgresStore(sql), log));
  const forget = (): void => {
    forgetPastDays(sql).catch((error: unknown) => log.warn({ message: String(error) }, 'past days are still kept'));
  };
  forget();
  const forgetting = setInterval(forget, FORGETTING_MS).unref();
  return {
    limits: { allowances, trusted, secret, turns: openTurns(), trustedProxies: config.access.trustedProxies },
    async stop() {
      clearInterval(forgetting);
      await allowances.stop();
    },
  };
}
