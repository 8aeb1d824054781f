import { createHmac } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { derive, installationSecret, parseSecret } from '../../platform/secrets.ts';

const folders: string[] = [];
let dataDirectory = '';
beforeEach(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'credit-graph-secret-'));
  folders.push(dataDirectory);
});
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

describe('the installation’s secret', () => {
  it('is made once, by one of several first starts, for its owner only', async () => {
    const secrets = await Promise.all(Array.from({ length: 8 }, () => installationSecret({ dataDirectory })));
    expect(new Set(secrets.map((secret) => Buffer.from(secret).toString('hex'))).size).toBe(1);
    expect(secrets[0]).toHaveLength(32);
    expect((await stat(join(dataDirectory, 'secret'))).mode & 0o777).toBe(0o600);
    expect(await installationSecret({ dataDirectory })).toEqual(secrets[0]);
  });

  it('may be given in the configuration, and is then not written down', async () => {
    const given = 'ab'.repeat(32);
    expect(await installationSecret({ dataDirectory, given })).toEqual(Buffer.alloc(32, 0xab));
    await expect(readFile(join(dataDirectory, 'secret'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('is read as hexadecimal, base64 or plain text, whichever it is', () => {
    const bytes = Buffer.from(Array.from({ length: 32 }, (_, index) => index * 7));
    expect(parseSecret(bytes.toString('hex'), 'SECRET')).toEqual(bytes);
    expect(parseSecret(` ${bytes.toString('base64')}\n`, 'SECRET')).toEqual(bytes);
    expect(parseSecret('a passphrase of more than thirty-two letters', 'SECRET')).toHaveLength(44);
  });

  it('is refused when it is short, without being repeated', async () => {
    expect(() => parseSecret('hush hush', '环境变量 SECRET')).toThrow(/^环境变量 SECRET 中的密钥太短/);
    expect(() => parseSecret('hush hush', '环境变量 SECRET')).not.toThrow(/hush/);
    await writeFile(join(dataDirectory, 'secret'), '');
    await expect(installationSecret({ dataDirectory })).rejects.toThrow(/密钥太短/);
  });
});

describe('derive', () => {
  it('gives the key of RFC 5869, another for each purpose and each secret', () => {
    const secret = Buffer.alloc(32, 1);
    const extracted = createHmac('sha256', 'credit-graph').update(secret).digest();
    expect(derive(secret, 'cursor')).toEqual(createHmac('sha256', extracted).update('cursor\x01').digest());
    expect(derive(secret, 'cursor')).not.toEqual(derive(secret, 'viewer'));
    expect(derive(Buffer.alloc(32, 2), 'cursor')).not.toEqual(derive(secret, 'cursor'));
    expect(derive(secret, 'cursor', 64)).toHaveLength(64);
  });
});
