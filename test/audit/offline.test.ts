import { execFile } from 'node:child_process';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { digestOf } from '../../gateway/audit/digest.ts';
import { signedHeads } from '../../gateway/audit/heads.ts';
import { headIn, headsIn } from '../../gateway/audit/heads-file.ts';
import { generatedKey, openedJws, type PublicJwk, signerWith } from '../../gateway/audit/signing.ts';
import { createLog, type Log } from '../../platform/log.ts';
import { codeOf, subjectsFile } from '../graph/files.ts';
import { calledBy, callerAs } from '../support/callers.ts';
import { type TestCity, testCity } from '../support/city.ts';
import { program } from '../support/programs.ts';

// What leaves the house can be checked by who has nothing of it: a receipt against a stored answer, a head with a stranger.

const run = promisify(execFile);
const MACHINES = codeOf(1);
const callers = {
  tax: callerAs('DEPARTMENT OTHER+PURPOSE', 'tax-office', { department: 'market', subject: '' }),
  bank: callerAs('BANK', 'bank'),
};
const gateway = { identify: calledBy(callers) };
const international = await testCity({ audit: {}, gateway });
const national = await testCity({ audit: {}, gateway, environment: { AUDIT_ALGORITHMS: 'national' } });
const cities = { 'SHA-256 and Ed25519': international, 'SM3 and SM2': national };

const QUESTION = {
  query: 'query ($code: String!) { subject(identifier: $code) { name market { penalties { totalCount } } } }',
  variables: { code: MACHINES },
};
const HEADERS = { 'test-as': 'tax', 'credit-purpose': 'SUPERVISION' };

beforeAll(async () => {
  for (const city of Object.values(cities))
    await city.take('credit.subject', subjectsFile([['云泽甲木机械有限公司', MACHINES]]));
});

/** Runs the independent script over files of this content. */
async function verified({ folder }: TestCity, question: object, answer: object, jwks: object) {
  const paths = ['question', 'answer', 'jwks'].map((name) => join(folder, `${name}.json`));
  for (const [index, content] of [question, answer, jwks].entries())
    await writeFile(paths[index] ?? '', JSON.stringify(content));
  const script = fileURLToPath(new URL('../../prove/verify-receipt.mjs', import.meta.url));
  return run(process.execPath, [script, ...paths]).then(
    ({ stdout }) => stdout,
    ({ stderr }) => stderr as string,
  );
}

describe.each(Object.entries(cities))('A receipt by %s', (_name, city) => {
  it('is verified offline by a script that has nothing of ours, and tells what of a stored answer was changed', async () => {
    const { text } = await city.ask(QUESTION.query, QUESTION.variables, HEADERS);
    const answer = JSON.parse(text);
    const jwks = (await (await fetch(new URL('/.well-known/jwks.json', city.url))).json()) as { keys: PublicJwk[] };
    expect(await verified(city, QUESTION, answer, jwks)).toContain('相符');
    const partly = {
      query: `{ subject(identifier: "${MACHINES}") { name market { penalties(first: 900) { totalCount } } tax { creditRatings { nodes { id } } } } }`,
    };
    const part = JSON.parse((await city.ask(partly.query, {}, HEADERS)).text);
    expect(part.errors).toHaveLength(1);
    expect(await verified(city, partly, part, jwks)).toContain('相符');
    expect(await verified(city, partly, { ...part, errors: [] }, jwks)).toContain('回答与签名的散列不符');
    const other = { ...answer, data: { subject: { ...answer.data.subject, name: '云泽乙木贸易有限公司' } } };
    expect(await verified(city, QUESTION, other, jwks)).toContain('回答与签名的散列不符');
    expect(await verified(city, { ...QUESTION, variables: {} }, answer, jwks)).toContain('变量与签名的散列不符');
    expect(await verified(city, { ...QUESTION, query: '{ a }' }, answer, jwks)).toContain('查询文本与签名的散列不符');
    expect(await verified(city, { ...QUESTION, operationName: 'A' }, answer, jwks)).toContain('所选操作');
    const two = {
      ...QUESTION,
      query: `${QUESTION.query.replace('query', 'query A')} query B { __typename }`,
      operationName: 'A',
    };
    const named = await fetch(city.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...HEADERS },
      body: JSON.stringify(two),
    });
    const chosen = JSON.parse(await named.text());
    expect(await verified(city, two, chosen, jwks)).toContain('相符');
    expect(await verified(city, { ...two, operationName: 'B' }, chosen, jwks)).toContain('所选操作');
    const stranger = signerWith(generatedKey(city === national ? 'sm2' : 'ed25519')).jwk;
    const forged = { keys: [{ ...stranger, kid: jwks.keys[0]?.kid }] };
    expect(await verified(city, QUESTION, answer, forged)).toContain('签名与公钥不符');
  });
});

