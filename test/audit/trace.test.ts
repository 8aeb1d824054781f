import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { Body, Line, OutcomeLine } from '../../gateway/audit/line.ts';
import { openAudit } from '../../gateway/audit/open.ts';
import { readConfig } from '../../platform/config.ts';
import { createLog } from '../../platform/log.ts';
import type { Transport } from '../../platform/subgraph/transport.ts';
import { codeOf, csv, PENALTIES, penalty, subjectsFile } from '../graph/files.ts';
import { calledBy, callerAs } from '../support/callers.ts';
import { testCity } from '../support/city.ts';
import { whileLocked } from '../support/database.ts';

// What an official, an auditor or a company with its own file asks leaves two lines: before any department is asked, and
// before the answer leaves. What anybody may see leaves none.

const [MACHINES, TRADE] = [codeOf(1), codeOf(2)];

const callers = {
  tax: callerAs('DEPARTMENT OTHER+PURPOSE', 'tax-office', { department: 'market', subject: '' }),
  auditor: callerAs('AUDITOR+PURPOSE', 'auditor'),
  portal: callerAs('PORTAL', 'portal'),
  machines: callerAs('SUBJECT OWN', 'citizens-app', { department: '', subject: MACHINES }),
};
const city = await testCity({ audit: {}, gateway: { identify: calledBy(callers) } });
const { admin } = city.database;

const SUPERVISION = { 'test-as': 'tax', 'credit-purpose': 'SUPERVISION' };

async function lines(): Promise<readonly Line[]> {
  const rows = await admin<(Line & { sequence: string })[]>`select * from audit.lines order by sequence`;
  return rows.map((row) => ({ ...row, sequence: Number(row.sequence) }));
}

/** The lines that a question has left. */
async function left(ask: () => Promise<unknown>): Promise<readonly Body[]> {
  const before = (await lines()).length;
  await ask();
  return (await lines()).slice(before).map(({ body }) => body);
}

const PROFILE = '{ subject(identifier: "CODE") { name market { penalties { nodes { id } } } } }';
const profileOf = (code: string): string => PROFILE.replace('CODE', code);

beforeAll(async () => {
  await city.take(
    'credit.subject',
    subjectsFile([
      ['云泽甲木机械有限公司', MACHINES],
      ['云泽乙木贸易有限公司', TRADE],
    ]),
  );
  await city.take(
    'market.penalty',
    csv(PENALTIES, penalty('云泽甲木机械有限公司', MACHINES, '云市监罚〔2026〕1号', '2026-09-01', 5_000)),
  );
  await city.followed();
});

