import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compactVerify, importJWK } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseCityCodes, codeTable } from '../../schema/codes/city.ts';
import { codeOf, subjectsFile } from '../graph/files.ts';
import { calledBy, callerAs } from '../support/callers.ts';
import { TODAY, testCity } from '../support/city.ts';

// What was answered can be proven by whoever was answered, and a subject learns who looked at it.

const [MACHINES, TRADE] = [codeOf(1), codeOf(2)];
const subject = (standing: string, client: string, code: string) =>
  callerAs(standing, client, { department: '', subject: code });
const callers = {
  tax: callerAs('DEPARTMENT OTHER+PURPOSE', 'tax-office', { department: 'market', subject: '' }),
  market: callerAs('DEPARTMENT OTHER+PURPOSE', 'market-office', { department: 'tax', subject: '' }),
  auditor: callerAs('AUDITOR+PURPOSE', 'auditor'),
  office: callerAs('CREDIT_OFFICE+PURPOSE', 'office'),
  // One portal of all companies: who is in it is told by the subject.
  machines: subject('SUBJECT OWN', 'citizens-app', MACHINES),
  trade: subject('SUBJECT OWN', 'citizens-app', TRADE),
};
const PURPOSES: Readonly<Record<string, string>> = {
  tax: 'SUPERVISION',
  market: 'SUPERVISION',
  auditor: 'AUDIT_INSPECTION',
  office: 'DATA_CORRECTION',
};
const city = await testCity({ audit: {}, gateway: { identify: calledBy(callers) } });

const asked = (who: keyof typeof callers | 'nobody', query: string, headers = {}, variables = {}) => {
  const purpose = PURPOSES[who];
  return city.ask(query, variables, { 'test-as': who, ...(purpose ? { 'credit-purpose': purpose } : {}), ...headers });
};
const nameOf = (code: string): string => `{ subject(identifier: "${code}") { name } }`;
const receiptIn = ({ text }: { readonly text: string }) => JSON.parse(text).extensions.receipt;

beforeAll(async () => {
  await city.take(
    'credit.subject',
    subjectsFile([
      ['云泽甲木机械有限公司', MACHINES],
      ['云泽乙木贸易有限公司', TRADE],
    ]),
  );
});

describe('A receipt', () => {
  const RECEIPT =
    'query ($id: ID!) { receipt(id: $id) { id request document answerHash variablesHash variablesKey signature } }';
  const found = async (who: Parameters<typeof asked>[0], id: string) =>
    (await asked(who, RECEIPT, {}, { id })).data.receipt;

  it('comes with each answer to one who may see more than the public, signed with a published key', async () => {
    const receipt = receiptIn(await asked('tax', nameOf(MACHINES)));
    const { keys } = (await (await fetch(new URL('/.well-known/jwks.json', city.url))).json()) as {
      keys: [{ kid: string }];
    };
    const { payload, protectedHeader } = await compactVerify(receipt.signature, await importJWK(keys[0], 'EdDSA'));
    expect(protectedHeader).toEqual({ alg: 'EdDSA', kid: keys[0].kid, typ: 'credit-receipt+jws' });
    expect(JSON.parse(Buffer.from(payload).toString())).toMatchObject({
      id: receipt.id,
      answer: receipt.answerHash,
      client: 'tax-office',
      purpose: 'SUPERVISION',
      outcome: 'ANSWERED',
    });
    expect(JSON.stringify(keys)).not.toContain('"d"');
  });

  it('does not come with what is public', async () => {
    expect(receiptIn(await asked('nobody', nameOf(MACHINES)))).toBeUndefined();
    expect(receiptIn(await city.ask(nameOf(MACHINES), {}, { 'test-as': 'tax' }))).toBeUndefined();
  });

  it('is found again by whoever was answered, as it was', async () => {
    const receipt = receiptIn(await asked('machines', nameOf(TRADE)));
    const again = await found('machines', receipt.id);
    expect(again).toMatchObject(receipt);
  });

  it('is found by the auditor, without the key of the variables', async () => {
    const receipt = receiptIn(await asked('machines', nameOf(TRADE)));
    expect(await found('auditor', receipt.id)).toMatchObject({ ...receipt, variablesKey: null });
  });

  it('is nobody else’s: not another client’s, nor another subject’s of the same client, and as if it did not exist', async () => {
    const receipt = receiptIn(await asked('machines', nameOf(TRADE)));
    for (const who of ['tax', 'market', 'office', 'trade', 'nobody'] as const) {
      const [real, none] = [
        await asked(who, RECEIPT, {}, { id: receipt.id }),
        await asked(who, RECEIPT, {}, { id: 'A'.repeat(22) }),
      ];
      expect([real.data, real.errors]).toEqual([{ receipt: null }, []]);
      expect([none.data, none.errors]).toEqual([{ receipt: null }, []]);
    }
    const withoutPurpose = await city.ask(RECEIPT, { id: receipt.id }, { 'test-as': 'auditor' });
    expect(withoutPurpose.data).toEqual({ receipt: null });
  });
});

