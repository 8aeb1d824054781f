import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { registeredDeadlines } from '../../gateway/departments/deadline.ts';
import { viewerKeyOf } from '../../platform/subgraph/department.ts';
import { farTransport } from '../../platform/subgraph/transport.ts';
import { viewerSigner } from '../../platform/viewer/token.ts';
import { chooseCityCodes } from '../../schema/codes/city.ts';
import { calledBy, callerAs } from '../support/callers.ts';
import { TEST_SECRET } from '../support/database.ts';
import { faultyDepartment } from '../support/faulty-department.ts';
import { CODE, holding, ratings, SILENT, said, taxElsewhere, WHOLE, WITHOUT_TAX } from './tax-elsewhere.ts';

const { city, tax, honest, gatewayBefore } = await taxElsewhere();

describe('The deadline of a department', () => {
  it('is of the role and the department: one caller has its answer while the other still waits', async () => {
    const { ask } = await gatewayBefore({
      identify: calledBy({ portal: callerAs('PORTAL', 'portal') }),
      budgets: {
        deadlineOf: (department, role) => (department === 'tax' && role === 'PORTAL' ? 300 : 30_000),
      },
    });
    const waiting = holding(honest);
    tax.do(waiting.fault);
    const patient = ask(ratings());
    expect(said(await ask(ratings(), { 'test-as': 'portal' }))).toEqual({ data: WITHOUT_TAX, errors: [SILENT] });
    await expect.poll(() => waiting.held.length, { timeout: 20_000 }).toBe(2);
    waiting.letGo();
    expect(said(await patient)).toEqual({ data: WHOLE, errors: [] });
  });

  it('is for the whole of its answer, however steadily it drips', async () => {
    const { ask } = await gatewayBefore({
      budgets: { deadlineOf: (department) => (department === 'tax' ? 500 : 30_000) },
    });
    const dripping: NodeJS.Timeout[] = [];
    tax.do((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n');
      const drip = setInterval(() => (socket.destroyed ? clearInterval(drip) : socket.write(' ')), 20);
      dripping.push(drip);
    });
    expect(said(await ask(ratings()))).toEqual({ data: WITHOUT_TAX, errors: [SILENT] });
    for (const drip of dripping) clearInterval(drip);
  });

  it('is never longer than what is left of the whole answer', async () => {
    const { ask } = await gatewayBefore({ limits: { milliseconds: 1_200 } });
    tax.do(() => undefined);
    const { data, errors } = await ask(ratings());
    expect(data).toEqual(WITHOUT_TAX);
    expect(errors).toMatchObject([
      { path: ['subject', 'tax'], extensions: { code: 'TIME_BUDGET_EXCEEDED', limit: 1_200 } },
    ]);
    await expect.poll(() => tax.asking.size, { timeout: 20_000 }).toBe(0);
  });

  it('is spent once in an answer: whoever was late is not waited for again', async () => {
    const credit = await faultyDepartment();
    const sign = viewerSigner('credit', viewerKeyOf(TEST_SECRET, 'credit'));
    const far = farTransport('credit', '信用办', credit.url, sign);
    const { ask } = await gatewayBefore({
      transports: new Map([...city.city.transports, ['credit', far]]),
      budgets: { deadlineOf: (department) => (department === 'credit' ? 500 : 30_000) },
    });
    const { data, errors } = await ask(
      `{ subject(identifier: "${CODE}") { name tax { creditRatings { nodes { year item { code receivedAt } } } } } }`,
    );
    await far.close();
    const item = { code: 'tax.credit-rating', receivedAt: null };
    expect(data).toEqual({ subject: { name: null, tax: { creditRatings: { nodes: [{ year: 2025, item }] } } } });
    expect(errors.map(({ extensions }) => extensions.department)).toEqual(['credit', 'credit']);
    expect(credit.received.length).toBe(1);
  });
});

describe('The table of deadlines', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'credit-graph-deadlines-'));
  afterAll(async () => {
    chooseCityCodes(undefined);
    await rm(folder, { recursive: true, force: true });
  });
  const written = async (rows: string): Promise<void> => {
    const head = '# source: a city\n# date: 2026-11-22\n# verified: no\ncode,label,milliseconds,from,until\n';
    await writeFile(join(folder, 'department-deadlines.csv'), head + rows);
  };

  it('has 1.5 seconds for everybody', () => {
    expect(registeredDeadlines('tax', 'ANONYMOUS', '2026-11-22')).toBe(1_500);
    expect(registeredDeadlines('courts', 'BANK', '2026-11-22')).toBe(1_500);
  });

  it('is a city’s own where it has one: of a department and role, of it, of a role, by the day', async () => {
    await written('*,各部门,1000,,\n*.BANK,银行,900,,\ntax,税务,800,,2027-01-01\ntax.BANK,税务对银行,700,,\n');
    chooseCityCodes(folder);
    const of = (department: string, role: 'BANK' | 'PORTAL', day = '2026-11-22') =>
      registeredDeadlines(department, role, day);
    expect([of('courts', 'PORTAL'), of('courts', 'BANK'), of('tax', 'PORTAL'), of('tax', 'BANK')]).toEqual([
      1_000, 900, 800, 700,
    ]);
    expect(of('tax', 'PORTAL', '2027-01-01')).toBe(1_000);
  });
});
