import { once } from 'node:events';
import { afterAll, expect, it } from 'vitest';
import { NO_LAST_KNOWN } from '../../gateway/departments/last-known-policy.ts';
import { createGateway } from '../../gateway/server.ts';
import { committedSupergraph } from '../../gateway/supergraph/committed.ts';
import { createLog } from '../../platform/log.ts';
import { viewerKeyOf } from '../../platform/subgraph/department.ts';
import { farTransport } from '../../platform/subgraph/transport.ts';
import { viewerSigner } from '../../platform/viewer/token.ts';
import { type Behaviour, proxyTo } from '../../prove/faults/proxy.ts';
import { codeOf, csv, RATINGS, subjectsFile } from '../graph/files.ts';
import { answerOf, type DepartmentProcess, departmentProcess, TODAY, testCity } from '../support/city.ts';
import { TEST_SECRET } from '../support/database.ts';

// The short form of `npm run prove -- faults`: one department in a process of its own behind a proxy, and a fault after the
// other. How fast all this is, disks that fill up and servers that die are proved there.

const city = await testCity();
const [NAME, CODE] = ['云泽风雨机械有限公司', codeOf(7)];
await city.take('credit.subject', subjectsFile([[NAME, CODE]]));
await city.take('tax.credit-rating', csv(RATINGS, [NAME, CODE, 2025, 'A', '云泽市税务局']));

const environment = {
  DATABASE_URL: city.database.url,
  DATA_DIR: city.folder,
  SECRET: Buffer.from(TEST_SECRET).toString('hex'),
};
let tax: DepartmentProcess = await departmentProcess('tax', environment);
const { port } = new URL(tax.url);
const startTax = async (): Promise<void> => {
  tax = await departmentProcess('tax', { ...environment, TAX_PORT: port });
};
const way = await proxyTo(Number(port));
const through = new URL(`http://127.0.0.1:${way.port}/graphql`);
const far = farTransport('tax', '税务部门', through, viewerSigner('tax', viewerKeyOf(TEST_SECRET, 'tax')));
const gateway = await createGateway({
  supergraphSdl: committedSupergraph(),
  transports: new Map([...city.city.transports, ['tax', far]]),
  log: createLog('silent'),
  now: () => TODAY,
  limits: { milliseconds: 30_000 },
  budgets: {
    deadlineOf: (department) => (department === 'tax' ? 700 : 30_000),
    breaker: { silences: 3, pauseMs: 100 },
    lastKnown: NO_LAST_KNOWN,
  },
});
const listening = await gateway.listen({ host: '127.0.0.1', port: 0 });
afterAll(async () => {
  await listening.close(1_000);
  await gateway.stop();
  await far.close();
  await way.stop();
  tax.child.kill('SIGKILL');
});

const ask = async (slices: string) => {
  const body = JSON.stringify({ query: `{ subject(identifier: "${CODE}") { name ${slices} } }` });
  const headers = { 'content-type': 'application/json' };
  const { status, data, errors } = await answerOf(
    await fetch(`http://127.0.0.1:${listening.port}/graphql`, { method: 'POST', headers, body }),
  );
  return { status, data, errors: errors.map(({ path, extensions }) => [path?.join('.'), extensions.code]) };
};
const profile = () =>
  ask('market { penalties { totalCount } } tax { creditRatings { nodes { year grade { code } } } }');
const others = () => ask('market { penalties { totalCount } } courts { dishonestDebtorEntries { totalCount } }');
const whole = await profile();
const wholeOthers = await others();
const withoutTax = {
  status: 200,
  data: { subject: { ...whole.data.subject, tax: null } },
  errors: [['subject.tax', 'SOURCE_UNAVAILABLE']],
};

interface Fault {
  begin(): Promise<unknown>;
  end(): Promise<unknown>;
}
const onTheWay = (behaviour: Behaviour): Fault => ({
  begin: () => way.behave(behaviour),
  end: () => way.behave('PASS'),
});
const FAULTS: Readonly<Record<string, Fault>> = {
  'refuses connections (F1)': onTheWay('REFUSE'),
  'resets connections (F1)': onTheWay('RESET'),
  'answers what is no HTTP (F1)': onTheWay('GARBAGE'),
  'breaks off in the midst of its answer (F1)': onTheWay('TRUNCATE'),
  'hangs (F2)': onTheWay('HANG'),
  'answers a byte at a time (F3)': onTheWay('DRIP'),
  'was killed, and is started again (F4)': {
    async begin() {
      const over = once(tax.child, 'exit');
      tax.child.kill('SIGKILL');
      await over;
    },
    end: startTax,
  },
  'stands still with its connections open (F12)': {
    begin: async () => tax.child.kill('SIGSTOP'),
    end: async () => tax.child.kill('SIGCONT'),
  },
};

it('All answers are there before anything is wrong', () => {
  expect(whole).toMatchObject({
    status: 200,
    errors: [],
    data: { subject: { tax: { creditRatings: { nodes: [{ year: 2025 }] } } } },
  });
  expect(wholeOthers).toMatchObject({ status: 200, errors: [] });
});

it.each(Object.entries(FAULTS))(
  'A department that %s costs its own slice, is left alone once it did so thrice, and is back by itself',
  async (_name, { begin, end }) => {
    await begin();
    try {
      for (let time = 0; time < 5; time += 1)
        expect(await Promise.all([profile(), others()])).toEqual([withoutTax, wholeOthers]);
      expect(gateway.stateOf('tax')?.state).not.toBe('CLOSED');
    } finally {
      await end();
    }
    await expect.poll(() => gateway.stateOf('tax')?.state, { timeout: 30_000 }).toBe('CLOSED');
    await expect.poll(profile, { timeout: 30_000 }).toEqual(whole);
  },
);

it('A database that ended all sessions costs what it was asked at that moment at most, and says so', async () => {
  await city.database.admin`
    select pg_terminate_backend(pid) from pg_stat_activity where datname = ${city.database.name} and pid <> pg_backend_pid()`;
  const during = await profile();
  expect(during.status).toBe(200);
  if (during.errors.length === 0) expect(during).toEqual(whole);
  else for (const [, code] of during.errors) expect(code).toBe('SOURCE_UNAVAILABLE');
  await expect.poll(profile, { timeout: 30_000 }).toEqual(whole);
});
