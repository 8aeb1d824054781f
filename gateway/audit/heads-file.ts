import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { openedJws, type PublicJwk } from './signing.ts';
import type { Head } from './store.ts';

/** The `typ` of a signed head's JWS. */
export const HEAD_TYPE = 'credit-audit-head+jws';

/** What a signed head says: at this instant the chain ended with this line. */
export interface HeadPayload extends Head {
  readonly at: string;
}

/** What stands behind the rest of a head whose writing was interrupted, once the next head is written. */
const TORN = ' torn';
/** Of a long file the end is enough. */
const TAIL_BYTES = 65_536;

/** The heads of a file, a JWS each, and how many are no heads because their writing was interrupted. */
export function headsIn(
  text: string,
  keys: readonly PublicJwk[],
): { readonly heads: readonly string[]; readonly torn: number } {
  const lines = text.split('\n');
  const last = lines.pop() ?? '';
  const whole = lines.filter((line) => line !== '' && !line.endsWith(TORN));
  const isWhole = last !== '' && headIn(last, keys) !== undefined;
  const torn = lines.filter((line) => line.endsWith(TORN)).length + (last !== '' && !isWhole ? 1 : 0);
  return { heads: isWhole ? [...whole, last] : whole, torn };
}

export function headIn(text: string, keys: readonly PublicJwk[]): HeadPayload | undefined {
  const { sequence, hash, at } = openedJws(text, HEAD_TYPE, keys) ?? {};
  return typeof sequence === 'number' && typeof hash === 'string' ? { sequence, hash, at: String(at) } : undefined;
}

/** The head of the most lines among the last ones of a file that these keys signed; undefined where there is none. */
export async function lastHeadIn(path: string, keys: readonly PublicJwk[]): Promise<Head | undefined> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  try {
    if (!file) return undefined;
    const { size } = await file.stat();
    const from = Math.max(0, size - TAIL_BYTES);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - from), 0, size - from, from);
    const { heads } = headsIn(buffer.toString('utf8', 0, bytesRead), keys);
    const known = heads.flatMap((text) => headIn(text, keys) ?? []);
    return known.reduce<Head | undefined>(
      (most, one) => (one.sequence > (most?.sequence ?? 0) ? one : most),
      undefined,
    );
  } finally {
    await file?.close();
  }
}

/** Adds a head, on the disk before this resolves; several instances may share the file. What an interrupted write left is marked. */
export async function appendHead(path: string, head: string, keys: readonly PublicJwk[]): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, 'a+', 0o644);
  try {
    const { size } = await file.stat();
    const from = Math.max(0, size - TAIL_BYTES);
    const { buffer } = await file.read(Buffer.alloc(size - from), 0, size - from, from);
    const last = buffer.toString('utf8').split('\n').at(-1) ?? '';
    const end = last === '' ? '' : headIn(last, keys) ? '\n' : `${TORN}\n`;
    await file.appendFile(`${end}${head}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}
