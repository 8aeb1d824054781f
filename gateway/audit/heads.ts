import { spawn } from 'node:child_process';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Log } from '../../platform/log.ts';
import { jws, type Signer } from './signing.ts';
import type { Head } from './store.ts';

/** The `typ` of a signed head's JWS. */
export const HEAD_TYPE = 'credit-audit-head+jws';

/** What a signed head says: at this instant the chain ended with this line. */
export interface HeadPayload extends Head {
  readonly at: string;
}

export interface HeadsOptions {
  readonly path: string;
  readonly anchor: string | undefined;
  readonly head: () => Promise<Head>;
  readonly signer: () => Signer;
  readonly now: () => Date;
  readonly log: Log;
}

/** Signs the chain's head from time to time and hands it out of the database: to a file, and to whoever else keeps it. */
export function signedHeads({ path, anchor, head, signer, now, log }: HeadsOptions) {
  let signed: Head | undefined;
  let signing = Promise.resolve();
  let signedAt: Date | undefined;

  async function sign(): Promise<void> {
    const { sequence, hash } = await head();
    if (sequence === 0 || (sequence === signed?.sequence && hash === signed.hash)) return;
    if (signed && sequence < signed.sequence)
      log.error({ sequence, signed: signed.sequence }, 'the audit chain is shorter than it was');
    const payload: HeadPayload = { sequence, hash, at: now().toISOString() };
    const text = jws(payload, HEAD_TYPE, signer());
    await append(path, text);
    signed = { sequence, hash };
    if (anchor !== undefined)
      await handOver(anchor, text).catch((error: unknown) =>
        log.error({ message: String(error) }, 'a signed head could not be handed over'),
      );
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

/** One line, on the disk before this resolves; several instances may share the file. */
async function append(path: string, line: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, 'a', 0o644);
  try {
    await file.appendFile(`${line}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
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