describe('Subject.accesses', () => {
  const ACCESSES = `query ($code: String!, $first: Int, $after: String) { subject(identifier: $code) { accesses(first: $first, after: $after) { totalCount
    nodes { role organization { name } department purpose { code label } items { code title } outcome client request subjects { id } }
    pageInfo { hasNextPage endCursor } } } }`;
  const looks = async (who: Parameters<typeof asked>[0], code: string, page = {}) =>
    (await asked(who, ACCESSES, {}, { code, ...page })).data.subject.accesses;

  it('tells a company who looked at what of it, when and what for, and not by which client', async () => {
    await asked('trade', nameOf(MACHINES));
    await asked('market', `{ subject(identifier: "${MACHINES}") { name tax { creditRatings { nodes { id } } } } }`);
    const { nodes } = await looks('machines', MACHINES);
    expect(nodes[0]).toEqual({
      role: 'DEPARTMENT',
      organization: { name: 'market-office 的单位' },
      department: 'market',
      purpose: { code: 'SUPERVISION', label: '日常监管' },
      items: [{ code: 'tax.credit-rating', title: '纳税信用评价结果' }],
      outcome: 'ANSWERED',
      client: null,
      request: null,
      subjects: null,
    });
    expect(nodes[1]).toMatchObject({ role: 'SUBJECT', items: [], outcome: 'ANSWERED' }); // another company
    expect((await looks('trade', TRADE)).nodes.every(({ role }: { role: string }) => role !== 'DEPARTMENT')).toBe(true);
  });

  it('leaves out what the company itself has looked up', async () => {
    const before = (await looks('machines', MACHINES)).nodes.length;
    await asked('machines', nameOf(MACHINES));
    expect((await looks('machines', MACHINES)).nodes).toHaveLength(before);
  });

  it('is paged, each look once', async () => {
    for (let times = 0; times < 5; times += 1) await asked('tax', nameOf(MACHINES));
    const { nodes: all, totalCount } = await looks('machines', MACHINES, { first: 100 });
    expect(totalCount).toBe(all.length);
    const paged = [];
    for (let after: string | null = null; ; ) {
      const page: { nodes: object[]; pageInfo: { hasNextPage: boolean; endCursor: string } } = await looks(
        'machines',
        MACHINES,
        { first: 2, after },
      );
      paged.push(...page.nodes);
      if (!page.pageInfo.hasNextPage) break;
      after = page.pageInfo.endCursor;
    }
    expect(paged).toEqual(all);
  });

  it.each(['tax', 'office', 'trade'] as const)('is refused to %s, whoever has looked', async (who) => {
    const { data, errors } = await asked(who, ACCESSES, {}, { code: MACHINES });
    expect(data.subject.accesses).toBeNull();
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
  });

  it('does not exist for a visitor', async () => {
    const { errors } = await city.ask(ACCESSES, { code: MACHINES });
    expect(errors[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
  });

  it('tells the subject of a purpose that may lawfully be concealed once its days are over, and the auditor at once', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'trace-codes-'));
    afterAll(() => rm(folder, { recursive: true }));
    const { rows } = codeTable('usage-items');
    const concealed: Readonly<Record<string, string>> = { SUPERVISION: '30,某法第九条', DATA_CORRECTION: '30,' };
    const lines = rows.map(({ code, label, extra: { roles, stage, basis, persons } }) =>
      [code, label, roles, '', stage, basis, persons, concealed[code] ?? ',', '2000-01-01', ''].join(),
    );
    const head =
      '# source: a test\n# date: 2026-11-21\n# verified: no\ncode,label,roles,unit,stage,basis,persons,concealedDays,concealedBasis,from,until';
    await writeFile(join(folder, 'usage-items.csv'), `${[head, ...lines].join('\n')}\n`);
    chooseCityCodes(folder);
    try {
      await asked('office', nameOf(MACHINES));
      const supervised = async (who: 'machines' | 'auditor', code = 'SUPERVISION') =>
        (await looks(who, MACHINES, { first: 100 })).nodes.filter(
          ({ purpose }: { purpose: { code: string } | null }) => purpose?.code === code,
        ).length;
      const known = await supervised('auditor');
      expect([known > 0, await supervised('machines')]).toEqual([true, 0]);
      // Where no statute is named, it is told at once.
      expect(await supervised('machines', 'DATA_CORRECTION')).toBeGreaterThan(0);
      city.setNow(new Date(TODAY.getTime() + 29 * 86_400_000));
      expect(await supervised('machines')).toBe(0);
      city.setNow(new Date(TODAY.getTime() + 30 * 86_400_000));
      expect(await supervised('machines')).toBe(known);
    } finally {
      city.setNow(TODAY);
      chooseCityCodes(undefined);
    }
  });
});

