import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { clientsTask } from '../../cli/clients-arguments.ts';
import { readCredential, runClients } from '../../cli/clients-run.ts';
import { publicKeys, secretHash } from '../../gateway/register/credentials.ts';
import { TEST_SECRET } from '../support/database.ts';
import { program } from '../support/programs.ts';
import { gatewayDatabase } from './identity.ts';
import { keyOf } from './issuer.ts';
import { signer } from './tokens.ts';

const { sql, database } = await gatewayDatabase();
const folder = await mkdtemp(join(tmpdir(), 'credit-graph-clients-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What `npm run clients -- …` says, or the sentence with which it ends. */
async function clients(...args: string[]): Promise<{ readonly out: string; readonly err: string }> {
  const said: string[] = [];
  try {
    const task = clientsTask(args, ['market', 'tax']);
    const credential = 'credential' in task ? await readCredential(task.credential) : undefined;
    await runClients(sql, task, credential, (sentence) => said.push(`${sentence}\n`));
    return { out: said.join(''), err: '' };
  } catch (error) {
    return { out: said.join(''), err: error instanceof Error ? error.message : '?' };
  }
}

/** The command itself, in a process of its own. */
async function command(
  ...args: string[]
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const env = {
    ...process.env,
    DATABASE_URL: database.url,
    DATA_DIR: folder,
    SECRET: Buffer.from(TEST_SECRET).toString('hex'),
  };
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [program('clients'), ...args], { env });
    return { code: 0, out: stdout, err: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, out: stdout, err: stderr };
  }
}

async function file(name: string, content: unknown): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

describe('npm run clients', () => {
  it('registers a bank with its public key, rotates it with overlap, suspends and resumes it, and lists what stands', async () => {
    const jwks = await file('one.json', { keys: [keyOf('bank').publicJwk] });
    const added = await clients(
      'add',
      'bank',
      '--role',
      'BANK',
      '--organisation',
      '云泽银行',
      '--jwks',
      jwks,
      '--quota=5000',
    );
    expect(added).toEqual({ out: '已登记客户 bank(BANK,云泽银行)。\n', err: '' });

    const next = await file('two.json', keyOf('bank, next').publicJwk);
    expect((await clients('rotate', 'bank', '--jwks', next, '--overlap', '2')).out).toContain('旧凭据再有效 2 小时');
    expect((await clients('suspend', 'bank', '--reason', '合同到期')).out).toBe('客户 bank 已停用。\n');
    expect((await clients('suspend', 'bank')).out).toBe('客户 bank 此前已停用,没有变动。\n');
    const { out } = await clients('list', 'bank');
    expect(out).toContain('已停用(合同到期)');
    expect(out).toContain('凭据 2 件,一件至');
    for (const name of ['bank', 'bank, next']) expect(out).toContain(keyOf(name).publicJwk.kid);
    expect((await clients('resume', 'bank')).out).toBe('客户 bank 已恢复。\n');
  });

  it('shows a secret once and keeps nothing but its hash', async () => {
    const args = ['--role', 'DEPARTMENT', '--department', 'tax', '--organisation', '市税务局'];
    const secret = /:(\S{43})\n$/u.exec((await clients('add', 'office', ...args, '--secret')).out)?.[1] ?? '';
    expect(secret).not.toBe('');
    const rows = await database.admin`select * from gateway.client_credentials where client_id = 'office'`;
    expect(rows).toMatchObject([{ secret_hash: secretHash(secret), jwk: null }]);
    expect(JSON.stringify(rows)).not.toContain(secret);
    expect((await clients('list')).out).not.toContain(secret);
  });

  it('ends with a sentence where something is wrong, and repeats nothing of a private key that it was given', async () => {
    const { privateJwk } = keyOf('leaked');
    const leaked = await file('private.json', { keys: [privateJwk] });
    const told = await clients('add', 'leaked', '--role', 'BANK', '--organisation', '银行', '--jwks', leaked);
    expect(told).toMatchObject({ out: '', err: expect.stringContaining('含有私钥部分') });
    expect(told.err).not.toContain(privateJwk.d);
    expect((await clients('suspend', 'leaked')).err).toContain('没有登记客户 leaked');
    expect((await clients('rotate', 'bank', '--secret')).err).toContain('认证方式是 PRIVATE_KEY_JWT');
    const again = await clients('add', 'bank', '--role', 'BANK', '--organisation', '银行', '--secret');
    expect(again).toMatchObject({ err: expect.stringContaining('客户 bank 已登记') });
    const numbered = await clients('add', '110101199003074514', '--role', 'BANK', '--organisation', '银行');
    expect(numbered).toMatchObject({ err: expect.stringContaining('客户代号应为') });
    expect(numbered.err).not.toContain('110101199003074514');
  });

  it('is a command: with help in Chinese, code 0 when it did what it was asked, and 1 when it could not', {
    timeout: 300_000,
  }, async () => {
    const { out } = await command('--help');
    for (const word of ['add', 'rotate', 'suspend', 'resume', 'list', 'OIDC_ISSUER', 'GATEWAY_DATABASE_URL'])
      expect(out).toContain(word);
    expect(await command('resume', 'office')).toEqual({ code: 0, out: '客户 office 此前已恢复,没有变动。\n', err: '' });
    expect(await command('add', 'new')).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(/^--role 应为[^\n]+\n$/u),
    });
  });
});

