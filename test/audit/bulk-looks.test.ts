import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bulkLooks } from '../../gateway/audit/bulk-looks.ts';
import { auditReader } from '../../gateway/audit/read.ts';
import { createLog } from '../../platform/log.ts';
import { chooseCityCodes } from '../../schema/codes/city.ts';
import { codeOf, subjectsFile } from '../graph/files.ts';
import { calledBy, callerAs } from '../support/callers.ts';
import { TODAY, testCity } from '../support/city.ts';

// Whoever looks at very many subjects is told to the auditors within a minute, and stopped where the city's table says so.

const folder = await mkdtemp(join(tmpdir(), 'credit-graph-bulk-'));
await writeFile(
  join(folder, 'bulk-look-rules.csv'),
  `# source: a test
# date: 2026-11-21
# verified: no (a test)
code,label,alarmAbove,stopAbove,basis,from,until
DEPARTMENT,本市部门,3,5,测试,2020-01-01,
CREDIT_OFFICE,信用办,3,,测试,2020-01-01,
`,
);
afterAll(async () => {
  chooseCityCodes(undefined);
  await rm(folder, { recursive: true });
});

const office = { department: 'tax', subject: '' };
const callers = {
  market: callerAs('DEPARTMENT OTHER+PURPOSE', 'market-office', office),
  courts: callerAs('DEPARTMENT OTHER+PURPOSE', 'courts-office', office),
  credit: callerAs('CREDIT_OFFICE+PURPOSE', 'credit-office'),
  auditor: callerAs('AUDITOR+PURPOSE', 'auditor'),
};
const PURPOSES = {
  market: 'SUPERVISION',
  courts: 'SUPERVISION',
  credit: 'DATA_CORRECTION',
  auditor: 'AUDIT_INSPECTION',
};
const city = await testCity({
  audit: {},
  gateway: { identify: calledBy(callers) },
  environment: { CODES_DIR: folder },
});
const codes = Array.from({ length: 7 }, (_, at) => codeOf(at + 1));
beforeAll(async () => {
  await city.take(
    'credit.subject',
    subjectsFile(codes.map((code, at) => [`云泽第${at + 101}有限公司`, code] as const)),
  );
});

const asked = (who: keyof typeof callers, query: string) =>
  city.ask(query, {}, { 'test-as': who, 'credit-purpose': PURPOSES[who] });
const look = (who: keyof typeof callers, code: string) => asked(who, `{ subject(identifier: "${code}") { name } }`);
const counted = async () => city.audit?.countLooks();
const ALARMS = `{ alarms { nodes { at kind role client organization { name } department subjects most isStopped } pageInfo { hasNextPage } } }`;

describe('A client that looks at what is not public', () => {
  it('of so many subjects within an hour is told to the auditors once, with how many', async () => {
    for (const code of [...codes.slice(0, 3), ...codes.slice(0, 3)]) await look('market', code);
    await counted();
    expect((await asked('auditor', ALARMS)).data.alarms.nodes).toEqual([]);
    await look('market', codes[3] ?? '');
    await counted();
    await counted();
    const { data, errors } = await asked('auditor', ALARMS);
    expect(errors).toEqual([]);
    expect(data.alarms.nodes).toEqual([
      {
        at: TODAY.toISOString(),
        kind: 'BULK_LOOKS',
        role: 'DEPARTMENT',
        client: 'market-office',
        organization: { name: 'market-office 的单位' },
        department: callers.market.department,
        subjects: 4,
        most: 3,
        isStopped: false,
      },
    ]);
  });

  it('is refused beyond more of them, with when to ask again; what is public is answered, and so are others', async () => {
    await asked(
      'market',
      `{ ${codes.map((code, at) => `s${at}: subject(identifier: "${code}") { name }`).join(' ')} }`,
    );
    await counted();
    const refused = await look('market', codes[0] ?? '');
    expect(refused).toMatchObject({ status: 429, data: null });
    expect(refused.errors[0]).toMatchObject({
      path: ['subject'],
      extensions: { code: 'TOO_MANY_SUBJECTS', retryAfter: 3600 },
    });
    const openly = await city.ask(`{ subject(identifier: "${codes[0]}") { name } }`, {}, { 'test-as': 'market' });
    expect(openly.errors).toEqual([]);
    expect((await look('courts', codes[0] ?? '')).errors).toEqual([]);
  });

  it('is answered again when the hour is over', async () => {
    city.setNow(new Date(TODAY.getTime() + 3_601_000));
    await counted();
    expect((await look('market', codes[0] ?? '')).errors).toEqual([]);
    city.setNow(TODAY);
  });

  it('is never refused where the table has no such bound', async () => {
    for (const code of codes) await look('credit', code);
    await counted();
    expect((await look('credit', codes[0] ?? '')).errors).toEqual([]);
    const { data } = await asked('auditor', ALARMS);
    expect(data.alarms.nodes[0]).toMatchObject({ client: 'credit-office', isStopped: false });
  });
});

it('Alarms are for auditors with a purpose alone', async () => {
  for (const who of ['market', 'credit'] as const)
    expect((await asked(who, ALARMS)).errors[0]?.extensions.code).toBe('FORBIDDEN');
  const withoutPurpose = await city.ask(ALARMS, {}, { 'test-as': 'auditor' });
  expect(withoutPurpose.errors[0]?.extensions.code).toBe('FORBIDDEN');
  expect((await city.ask(ALARMS)).status).toBe(400);
});

it('What was read of the chain is not read again after an hour in which nobody looked at anything', async () => {
  const sql = city.city.database.session('audit', 'quiet', { timeoutMs: 10_000, max: 1 });
  const reader = auditReader(sql);
  const from: (number | undefined)[] = [];
  const watched = bulkLooks({
    reader: {
      ...reader,
      linesSince(sequence, since) {
        from.push(sequence);
        return reader.linesSince(sequence, since);
      },
    },
    store: undefined,
    log: createLog('silent'),
    now: () => new Date(TODAY.getTime() + 7_200_000),
  });
  watched.stop();
  await watched.check();
  await watched.check();
  const [last] = await city.database.admin`select max(sequence)::int as sequence from audit.lines`;
  expect(last?.sequence).toBeGreaterThan(10);
  expect(from).toEqual([undefined, last?.sequence]);
});