describe('Query.accesses', () => {
  const ACCESSES =
    'query ($filter: AccessFilter) { accesses(filter: $filter, first: 100) { nodes { client request subjects { id } purpose { code } at } } }';

  it('lets the auditor ask by subject, client, purpose and time', async () => {
    await asked('office', nameOf(TRADE), { 'x-request-id': 'the-office-asked' });
    const all = async (filter: object) => (await asked('auditor', ACCESSES, {}, { filter })).data.accesses.nodes;
    const [one] = await all({ client: 'office' });
    expect(one).toMatchObject({
      client: 'office',
      request: 'the-office-asked',
      subjects: [{ id: TRADE }],
      purpose: { code: 'DATA_CORRECTION' },
    });
    expect(await all({ client: 'office', subject: codeOf(3) })).toEqual([]);
    expect((await all({ purpose: 'DATA_CORRECTION', subject: TRADE })).length).toBeGreaterThan(0);
    expect(await all({ client: 'office', until: one.at })).not.toContainEqual(one);
    expect(await all({ client: 'office', from: one.at })).toContainEqual(one);
  });

  it.each(['\ud800', 'a\u0000b', '名'.repeat(101)])('answers a filter that is no text in words: %j', async (client) => {
    const { status, errors } = await asked('auditor', ACCESSES, {}, { filter: { client } });
    expect([status, errors[0]?.extensions.code]).toEqual([200, 'BAD_USER_INPUT']);
  });

  it('is refused to everybody else, and looking at looks is a look', async () => {
    expect((await asked('office', ACCESSES)).errors[0]?.extensions.code).toBe('FORBIDDEN');
    await asked('auditor', ACCESSES, { 'x-request-id': 'the-auditor-asked' }, { filter: { subject: TRADE } });
    const { nodes } = (await asked('auditor', ACCESSES, {}, { filter: { subject: TRADE, client: 'auditor' } })).data
      .accesses;
    expect(nodes[0]).toMatchObject({ request: 'the-auditor-asked' });
  });
});
