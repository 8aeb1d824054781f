import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { threadPlanner } from '../../gateway/executor/planner.ts';
import { readConfig } from '../../platform/config.ts';
import { serveDepartments } from '../../platform/installation/serve.ts';
import { createLog } from '../../platform/log.ts';
import { openObserving } from '../../platform/observing/index.ts';
import { viewerKeyOf } from '../../platform/subgraph/department.ts';
import { farTransport } from '../../platform/subgraph/transport.ts';
import { viewerSigner } from '../../platform/viewer/token.ts';
import { departments, subjectDirectory } from '../../subgraphs/index.ts';
import { codeOf, csv, RATINGS, subjectsFile } from '../graph/files.ts';
import { testCity, testExecutor } from '../support/city.ts';
import { collector, pathsOf } from '../support/collector.ts';
import { TEST_SECRET } from '../support/database.ts';
import { faultyDepartment, httpAnswer } from '../support/faulty-department.ts';

const collecting = await collector();
const { endpoint, bodies, spansOf } = collecting;
const collected = collecting.spans;
const names = departments.map(({ name }) => name);
const log = createLog('silent');
const tracing = (more: Record<string, string> = {}) =>
  openObserving({
    config: readConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, ...more }, names).observing,
    process: 'gateway',
    log,
  });
const observing = await tracing();
afterAll(() => observing.stop());
const city = await testCity({ observing });
const [NAME, CODE] = ['云泽寻踪机械有限公司', codeOf(3)];

// One department more, in the same process but behind HTTP, with spans of its own.
const environment = {
  DATABASE_URL: city.database.url,
  DATA_DIR: city.folder,
  SECRET: Buffer.from(TEST_SECRET).toString('hex'),
  OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
  OTEL_SERVICE_NAME: 'tax-elsewhere',
};
const serving = await serveDepartments({
  config: readConfig(environment, names),
  cards: departments,
  directory: subjectDirectory,
  log,
  only: ['tax'],
});
afterAll(() => serving.stop());
const far = farTransport(
  'tax',
  '税务部门',
  new URL(serving.urls.get('tax') ?? ''),
  viewerSigner('tax', viewerKeyOf(TEST_SECRET, 'tax')),
);
afterAll(() => far.close());
const transports = new Map([...city.city.transports, ['tax', far]]);
const askTraced = await city.another({ transports, planner: (sdl) => threadPlanner(sdl, log, testExecutor) });

const PROFILE = `query Profile($identifier: String!) {
  subject(identifier: $identifier) { name market { penalties { totalCount } } tax { creditRatings { nodes { year } } } } }`;
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER = `00-${TRACE}-00f067aa0ba902b7-01`;

beforeAll(async () => {
  await city.take('credit.subject', subjectsFile([[NAME, CODE]]));
  await city.take('tax.credit-rating', csv(RATINGS, [NAME, CODE, 2025, 'A', '云泽市税务局']));
});

