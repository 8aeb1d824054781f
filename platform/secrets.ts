import { hkdfSync, randomBytes } from 'node:crypto';
import { chmod, link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The fewest bytes an installation secret may have. */
const SECRET_BYTES = 32;

/**
 * The installation's secret: the one given in the configuration, else the one kept in `DATA_DIR/secret` (created on
 * first use, readable by its owner only). Everything keyed is derived from it, so losing it loses every id and password.
 * @throws Error with a Chinese sentence when the secret is too short or cannot be read.
 */
export async function installationSecret(source: {
  readonly dataDirectory: string;
  readonly given?: string | undefined;
}): Promise<Uint8Array> {
  if (source.given !== undefined && source.given !== '') return parseSecret(source.given, '环境变量 SECRET');
  const file = join(source.dataDirectory, 'secret');
  const kept = await read(file);
  if (kept !== undefined) return parseSecret(kept, file);
  await mkdir(source.dataDirectory, { recursive: true });
  // Written beside and linked into place: of two first starts one wins, and nobody reads half a secret.
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  await writeFile(draft, `${randomBytes(SECRET_BYTES).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
  try {
    await chmod(draft, 0o600);
    await link(draft, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(draft, { force: true });
  }
  return parseSecret(await readFile(file, 'utf8'), file);
}

/** A key for one purpose (HKDF-SHA256, RFC 5869): keys of different purposes say nothing about each other. */
export function derive(secret: Uint8Array, purpose: string, bytes = 32): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, 'credit-graph', purpose, bytes));
}

/**
 * Hexadecimal or base64 when the text is wholly that and decodes to enough bytes, else its UTF-8 bytes.
 * @throws Error with a Chinese sentence when it has fewer than 32 bytes.
 */
export function parseSecret(text: string, place: string): Uint8Array {
  const trimmed = text.trim();
  for (const bytes of [fromHex(trimmed), fromBase64(trimmed), Buffer.from(trimmed, 'utf8')]) {
    if (bytes !== undefined && bytes.length >= SECRET_BYTES) return bytes;
  }
  throw new Error(`${place} 中的密钥太短：至少需要 ${SECRET_BYTES} 字节（十六进制、Base64 或普通文本均可）。`);
}

function fromHex(text: string): Buffer | undefined {
  return /^(?:[0-9a-f]{2})+$/i.test(text) ? Buffer.from(text, 'hex') : undefined;
}

function fromBase64(text: string): Buffer | undefined {
  return /^[A-Za-z0-9+/_-]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined;
}

async function read(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`无法读取密钥文件 ${file}，请检查它的属主和权限。`, { cause: error });
  }
}