describe('A question of one who may see more than the public', () => {
  it('leaves an intent and an outcome: who, for what, whose records of which items, and hashes of the rest', async () => {
    const query = profileOf(MACHINES);
    const found = await left(() => city.ask(query, {}, { ...SUPERVISION, 'x-request-id': 'request-0001' }));
    const said = {
      request: 'request-0001',
      who: {
        client: 'tax-office',
        role: 'DEPARTMENT',
        department: 'tax',
        ownSubject: null,
        organisation: { name: 'tax-office 的单位', creditCode: null },
      },
      purpose: 'SUPERVISION',
      authorizations: [],
      asOf: null,
      document: `sha256:${createHash('sha256').update(query).digest('hex')}`,
    };
    expect(found).toMatchObject([
      { kind: 'INTENT', ...said },
      {
        kind: 'OUTCOME',
        ...said,
        outcome: 'ANSWERED',
        codes: {},
        silent: [],
        looks: [{ subjects: [MACHINES], items: ['market.penalty', 'subject'] }],
      },
    ]);
  });

  it('leaves them where nothing was found: an empty look is a look', async () => {
    const [, outcome] = await left(() => city.ask(profileOf(TRADE), {}, SUPERVISION));
    expect(outcome).toMatchObject({ looks: [{ subjects: [TRADE], items: ['market.penalty', 'subject'] }] });
  });

  it('tells whom a search, a list across departments and a timeline have shown', async () => {
    const search = '{ subjects(search: "云泽") { nodes { name } } }';
    const board = '{ records(filter: { items: ["market.penalty"] }) { nodes { title } } }';
    const timeline = `{ subject(identifier: "${TRADE}") { records { totalCount } recordCounts { count } } }`;
    const [, searched] = await left(() => city.ask(search, {}, SUPERVISION));
    const [, listed] = await left(() => city.ask(board, {}, SUPERVISION));
    const [, timed] = await left(() => city.ask(timeline, {}, SUPERVISION));
    expect(searched).toMatchObject({ looks: [{ subjects: [MACHINES, TRADE].sort(), items: ['subject'] }] });
    const [, first] = await left(() => city.ask(search.replace(')', ', first: 1)'), {}, SUPERVISION));
    expect((first as OutcomeLine).looks.flatMap(({ subjects }) => subjects)).toHaveLength(1);
    expect(listed).toMatchObject({ looks: [{ subjects: [MACHINES], items: ['market.penalty'] }] });
    expect(timed).toMatchObject({ looks: [{ subjects: [TRADE], items: ['*', 'subject'] }] });
  });

  it('leaves a look at no more than was shown of names that were merely compared', async () => {
    const query = '{ matchSubjects(name: "云泽甲木机械有限公司", first: 1) { subject { name } } }';
    const [, outcome] = await left(() => city.ask(query, {}, SUPERVISION));
    expect(outcome).toMatchObject({ looks: [{ subjects: [MACHINES], items: ['subject'] }] });
  });

  it('is left by the company that opens its own file, under its own subject', async () => {
    const [, outcome] = await left(() => city.ask(profileOf(MACHINES), {}, { 'test-as': 'machines' }));
    expect(outcome).toMatchObject({ who: { role: 'SUBJECT', ownSubject: MACHINES }, outcome: 'ANSWERED' });
  });

  it('says where it was answered in part, and where it was refused', async () => {
    const partly =
      '{ subject(identifier: "CODE") { creditCode market { penalties(first: 500) { nodes { id } } } } }'.replace(
        'CODE',
        MACHINES,
      );
    const [, part] = await left(() => city.ask(partly, {}, SUPERVISION));
    const [, none] = await left(() =>
      city.ask(
        '{ subjectsByIdentifier(identifiers: []) { identifier } subject(identifier: "?") { id } }',
        {},
        SUPERVISION,
      ),
    );
    expect(part).toMatchObject({ outcome: 'PARTIAL', codes: { BAD_USER_INPUT: 1 } });
    expect(none).toMatchObject({ outcome: 'PARTIAL', codes: { BAD_USER_INPUT: 1 } });
  });

  it('is not answered from a department that does not say what it looked at', async () => {
    const market = city.city.transports.get('market');
    if (!market) throw new Error('market is not here');
    const silent: Transport = {
      ...market,
      ask: async (...given) => {
        const { extensions: _looks, ...answer } = await market.ask(...given);
        return answer;
      },
    };
    const transports = new Map([...city.city.transports, ['market', silent]]);
    const ask = await city.another({ identify: calledBy(callers), transports });
    const { data, errors } = await ask(profileOf(MACHINES), {}, SUPERVISION);
    expect([data.subject.market, errors[0]?.extensions.code]).toEqual([null, 'SOURCE_UNAVAILABLE']);
    expect((await ask(profileOf(MACHINES))).data.subject.market.penalties.nodes).toHaveLength(1);
  });

  it('is never told what departments tell the gateway of looks', async () => {
    const { text } = await city.ask(profileOf(MACHINES), {}, SUPERVISION);
    expect(text).not.toContain('looks');
  });
});