describe('What npm run clients is asked', () => {
  const add = (...args: string[]) => ['add', 'new', '--organisation', '单位', ...args];
  it.each<readonly [readonly string[], string]>([
    [[], '应写明 add、rotate、suspend、resume、list 之一'],
    [['delete', 'bank'], '现为“delete”'],
    [['add'], 'add 之后应写明一个客户代号'],
    [['suspend', 'one', 'two'], 'suspend 之后应写明一个客户代号'],
    [add('--role', 'ANONYMOUS'), '--role 应为 PORTAL'],
    [['add', 'new', '--role', 'BANK'], '须以 --organisation'],
    [add('--role', 'BANK', '--credit-code', '91990102MA7D3K5H3X'), '--credit-code 应为'],
    [add('--role', 'DEPARTMENT'), '须以 --department'],
    [add('--role', 'CREDIT_OFFICE'), '须以 --department'],
    [add('--role', 'BANK', '--department', 'tax'), '须以 --department'],
    [add('--role', 'DEPARTMENT', '--department', 'navy'), '--department 应为 market、tax 之一'],
    [add('--role', 'BANK', '--quota', 'much'), '--quota 应为 1 至'],
    [add('--role', 'BANK', '--scopes', 'a b'), '--scopes 应为'],
    [add('--role', 'BANK', '--jwks'), '选项 --jwks 之后应写明其值'],
    [add('--role', 'BANK', '--jwks', 'a', '--secret'), '--jwks 与 --secret 只能用其一'],
    [add('--role', 'BANK', '--overlap', '1'), '选项 --overlap 不能用在这里'],
    [['rotate', 'bank'], 'rotate 须以 --jwks'],
    [['rotate', 'bank', '--secret', '--overlap', '-1'], '--overlap 应为 0 至'],
  ])('%j is answered with what was expected', (args, sentence) => {
    expect(() => clientsTask(args, ['market', 'tax'])).toThrow(sentence);
  });
});

describe('A public key', () => {
  it.each([
    ['P-256', [keyOf('one').publicJwk]],
    ['RSA of 2048 bits', [signer('RS256', 'rsa').publicJwk]],
    ['Ed25519', [signer('EdDSA', 'edwards').publicJwk]],
  ])('of the kind %s is taken', async (_title, keys) => {
    expect(await publicKeys(JSON.stringify({ keys }))).toMatchObject([{ kid: keys[0]?.kid }]);
  });

  it('without a name is named by its thumbprint', async () => {
    const { kid, ...nameless } = keyOf('one').publicJwk;
    expect(await publicKeys(JSON.stringify(nameless))).toMatchObject([{ kid }]);
  });

  it.each<readonly [string, unknown, string]>([
    ['another curve', { kty: 'EC', crv: 'P-384', x: 'AAAA', y: 'AAAA' }, '第 1 个公钥的类型不受支持'],
    ['a point that is on no curve', { kty: 'EC', crv: 'P-256', x: 'AAAA', y: 'AAAA' }, '第 1 个公钥不可用'],
    ['a secret', { kty: 'oct', k: 'AAAA' }, '含有私钥部分'],
    ['another algorithm', { ...keyOf('one').publicJwk, alg: 'RS256' }, 'alg 应为 ES256'],
    ['another use', { ...keyOf('one').publicJwk, use: 'enc' }, 'use 应为 sig'],
    ['no keys', { keys: [] }, '公钥文件应为 JWKS'],
    ['no object', 7, '公钥文件应为 JWKS'],
  ])('is not %s', async (_title, given, sentence) => {
    await expect(publicKeys(JSON.stringify(given))).rejects.toThrow(sentence);
    await expect(publicKeys('{"keys":')).rejects.toThrow('公钥文件应为 JWKS');
  });
});
