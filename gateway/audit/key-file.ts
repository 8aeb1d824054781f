import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { generatedKey, type PublicJwk, privateKeyIn, type SignatureName, type Signer, signerWith } from './signing.ts';

/** The keys of an installation: one that signs now, and the public parts of those that signed before. */
export interface SigningKeys {
  readonly current: Signer;
  /** All that are published, the current one first. */
  readonly published: readonly PublicJwk[];
}

const publicJwk = z.object({
  kty: z.string(),
  crv: z.string(),
  x: z.string(),
  y: z.string().optional(),
  kid: z.string(),
  alg: z.string(),
  use: z.literal('sig'),
});
const keyFile = z.object({ privateKey: z.string(), retired: z.array(publicJwk) });
type KeyFile = z.infer<typeof keyFile>;

/**
 * The keys of this file, which is made with a new key where it is not there, readable by its owner alone.
 * @throws Error with a Chinese sentence for a file that cannot be read or is none.
 */
export async function signingKeys(path: string, name: SignatureName): Promise<SigningKeys> {
  const kept = await readKeyFile(path);
  if (kept) return keysIn(kept);
  await mkdir(dirname(path), { recursive: true });
  const draft = await drafted(path, { privateKey: pemOf(name), retired: [] });
  try {
    // Of two first starts one wins, and nobody reads half a key.
    await link(draft, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(draft, { force: true });
  }
  return keysIn((await readKeyFile(path)) ?? { privateKey: '', retired: [] });
}

/** Puts a new key in the current one's place; the old one's public part stays published, its private part is gone. */
export async function rotateKeys(path: string, name: SignatureName): Promise<SigningKeys> {
  const { published } = await signingKeys(path, name);
  await rename(await drafted(path, { privateKey: pemOf(name), retired: [...published] }), path);
  return signingKeys(path, name);
}

/** The keys, read again where the file has changed. */
export function watchedKeys(path: string, first: SigningKeys, name: SignatureName) {
  let keys = first;
  let seen: number | undefined;
  return {
    get current(): SigningKeys {
      return keys;
    },
    async refresh(): Promise<void> {
      const { mtimeMs } = await stat(path);
      if (mtimeMs !== seen) keys = await signingKeys(path, name);
      seen = mtimeMs;
    },
  };
}

async function drafted(path: string, content: KeyFile): Promise<string> {
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  await writeFile(draft, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  return draft;
}

async function readKeyFile(path: string): Promise<KeyFile | undefined> {
  try {
    return keyFile.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`签名密钥文件 ${path} 无法读取或已损坏;请从备份恢复,或移走它以生成新的密钥。`, { cause: error });
  }
}

function keysIn({ privateKey, retired }: KeyFile): SigningKeys {
  const current = signerWith(privateKeyIn(privateKey));
  return { current, published: [current.jwk, ...retired] };
}

function pemOf(name: SignatureName): string {
  return generatedKey(name).export({ format: 'pem', type: 'pkcs8' }).toString();
}