describe('A question that came to no whole answer', () => {
  /** While market's table does not answer. */
  const whileMarketIsStuck = (work: () => Promise<unknown>): Promise<unknown> =>
    whileLocked(city.database, 'market.administrative_penalties', work);
  const outcomeOf = (request: string): Promise<Body> =>
    vi.waitFor(async () => {
      const found = (await lines()).find(({ body }) => body.kind === 'OUTCOME' && body.request === request);
      expect(found).toBeDefined();
      return (found as Line).body;
    }, 20_000);

  it('says which department was silent', async () => {
    const hurried = await city.another({ identify: calledBy(callers), deadlineMs: 300 });
    await whileMarketIsStuck(async () => {
      const { data } = await hurried(profileOf(MACHINES), {}, { ...SUPERVISION, 'x-request-id': 'silent-market' });
      expect(data.subject).toEqual({ name: '云泽甲木机械有限公司', market: null });
    });
    expect(await outcomeOf('silent-market')).toMatchObject({
      outcome: 'PARTIAL',
      silent: ['market'],
      codes: { SOURCE_UNAVAILABLE: 1 },
      looks: [{ subjects: [MACHINES], items: ['subject'] }],
    });
  });

  it('says that its time was over', async () => {
    const limits = { milliseconds: 400 };
    const hurried = await city.another({ identify: calledBy(callers), limits });
    await whileMarketIsStuck(() => hurried(profileOf(MACHINES), {}, { ...SUPERVISION, 'x-request-id': 'out-of-time' }));
    expect(await outcomeOf('out-of-time')).toMatchObject({ outcome: 'TIMED_OUT' });
  });

  it('says that its caller left', async () => {
    await whileMarketIsStuck(async () => {
      const leaving = fetch(city.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...SUPERVISION, 'x-request-id': 'the-caller-left' },
        body: JSON.stringify({ query: profileOf(MACHINES) }),
        signal: AbortSignal.timeout(500),
      });
      await expect(leaving).rejects.toThrow();
      expect(await outcomeOf('the-caller-left')).toMatchObject({ outcome: 'ABORTED' });
    });
  });
});

describe('A question for what is public', () => {
  it('leaves no line, whoever asks it', async () => {
    expect(await left(() => city.ask(profileOf(MACHINES)))).toEqual([]);
    expect(await left(() => city.ask(profileOf(MACHINES), {}, { 'test-as': 'portal' }))).toEqual([]);
    expect(await left(() => city.ask(profileOf(MACHINES), {}, { 'test-as': 'tax' }))).toEqual([]);
  });

  it('leaves a note where a registered client was refused, so that one can tell it why', async () => {
    const query = '{ nothing }';
    const before = (await lines()).length;
    await city.ask(query, {}, { 'test-as': 'portal', 'x-request-id': 'request-0002' });
    const found = await vi.waitFor(async () => {
      const noted = (await lines()).slice(before).map(({ body }) => body);
      expect(noted).toHaveLength(1);
      return noted;
    }, 10_000);
    expect(found).toMatchObject([
      { kind: 'REFUSAL', request: 'request-0002', who: { client: 'portal' }, codes: { GRAPHQL_VALIDATION_FAILED: 1 } },
    ]);
    expect(await left(() => city.ask(query))).toEqual([]);
  });
});

describe('The chain', () => {
  it('ties each line to the one before, without a gap, however many questions come at once', async () => {
    await Promise.all(Array.from({ length: 60 }, () => city.ask(profileOf(MACHINES), {}, SUPERVISION)));
    const all = await lines();
    expect(all.map(({ sequence }) => sequence)).toEqual(all.map((_line, index) => index + 1));
    expect(all.map(({ previous }) => previous)).toEqual(['genesis', ...all.slice(0, -1).map(({ hash }) => hash)]);
    expect(new Set(all.map(({ hash }) => hash)).size).toBe(all.length);
  });

  it('is one for several gateways that write at once', async () => {
    const settings = {
      AUDIT_KEYS: join(city.folder, 'signing-keys.json'),
      AUDIT_HEADS: join(city.folder, 'heads.jsonl'),
    };
    const other = await openAudit(city.city, readConfig(settings, []), createLog('silent'));
    const ask = await city.another({ identify: calledBy(callers), audit: other.audit });
    const count = (await lines()).length;
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_one, index) => (index % 2 ? ask : city.ask)(profileOf(MACHINES), {}, SUPERVISION)),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const all = await lines();
    expect(all.length - count).toBe(120);
    expect(all.map(({ sequence }) => sequence)).toEqual(all.map((_line, index) => index + 1));
    expect(all.map(({ previous }) => previous)).toEqual(['genesis', ...all.slice(0, -1).map(({ hash }) => hash)]);
    await other.stop();
  });

  it('commits the lines of questions that come at once together', async () => {
    const [before] = await admin<{ count: string }[]>`select count(distinct xmin::text) from audit.lines`;
    const count = (await lines()).length;
    await Promise.all(Array.from({ length: 60 }, () => city.ask(profileOf(MACHINES), {}, SUPERVISION)));
    const [after] = await admin<{ count: string }[]>`select count(distinct xmin::text) from audit.lines`;
    expect((await lines()).length - count).toBe(120);
    expect(Number(after?.count) - Number(before?.count)).toBeLessThan(90);
  });
});
