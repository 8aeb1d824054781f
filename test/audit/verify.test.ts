import { execFile } from 'node:child_process';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type postgres from 'postgres';
import { beforeAll, describe, expect, it } from 'vitest';
import { exportedChain, exportedLine } from '../../gateway/audit/chain-file.ts';
import { digestOf } from '../../gateway/audit/digest.ts';
import { signingKeys } from '../../gateway/audit/key-file.ts';
import { GENESIS, hashOf, type Intent, type Line, sealed } from '../../gateway/audit/line.ts';
import type { PublicJwk } from '../../gateway/audit/signing.ts';
import { type Verified, verifyChain } from '../../gateway/audit/verify.ts';
import { codeOf, subjectsFile } from '../graph/files.ts';
import { calledBy, callerAs } from '../support/callers.ts';
import { testCity } from '../support/city.ts';
import { program } from '../support/programs.ts';
import { type Random, randomOf } from '../support/random.ts';
import { altered, otherBody, waysToAlter } from './alterations.ts';

// Whatever is changed in the chain or in an export of it, whoever changes it: with the signed heads it is found, and where.
// `npm run prove` tries 10,000 alterations (ALTERATIONS).

const ALTERATIONS = Number(process.env.ALTERATIONS ?? 300);
const SEED = Number(process.env.SEED ?? 1);

const MACHINES = codeOf(1);
const callers = { tax: callerAs('DEPARTMENT OTHER+PURPOSE', 'tax-office', { department: 'market', subject: '' }) };
const city = await testCity({ audit: {}, gateway: { identify: calledBy(callers) } });
const { admin } = city.database;
const headsFile = join(city.folder, 'heads.jsonl');
const keysFile = join(city.folder, 'signing-keys.json');

let lines: Line[] = [];
let heads: readonly string[] = [];
let keys: readonly PublicJwk[] = [];

async function exported(sql: postgres.Sql = admin): Promise<string[]> {
  const texts: string[] = [];
  for await (const text of exportedChain(sql)) texts.push(text);
  return texts;
}
const verified = (texts: readonly string[], by = heads): Promise<Verified> => verifyChain(texts, by, keys);
const ask = () =>
  city.ask(
    `{ subject(identifier: "${MACHINES}") { name } }`,
    {},
    { 'test-as': 'tax', 'credit-purpose': 'SUPERVISION' },
  );

beforeAll(async () => {
  await city.take('credit.subject', subjectsFile([['云泽甲木机械有限公司', MACHINES]]));
  for (let times = 0; times < 24; times += 1) {
    await ask();
    if (times % 8 === 7) await city.audit?.signHead();
  }
  lines = (await exported()).map((text) => JSON.parse(text));
  heads = (await readFile(headsFile, 'utf8')).trim().split('\n');
  keys = (await signingKeys(keysFile, 'ed25519')).published;
});

describe('A chain as it was written', () => {
  it('holds, and the last signed head vouches for its last line', async () => {
    expect(await verified(await exported())).toEqual({ lines: 48, heads: 3, vouchedFor: 48, fault: undefined });
  });

  it('holds with lines that came after the last head, which nothing vouches for yet', async () => {
    expect(await verified(await exported(), heads.slice(0, 2))).toMatchObject({ vouchedFor: 32, fault: undefined });
  });
});

describe('Lines that were written before they said which operation was asked for', () => {
  it('hold beside those that do', async () => {
    let before: Pick<Line, 'sequence' | 'hash'> = { sequence: 0, hash: GENESIS };
    const mixed = lines.map(({ body }, at) => {
      const { version: _version, operation: _operation, ...older } = body as Intent;
      const line = sealed(at < 20 ? older : body, before, digestOf('sha256'));
      before = line;
      return exportedLine(line);
    });
    expect(lines.every(({ body }) => 'operation' in body)).toBe(true);
    expect(await verified(mixed, [])).toEqual({ lines: 48, heads: 0, vouchedFor: 0, fault: undefined });
  });
});