describe('The national algorithms', () => {
  it('are those of their standard: SM3 of GB/T 32905-2016, A.1', () => {
    expect(digestOf('sm3').of('abc')).toBe('sm3:66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0');
  });

  it('make the chain as they make receipts', async () => {
    const rows = await national.database.admin<{ hash: string }[]>`select hash from audit.lines`;
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.every(({ hash }) => hash.startsWith('sm3:'))).toBe(true);
  });
});

describe('A signed head', () => {
  const signer = signerWith(generatedKey('ed25519'));
  const chain = { sequence: 7, hash: 'sha256:seven' };
  const headsFor = (anchor: string, name: string) =>
    signedHeads({
      path: join(international.folder, name),
      anchor,
      head: async () => chain,
      hashAt: async (sequence) => (sequence === 7 ? 'sha256:seven' : undefined),
      signer: () => signer,
      keys: () => [signer.jwk],
      now: () => new Date('2026-11-21T00:00:00Z'),
      log: createLog('silent'),
    });
  const opened = (text: string) => openedJws(text.trim(), 'credit-audit-head+jws', [signer.jwk]);
  const said = { sequence: 7, hash: 'sha256:seven', at: '2026-11-21T00:00:00.000Z' };

  it('is written once for the same line, and posted to the anchor', async () => {
    const received: string[] = [];
    const server = createServer((request, response) => {
      request.setEncoding('utf8').on('data', (chunk) => received.push(chunk));
      request.on('end', () => response.end());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const heads = headsFor(`http://127.0.0.1:${(server.address() as AddressInfo).port}/heads`, 'posted.jsonl');
    await heads.sign();
    await heads.sign();
    server.close();
    expect(received.map(opened)).toEqual([said]);
    const lines = (await readFile(join(international.folder, 'posted.jsonl'), 'utf8')).trim().split('\n');
    expect(lines.map(opened)).toEqual([said]);
  });

  it('is given to a program on its standard input', async () => {
    const [script, kept] = [join(international.folder, 'anchor.sh'), join(international.folder, 'anchored')];
    await writeFile(script, `#!/bin/sh\ncat >> ${kept}\n`);
    await chmod(script, 0o755);
    await headsFor(script, 'given.jsonl').sign();
    expect(opened(await readFile(kept, 'utf8'))).toEqual(said);
  });

  it('stays in the file where nobody takes it', async () => {
    await headsFor('http://127.0.0.1:1/', 'alone.jsonl').sign();
    expect(opened(await readFile(join(international.folder, 'alone.jsonl'), 'utf8'))).toEqual(said);
  });
});

describe('The file of signed heads', () => {
  const signer = signerWith(generatedKey('ed25519'));
  const path = join(international.folder, 'kept.jsonl');
  const errors: unknown[] = [];
  const log = { ...createLog('silent'), error: (fields: unknown) => void errors.push(fields) } as unknown as Log;
  const hashes = new Map([7, 8, 9].map((sequence) => [sequence, `sha256:${sequence}`]));
  /** Signs what the chain ends with, as an instance that has just started, and tells which lines have a head then. */
  const signed = async (sequence: number): Promise<readonly number[]> => {
    const options = { path, anchor: undefined, signer: () => signer, keys: () => [signer.jwk], log };
    const head = async () => ({ sequence, hash: hashes.get(sequence) ?? '' });
    const now = () => new Date('2026-11-21T00:00:00Z');
    await signedHeads({ ...options, head, hashAt: async (at) => hashes.get(at), now }).sign();
    return kept().then(({ heads }) => heads.map((text) => headIn(text, [signer.jwk])?.sequence ?? 0));
  };
  const kept = async () => headsIn(await readFile(path, 'utf8'), [signer.jwk]);

  it('vouches for no chain that is shorter than one that was signed before, or another, also after a restart', async () => {
    expect(await signed(8)).toEqual([8]);
    expect(await signed(7)).toEqual([8]);
    expect(errors.splice(0)).toEqual([
      expect.objectContaining({ alarm: 'AUDIT_CHAIN_SHORTENED', sequence: 7, signed: 8 }),
      expect.objectContaining({ message: expect.stringContaining('no head is signed') }),
    ]);
    hashes.set(8, 'sha256:another');
    expect([await signed(9), await signed(8)]).toEqual([[8], [8]]);
    expect(errors.splice(0)).toContainEqual(expect.objectContaining({ alarm: 'AUDIT_CHAIN_REWRITTEN', sequence: 9 }));
    hashes.set(8, 'sha256:8');
    expect(await signed(9)).toEqual([8, 9]);
    expect(errors).toEqual([]);
  });

  it('bears an interrupted write: what is torn is told as such, before the next head is written and after it', async () => {
    const whole = await readFile(path, 'utf8');
    await writeFile(path, whole.slice(0, -40));
    expect(await kept()).toMatchObject({ heads: [expect.any(String)], torn: 1 });
    expect(await signed(9)).toEqual([8, 9]);
    expect((await kept()).torn).toBe(1);
    // One that lacks nothing but its line's end is a head.
    await writeFile(path, whole.trimEnd());
    expect(await kept()).toMatchObject({ heads: { length: 2 }, torn: 0 });
    hashes.set(10, 'sha256:10');
    expect(await signed(10)).toEqual([8, 9, 10]);
  });
});

describe('npm run explain', () => {
  const environment = {
    ...process.env,
    DATABASE_URL: international.database.url,
    DATA_DIR: international.folder,
    SECRET: Buffer.from(international.city.secret).toString('hex'),
    LOG_LEVEL: 'silent',
  };
  const explained = (request: string) =>
    run(process.execPath, [program('explain'), request], { env: environment }).then(
      ({ stdout }) => stdout,
      ({ stdout }) => stdout as string,
    );

  it('tells an operator who asked, what for, whose records of what were looked at and what was left out', async () => {
    const query = `{ subject(identifier: "${MACHINES}") { name creditCode tax { creditRatings(first: 900) { nodes { id } } } } }`;
    await international.ask(query, {}, { ...HEADERS, 'x-request-id': 'explain-me-0001' });
    const told = await explained('explain-me-0001');
    for (const words of [
      '客户 tax-office(部门',
      'SUPERVISION(日常监管)',
      '部分答复',
      MACHINES,
      '登记信息',
      'BAD_USER_INPUT 1 处',
    ])
      expect(told).toContain(words);
  });

  it('tells why a bank got nothing', async () => {
    const query = `{ subject(identifier: "${MACHINES}") { labour { socialInsurance { nodes { id } } } } }`;
    const { errors } = await international.ask(query, {}, { 'test-as': 'bank', 'x-request-id': 'explain-me-0002' });
    expect(errors[0]?.extensions.code).toBe('FORBIDDEN');
    const told = await explained('explain-me-0002');
    expect(told).toContain('客户 bank(银行');
    expect(told).toContain('Credit-Purpose');
  });

  it('changes nothing where there is no chain yet, and says so', async () => {
    const { admin } = international.database;
    await admin`alter table audit.lines rename to lines_elsewhere`;
    try {
      const { stderr } = await run(process.execPath, [program('explain'), 'anything'], { env: environment }).catch(
        (error: { readonly stderr: string }) => error,
      );
      expect(stderr).toContain('还没有 audit.lines');
      const [made] = await admin`select to_regclass('audit.lines') as lines`;
      expect(made?.lines).toBeNull();
    } finally {
      await admin`alter table audit.lines_elsewhere rename to lines`;
    }
  });

  it('says so of a request that left nothing', async () => {
    expect(await explained('nobody-asked-this')).toContain('没有这个请求编号');
  });
});
