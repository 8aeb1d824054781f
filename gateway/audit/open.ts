import type { Config } from '../../platform/config.ts';
import type { City } from '../../platform/installation/city.ts';
import type { Log } from '../../platform/log.ts';
import type { Figures } from '../../platform/observing/metrics.ts';
import { seenStore } from '../observing/audit.ts';
import { bulkLooks } from './bulk-looks.ts';
import { digestOf } from './digest.ts';
import { signedHeads } from './heads.ts';
import { type Audit, type AuditOptions, createAudit } from './index.ts';
import { signingKeys, watchedKeys } from './key-file.ts';
import { auditReader } from './read.ts';
import { auditStore } from './store.ts';

const EVERY_MS = 60_000;
const TIMEOUT_MS = 2_000;

export interface OpenAudit {
  readonly audit: Audit;
  /** Signs the chain's head as it is now. */
  signHead(): Promise<void>;
  /** Counts the looks of the last hour, as it does every ten seconds, and tells auditors of clients with too many. */
  countLooks(): Promise<void>;
  /** Takes no more lines and signs the last head. */
  stop(): Promise<void>;
}

/** The audit chain of an installation, in the schema `audit` that was opened with it; its head is signed every minute. */
export async function openAudit(
  city: Pick<City, 'database' | 'secret'>,
  { audit: config }: Pick<Config, 'audit'>,
  log: Log,
  given: Partial<Pick<AuditOptions, 'newId' | 'now' | 'keys'>> & {
    readonly patienceMs?: number;
    /** Whether it signs heads and tells alarms; another process of the installation may do it for both. Default: yes. */
    readonly signsHeads?: boolean;
    readonly figures?: Figures | undefined;
  } = {},
): Promise<OpenAudit> {
  const digest = digestOf(config.digest);
  const kept = watchedKeys(config.keys, await signingKeys(config.keys, config.signature), config.signature);
  const keys = given.keys ?? (() => kept.current);
  const { now = () => new Date() } = given;
  // What was committed is on the disk, whatever the server does for others.
  const settings = { synchronous_commit: 'on' };
  const connect = () => city.database.session('audit', 'lines', { timeoutMs: TIMEOUT_MS, max: 1, settings });
  const store = seenStore(auditStore({ connect, digest, log, patienceMs: given.patienceMs }), given.figures);
  const sql = city.database.session('audit', 'reads', { timeoutMs: TIMEOUT_MS, max: 2 });
  const reader = auditReader(sql);
  const isFirst = given.signsHeads !== false;
  const bulk = bulkLooks({ reader, store: isFirst ? store : undefined, log, now });
  const heads = signedHeads({
    path: config.heads,
    anchor: config.anchor,
    head: store.head,
    hashAt: store.hashAt,
    signer: () => keys().current,
    keys: () => keys().published,
    now,
    log,
  });
  given.figures?.gauge('credit_graph_audit_head_signed_timestamp_seconds', () =>
    heads.signedAt ? [{ value: heads.signedAt.getTime() / 1000 }] : [],
  );
  const signHead = async (): Promise<void> => {
    if (!given.keys)
      await kept.refresh().catch((error: unknown) => log.error({ message: String(error) }, 'the keys cannot be read'));
    if (isFirst) await heads.sign();
  };
  const signing = setInterval(() => void signHead(), EVERY_MS).unref();
  await signHead();
  await bulk.check();
  return {
    countLooks: bulk.check,
    audit: createAudit({ store, reader, bulk, digest, keys, secret: city.secret, log, ...given }),
    signHead,
    async stop() {
      clearInterval(signing);
      bulk.stop();
      if (isFirst) await heads.sign();
      await store.stop();
      await sql.end({ timeout: 5 });
    },
  };
}