describe('Whatever is altered in an export', { timeout: 1_800_000 }, () => {
  it('is found, at the first line that is not as it was', async () => {
    const random = randomOf(SEED);
    const tried = new Map<string, number>();
    let exact = 0;
    for (let times = 0; times < ALTERATIONS; times += 1) {
      const one = altered(lines, random);
      const { fault } = await verified(one.lines);
      const told = `SEED=${SEED}, ${times}: ${one.what} at ${one.at}, found ${JSON.stringify(fault)}`;
      expect(fault, told).toBeDefined();
      expect(one.at >= Number(fault?.from) && one.at <= Number(fault?.until), told).toBe(true);
      if (fault?.from === fault?.until) exact += 1;
      tried.set(one.what, (tried.get(one.what) ?? 0) + 1);
    }
    expect([...tried.keys()].sort()).toEqual([...waysToAlter].sort());
    expect(exact).toBeGreaterThan(ALTERATIONS / 2);
  });

  it('is told exactly where nothing behind it was made to fit', async () => {
    const texts = lines.map(exportedLine);
    const rehashed = (at: number): string => {
      const line = { ...(lines[at - 1] as Line), body: otherBody(lines, at, randomOf(1)) };
      return exportedLine({ ...line, hash: hashOf(line, digestOf('sha256')) });
    };
    expect((await verified(texts.toSpliced(19, 1))).fault).toEqual({ kind: 'MISSING', from: 20, until: 20 });
    expect((await verified(texts.toSpliced(19, 1, rehashed(20)))).fault).toEqual({
      kind: 'EDITED',
      from: 20,
      until: 20,
    });
    expect((await verified(texts.toSpliced(0, 1, rehashed(1)))).fault).toEqual({ kind: 'EDITED', from: 1, until: 1 });
    expect((await verified(texts.slice(0, 40))).fault).toEqual({ kind: 'CUT', from: 33, until: 41 });
    expect((await verified([])).fault).toEqual({ kind: 'CUT', from: 1, until: 1 });
  });
});

describe('Whatever a superuser alters in the database', { timeout: 1_800_000 }, () => {
  it('is found in the next export', async () => {
    const random = randomOf(SEED + 1);
    for (let times = 0; times < ALTERATIONS; times += 1) {
      await admin
        .begin(async (transaction) => {
          await transaction`set local session_replication_role = replica`;
          const { at, what } = await alterRows(transaction, random);
          const { fault } = await verified(await exported(transaction as unknown as postgres.Sql));
          const told = `SEED=${SEED}, ${times}: ${what} at ${at}, found ${JSON.stringify(fault)}`;
          expect(fault, told).toBeDefined();
          expect(at >= Number(fault?.from) && at <= Number(fault?.until), told).toBe(true);
          throw new Undone();
        })
        .catch((error: unknown) => {
          if (!(error instanceof Undone)) throw error;
        });
    }
    expect(await verified(await exported())).toMatchObject({ fault: undefined });
  });
});

class Undone extends Error {}

async function alterRows(sql: postgres.TransactionSql, random: Random) {
  const at = 1 + random.below(lines.length);
  const line = lines[at - 1] as Line;
  const way = random.pick(['body', 'hash', 'previous', 'rehash', 'delete', 'tail', 'shift', 'anew'] as const);
  const body = otherBody(lines, at, random);
  const write = async ({ sequence, previous, hash, body: said }: Line) =>
    sql`update audit.lines set previous = ${previous}, hash = ${hash}, body = ${sql.json(said as never)} where sequence = ${sequence}`;
  if (way === 'body') await write({ ...line, body });
  if (way === 'hash') await write({ ...line, hash: line.hash.replace(/.$/u, (last) => (last === '0' ? '1' : '0')) });
  if (way === 'previous') await write({ ...line, previous: `${line.previous} ` });
  if (way === 'rehash') await write({ ...line, body, hash: hashOf({ ...line, body }, digestOf('sha256')) });
  if (way === 'delete') await sql`delete from audit.lines where sequence = ${at}`;
  if (way === 'tail') await sql`delete from audit.lines where sequence >= ${at}`;
  if (way === 'shift') await sql`update audit.lines set sequence = sequence + 100 where sequence = ${at}`;
  if (way === 'anew') {
    let before: Pick<Line, 'sequence' | 'hash'> = lines[at - 2] ?? { sequence: 0, hash: GENESIS };
    for (const later of lines.slice(at - 1)) {
      const made: Line = sealed(later === line ? body : later.body, before, digestOf('sha256'));
      await write(made);
      before = made;
    }
  }
  return { at, what: way };
}