describe('A traced question', () => {
  it('leads from the caller’s trace to the name of each SQL statement, in departments near and far', async () => {
    await askTraced(PROFILE, { identifier: CODE }, { traceparent: CALLER, tracestate: 'vendor=secret' });
    const spans = await spansOf(TRACE, 14);
    expect(pathsOf(spans)).toEqual([
      'query other',
      'query other > authorizations',
      'query other > credit',
      'query other > credit > credit answers',
      'query other > credit > credit answers > credit.Query.subject',
      'query other > identify',
      'query other > market',
      'query other > market > market answers',
      'query other > market > market answers > market.Subject.market',
      'query other > plan',
      'query other > tax',
      'query other > tax > tax answers',
      'query other > tax > tax answers > tax.Subject.tax',
      'query other > turn',
    ]);
    expect(spans.find(({ name }) => name === 'query other')?.parentSpanId).toBe('00f067aa0ba902b7');
    const services = new Set(
      spans.filter(({ name }) => name.startsWith('tax ') || name.startsWith('tax.')).map(({ service }) => service),
    );
    expect([...services]).toEqual(['tax-elsewhere']);
  });

  it('says of itself who asked, what it cost and how it ended, and nothing of whom it is about', async () => {
    const answer = await askTraced(
      PROFILE,
      { identifier: CODE },
      { traceparent: CALLER.replace(TRACE, 'a'.repeat(32)) },
    );
    const spans = await spansOf('a'.repeat(32), 14);
    const { attributes } = spans.find(({ name }) => name === 'query other') ?? { attributes: [] };
    const told = Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
    expect(told).toMatchObject({
      'graphql.operation.type': 'query',
      'credit_graph.client': 'anonymous',
      'credit_graph.outcome': 'answered',
      'credit_graph.request_id': answer.requestId,
      'http.response.status_code': 200,
    });
    for (const secret of [NAME, CODE, 'identifier', 'select ', 'vendor=secret'])
      expect(bodies.join('')).not.toContain(secret);
  });

  it('begins a trace of its own where the caller’s is none', async () => {
    for (const traceparent of [
      `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
      'ff-4-2',
      `${CALLER}-more`,
      'x'.repeat(5_000),
    ]) {
      const before = collected.length;
      const { requestId } = await askTraced('{ viewer { role } }', {}, { traceparent });
      const own = () =>
        collected
          .slice(before)
          .find(({ attributes }) => attributes.some(({ value }) => value.stringValue === requestId));
      await vi.waitUntil(own, { timeout: 30_000, interval: 50 });
      expect(own()).toMatchObject({ traceId: expect.stringMatching(/^(?!0{32})[\da-f]{32}$/u) });
      expect(own()?.traceId).not.toBe(TRACE);
      expect(own()).not.toHaveProperty('parentSpanId');
    }
  });

  it('is not sent where the sampler leaves it out, whatever the caller’s flag says', async () => {
    const off = await tracing({ OTEL_TRACES_SAMPLER: 'always_off' });
    const unasked = await city.another({ observing: off });
    await unasked(PROFILE, { identifier: CODE }, { traceparent: CALLER.replace(TRACE, 'b'.repeat(32)) });
    await off.stop();
    await askTraced(PROFILE, { identifier: CODE }, { traceparent: CALLER.replace(TRACE, 'c'.repeat(32)) });
    await spansOf('c'.repeat(32), 14);
    expect(collected.filter(({ traceId }) => traceId === 'b'.repeat(32))).toEqual([]);
  });

  it('is known by its traceparent to proxies before a department, which goes by what was signed', async () => {
    const standIn = await faultyDepartment();
    standIn.do((socket) => void socket.write(httpAnswer('{}')));
    const elsewhere = farTransport(
      'tax',
      '税务部门',
      standIn.url,
      viewerSigner('tax', viewerKeyOf(TEST_SECRET, 'tax')),
    );
    const ask = await city.another({ transports: new Map([...city.city.transports, ['tax', elsewhere]]) });
    const answer = await ask(PROFILE, { identifier: CODE }, { traceparent: CALLER.replace(TRACE, 'd'.repeat(32)) });
    expect(answer.errors[0]?.extensions).toMatchObject({ code: 'SOURCE_UNAVAILABLE', department: 'tax' });
    const spans = await spansOf('d'.repeat(32), 11);
    const { spanId } = spans.find(({ name }) => name === 'tax') ?? { spanId: '' };
    expect(standIn.received[0]?.head).toContain(`traceparent: 00-${'d'.repeat(32)}-${spanId}-01`);
    await elsewhere.close();
  });

  it('is answered all the same where no collector takes it', async () => {
    const unheard = await tracing({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', METRICS_PORT: '0' });
    const ask = await city.another({ observing: unheard });
    const { data } = await ask(PROFILE, { identifier: CODE });
    expect(data.subject.name).toBe(NAME);
    await unheard.stop();
  });
});

describe('Work that nobody asked for over HTTP', () => {
  it('is traced: what an import asks the credit office, what follows of it, with counts and nothing of whom it is about', async () => {
    await city.followed();
    const named = (name: string) => collected.find((span) => span.name === name);
    await vi.waitUntil(() => named('import tax.credit-rating') && named('follow tax'), {
      timeout: 30_000,
      interval: 50,
    });
    const traceOf = (name: string) => {
      const { traceId } = named(name) ?? { traceId: '' };
      return pathsOf(collected.filter((span) => span.traceId === traceId));
    };
    expect(traceOf('import tax.credit-rating')).toEqual([
      'import tax.credit-rating',
      'import tax.credit-rating > credit answers',
    ]);
    expect(traceOf('follow tax')).toEqual(['follow tax', 'follow tax > tax answers']);
    const { attributes } = named('import tax.credit-rating') ?? { attributes: [] };
    const told = Object.fromEntries(attributes.map(({ key, value }) => [key, Number(Object.values(value)[0])]));
    expect(told).toMatchObject({
      'credit_graph.import.rows': 1,
      'credit_graph.import.added': 1,
      'credit_graph.import.rejected': 0,
    });
    for (const secret of [NAME, CODE]) expect(bodies.join('')).not.toContain(secret);
  });
});
