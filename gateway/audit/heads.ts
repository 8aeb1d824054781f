import { spawn } from 'node:child_process';
import type { Log } from '../../platform/log.ts';
import { appendHead, HEAD_TYPE, type HeadPayload, lastHeadIn } from './heads-file.ts';
import { jws, type PublicJwk, type Signer } from './signing.ts';
import type { Head } from './store.ts';

export interface HeadsOptions {
  readonly path: string;
  readonly anchor: string | undefined;
  readonly head: () => Promise<Head>;
  /** The hash of a line, as the database has it; undefined for one that it does not have. */
  readonly hashAt: (sequence: number) => Promise<string | undefined>;
  /** The public keys that heads were signed with until now. */
  readonly keys: () => readonly PublicJwk[];
  readonly signer: () => Signer;
  readonly now: () => Date;
  readonly log: Log;
}

/** Signs the chain's head from time to time and hands it out of the database: to a file, and to whoever else keeps it. */
export function signedHeads({ path, anchor, head, hashAt, signer, keys, now, log }: HeadsOptions) {
  let signed: Head | undefined;
  let signing = Promise.resolve();
  let signedAt: Date | undefined;

  async function sign(): Promise<void> {
    // Before the chain is read, which only grows: another instance may sign in between.
    const kept = await lastHeadIn(path, keys());
    if (kept && kept.sequence >= (signed?.sequence ?? 0)) signed = kept;
    const { sequence, hash } = await head();
    if (signed) await assertGrown(signed, { sequence, hash });
    if (sequence === 0 || sequence === signed?.sequence) return;
    const payload: HeadPayload = { sequence, hash, at: now().toISOString() };
    const text = jws(payload, HEAD_TYPE, signer());
    await appendHead(path, text, keys());
    signed = { sequence, hash };
    if (anchor !== undefined)
      await handOver(anchor, text).catch((error: unknown) =>
        log.error({ message: String(error) }, 'a signed head could not be handed over'),
      );
  }

  /** A head over a chain that lost lines, or has others, would vouch for it. */
  async function assertGrown(before: Head, { sequence, hash }: Head): Promise<void> {
    const isShorter = sequence < before.sequence;
    const known = isShorter || sequence === before.sequence ? hash : await hashAt(before.sequence);
    if (!isShorter && known === before.hash) return;
    const alarm = isShorter ? 'AUDIT_CHAIN_SHORTENED' : 'AUDIT_CHAIN_REWRITTEN';
    log.error({ alarm, sequence, signed: before.sequence }, 'the audit chain is not the one whose head was signed');
    throw new Error('no head is signed over a chain that is not the one signed before');
  }

  return {
    /** When the head was last found signed, or signed; undefined: not yet. */
    get signedAt() {
      return signedAt;
    },
    /** Signs the head as it is now, unless it was signed already; one after the other. */
    sign(): Promise<void> {
      signing = signing
        .then(sign)
        .then(() => {
          signedAt = now();
        })
        .catch((error: unknown) => {
          log.error({ message: String(error) }, 'the audit chain’s head could not be signed');
        });
      return signing;
    },
  };
}

const PATIENCE_MS = 10_000;

async function handOver(anchor: string, text: string): Promise<void> {
  if (/^https?:/u.test(anchor)) {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const { ok, status } = await fetch(anchor, {
      method: 'POST',
      headers: { 'content-type': 'application/jose' },
      body: text,
      signal,
    });
    if (!ok) throw new Error(`the anchor answered with status ${status}`);
    return;
  }
  await new Promise<void>((resolve, reject) => {
    const child = spawn(anchor, [], { stdio: ['pipe', 'ignore', 'ignore'], timeout: PATIENCE_MS });
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`the anchor ended with ${code}`))));
    child.stdin.on('error', () => undefined);
    child.stdin.end(`${text}\n`);
  });
}