describe('npm run audit', () => {
  const run = promisify(execFile);
  const environment = {
    ...process.env,
    DATABASE_URL: city.database.url,
    DATA_DIR: city.folder,
    SECRET: Buffer.from(city.city.secret).toString('hex'),
    LOG_LEVEL: 'silent',
    AUDIT_HEADS: headsFile,
  };
  const audit = (...args: string[]) =>
    run(process.execPath, [program('audit'), ...args], { env: environment }).then(
      ({ stdout }) => ({ code: 0, said: stdout }),
      ({ code, stdout, stderr }) => ({ code, said: `${stdout}${stderr}` }),
    );
  const file = join(city.folder, 'chain.ndjson');
  const keysOut = join(city.folder, 'keys.json');

  it('exports the chain and verifies it from files alone, without the database', async () => {
    expect(await audit('export', file)).toMatchObject({ code: 0, said: expect.stringContaining('48 行') });
    await writeFile(keysOut, (await audit('keys')).said);
    const alone = { ...environment, DATABASE_URL: 'postgres://127.0.0.1:1/nowhere', DATA_DIR: '/nowhere' };
    const { stdout } = await run(
      process.execPath,
      [program('audit'), 'verify', file, '--heads', headsFile, '--keys', keysOut],
      { env: alone },
    );
    expect(stdout).toContain('48 行');
    expect(stdout).toContain('完好');
  });

  it('says which line was edited, and ends with 1', async () => {
    const texts = (await readFile(file, 'utf8')).trim().split('\n');
    texts[9] = texts[9]?.replace('SUPERVISION', 'BIDDING') ?? '';
    const edited = join(city.folder, 'edited.ndjson');
    await writeFile(edited, `${texts.join('\n')}\n`);
    const { code, said } = await audit('verify', edited, '--heads', headsFile, '--keys', keysOut);
    expect(code).toBe(1);
    expect(said).toContain('第 10 行');
  });

  it('rotates the key: heads of the old one still hold, those of a stranger’s do not', async () => {
    const { said } = await audit('rotate');
    expect(said).toContain('新的签名密钥');
    await writeFile(keysOut, (await audit('keys')).said);
    await ask();
    await city.audit?.signHead();
    await audit('export', file);
    expect((await audit('verify', file, '--heads', headsFile, '--keys', keysOut)).code).toBe(0);
    const rotated = JSON.parse(await readFile(keysOut, 'utf8')).keys;
    const signedLast = (await readFile(headsFile, 'utf8')).trim().split('\n').at(-1) ?? '';
    expect(JSON.parse(Buffer.from(signedLast.split('.')[0] ?? '', 'base64url').toString()).kid).toBe(rotated[0].kid);
    expect(rotated).toHaveLength(2);
    await appendFile(headsFile, `${heads[0]?.replace(/....$/u, 'AAAA')}\n`);
    const { code, said: told } = await audit('verify', file, '--heads', headsFile, '--keys', keysOut);
    expect([code, told]).toEqual([1, expect.stringContaining('签名无效')]);
    // What an interrupted write left is no head, and no reason to doubt the others.
    await writeFile(headsFile, `${heads.join('\n')}\n${signedLast}\n${signedLast.slice(0, 90)}`);
    const interrupted = await audit('verify', file, '--heads', headsFile, '--keys', keysOut);
    expect([interrupted.code, interrupted.said]).toEqual([0, expect.stringContaining('写入时中断')]);
  });
});
