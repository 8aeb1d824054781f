import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openAside } from '../../gateway/aside/aside.ts';
import { secondProcess } from '../../gateway/aside/second-process.ts';
import { trustedDocuments } from '../../gateway/limits/trusted-documents.ts';
import { openTurns } from '../../gateway/turns/index.ts';
import { readConfig } from '../../platform/config.ts';
import { tellDisks, tellStoredFigures } from '../../platform/installation/stored-figures.ts';
import { createLog } from '../../platform/log.ts';
import { openObserving } from '../../platform/observing/index.ts';
import { METRICS } from '../../platform/observing/metrics.ts';
import { prometheusFigures, type Snapshot } from '../../platform/observing/prometheus.ts';
import { departments } from '../../subgraphs/index.ts';
import { codeOf, csv, RATINGS, subjectsFile } from '../graph/files.ts';
import { calledBy, callerAs } from '../support/callers.ts';
import { testCity } from '../support/city.ts';
import { collector, pathsOf } from '../support/collector.ts';
import { TEST_SECRET } from '../support/database.ts';
import { program } from '../support/programs.ts';

const written: string[] = [];
const log = createLog('info', { write: (line: string) => void written.push(line) });
const { endpoint, spansOf } = await collector();
const names = departments.map(({ name }) => name);
const { observing: config } = readConfig({ METRICS_PORT: '0', OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }, names);
const observing = await openObserving({ config, process: 'gateway', log });
afterAll(() => observing.stop());
const { figures } = observing;
if (!figures) throw new Error('no figures are kept');

const callers = {
  tax: callerAs('DEPARTMENT OTHER+PURPOSE', 'tax-office', { department: 'market', subject: '' }),
  portal: callerAs('PORTAL', 'portal'),
};
const city = await testCity({ audit: {}, log, observing });
const [NAME, CODE] = ['云泽计量机械有限公司', codeOf(4)];
tellStoredFigures(city.city, figures, 1_000);

const folder = mkdtempSync(join(tmpdir(), 'credit-graph-figures-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
tellDisks(figures, { data: folder, nowhere: join(folder, 'nothing') });
const PROFILE = `query PortalProfile($identifier: String!) {
  subject(identifier: $identifier) { name market { penalties { totalCount } } tax { creditRatings { nodes { year } } } } }`;
writeFileSync(
  join(folder, 'portal.json'),
  JSON.stringify({ [createHash('sha256').update(PROFILE).digest('hex')]: PROFILE }),
);

const second = secondProcess({ file: program('aside'), execArgv: [] }, log, {
  ...process.env,
  DATABASE_URL: city.database.url,
  DATA_DIR: folder,
  SECRET: Buffer.from(TEST_SECRET).toString('hex'),
  LOG_LEVEL: 'silent',
  DEPARTMENT_DEADLINE_MS: '30000',
  METRICS_PORT: '0',
  OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
});
const aside = openAside(second, log, figures);
afterAll(() => aside.stop());
observing.join(async () => (await second.figures()) as Snapshot | undefined);
figures.gauge('credit_graph_second_process_up', () => [{ value: second.open ? 1 : 0 }]);

const limits = { milliseconds: 30_000, turns: openTurns(), trusted: trustedDocuments(folder) };
const shared = { identify: calledBy(callers), limits, aside };
const url = await city.gateway(shared);
const ask = await city.another(shared);

/** What Prometheus is told: each series with its value. */
async function told(): Promise<ReadonlyMap<string, number>> {
  const text = await (await fetch(`http://127.0.0.1:${observing.metricsPort}/metrics`)).text();
  const series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    series.map((line) => {
      const at = line.lastIndexOf(' ');
      const [name = '', labels = ''] = line.slice(0, at).split(/[{}]/u);
      return [
        `${name}{${labels
          .split(/,(?=\w+=)/u)
          .sort()
          .join()}}`,
        Number(line.slice(at + 1)),
      ] as const;
    }),
  );
}

/** Once a figure is that: an answer is seen when its connection has taken it, the second process's when it tells. */
async function becomes(value: number, name: string, labels: Readonly<Record<string, string>> = {}): Promise<void> {
  await vi.waitUntil(async () => (await figure(name, labels)) === value, { timeout: 30_000, interval: 100 });
}

/** The sum of a figure over all series that have these labels. */
async function figure(name: string, labels: Readonly<Record<string, string>> = {}): Promise<number> {
  return figureIn(await told(), name, labels);
}

function figureIn(
  series: ReadonlyMap<string, number>,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number {
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  return [...series]
    .filter(([one]) => one.startsWith(`${name}{`) && wanted.every((label) => one.includes(label)))
    .reduce((sum, [, value]) => sum + value, 0);
}

beforeAll(async () => {
  await city.take('credit.subject', subjectsFile([[NAME, CODE]]));
  await city.take(
    'tax.credit-rating',
    csv(RATINGS, [NAME, CODE, 2025, 'A', '云泽市税务局'], [NAME, CODE, 2024, '无此级', '云泽市税务局']),
  );
  await city.followed();
  await vi.waitUntil(() => second.open, { timeout: 60_000, interval: 50 });
});

describe('Figures', () => {
  it('are told at an address of their own, and not where callers ask', async () => {
    const answer = await fetch(`http://127.0.0.1:${observing.metricsPort}/metrics`);
    expect(answer.headers.get('content-type')).toContain('text/plain; version=0.0.4');
    expect(await answer.text()).toContain('# TYPE credit_graph_question_duration_seconds histogram');
    for (const path of ['/', '/metrics/x', '/graphql'])
      expect((await fetch(`http://127.0.0.1:${observing.metricsPort}${path}`)).status).toBe(404);
    expect((await fetch(new URL('/metrics', url))).status).toBe(404);
  });

  it('count questions by registered operation, registered client and outcome', async () => {
    const labels = { operation: 'PortalProfile', client: 'portal', outcome: 'answered' };
    const count = 'credit_graph_question_duration_seconds_count';
    const before = await figure(count, labels);
    await ask(PROFILE, { identifier: CODE }, { 'test-as': 'portal' });
    await ask(PROFILE, { identifier: CODE }, { 'test-as': 'portal' });
    await becomes(before + 2, count, labels);
    // Another document of the same name is another operation.
    const other = { ...labels, operation: 'other', client: 'anonymous' };
    const others = await figure(count, other);
    await ask('query PortalProfile { viewer { role } }');
    await becomes(others + 1, count, other);
    expect(await figure(count, labels)).toBe(before + 2);
    expect(await figure('credit_graph_points_total', { client: 'portal' })).toBeGreaterThan(2);
  });

  it('count departments’ answers, errors by code, statements and turns', async () => {
    const refused = { code: 'GRAPHQL_VALIDATION_FAILED' };
    const before = {
      tax: await figure('credit_graph_department_duration_seconds_count', { department: 'tax', outcome: 'answered' }),
      statements: await figure('credit_graph_statement_duration_seconds_count', {
        department: 'tax',
        outcome: 'answered',
      }),
      refused: await figure('credit_graph_errors_total', refused),
      turns: await figure('credit_graph_turn_wait_seconds_count', { queue: 'questions' }),
    };
    await ask(PROFILE, { identifier: CODE }, { 'test-as': 'portal' });
    await ask('{ nothing }');
    await becomes(before.refused + 1, 'credit_graph_errors_total', refused);
    expect(
      await figure('credit_graph_department_duration_seconds_count', { department: 'tax', outcome: 'answered' }),
    ).toBe(before.tax + 1);
    expect(
      await figure('credit_graph_statement_duration_seconds_count', { department: 'tax', outcome: 'answered' }),
    ).toBe(before.statements + 1);
    expect(await figure('credit_graph_turn_wait_seconds_count', { queue: 'questions' })).toBe(before.turns + 2);
    expect(await figure('credit_graph_turns_waiting')).toBe(0);
  });

  it('tell of both processes: a question that was handed over is counted once, its department where it was asked', async () => {
    const long = `query Long { subject(identifier: "${CODE}") { tax { creditRatings { totalCount } } } } ${'# long '.repeat(300)}`;
    const count = 'credit_graph_question_duration_seconds_count';
    const asked = { department: 'tax', process: 'aside' };
    const before = await figure(count);
    const trace = 'e'.repeat(32);
    const below = (name: string): string => `query other > handed over > query other > ${name}`;
    const traced = { traceparent: `00-${trace}-00f067aa0ba902b7-01`, 'x-request-id': 'handed-over' };
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'test-as': 'tax', 'credit-purpose': 'SUPERVISION', ...traced },
      body: JSON.stringify({ query: long }),
    });
    expect([...answer.headers.keys()].filter((name) => name.startsWith('credit-graph'))).toEqual([]);
    expect(await answer.text()).not.toContain('"errors"');
    await becomes(before + 1, count);
    await becomes(1, 'credit_graph_department_duration_seconds_count', asked);
    await becomes(2, 'credit_graph_audit_append_duration_seconds_count', { outcome: 'committed', process: 'aside' });
    expect(await figure('credit_graph_subjects_looked_at_total', { client: 'tax-office' })).toBe(1);
    expect(await figure('credit_graph_turn_wait_seconds_count', { queue: 'aside' })).toBeGreaterThan(0);
    await vi.waitUntil(
      async () => [...(await told()).keys()].filter((one) => one.startsWith('nodejs_eventloop_lag_p99')).length === 2,
      { timeout: 30_000, interval: 100 },
    );
    expect(await figure('credit_graph_second_process_up')).toBe(1);
    const lines = written.map((line) => JSON.parse(line)).filter((line) => line.requestId === 'handed-over');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({
      ...{ msg: 'question', operation: 'Long', client: 'tax-office', outcome: 'answered', status: 200, traceId: trace },
      departments: { tax: { asks: 1, outcome: 'answered' } },
    });
    expect(pathsOf(await spansOf(trace, 16))).toEqual([
      'query other',
      'query other > handed over',
      'query other > handed over > query other',
      ...['audit intent', 'audit outcome', 'authorizations', 'credit', 'credit > credit answers'].map(below),
      ...['credit > credit answers > credit.Query.subject', 'identify', 'plan', 'tax', 'tax > tax answers'].map(below),
      ...['tax > tax answers > tax.Subject.tax', 'turn'].map(below),
      'query other > identify',
      'query other > turn',
    ]);
  });

  it('tell when each item was last received and is due, what became of its rows, and how far the index is', async () => {
    const item = { department: 'tax', item: 'tax.credit-rating' };
    const [{ received } = { received: 0 }] = await city.database.admin<{ received: number }[]>`
      select extract(epoch from max(ended_at))::float8 as received from tax.imports where item = 'tax.credit-rating'`;
    // All that one look at a department's tables tells is told together, or not at all.
    const found = await vi.waitUntil(
      async () => {
        const all = await told();
        return figureIn(all, 'credit_graph_database_figures_up') === names.length && all;
      },
      { timeout: 30_000, interval: 1_000 },
    );
    expect(figureIn(found, 'credit_graph_item_received_timestamp_seconds', item)).toBeCloseTo(received, 2);
    expect(figureIn(found, 'credit_graph_item_due_seconds', item)).toBe(400 * 86_400);
    expect(figureIn(found, 'credit_graph_import_rows', { ...item, outcome: 'added' })).toBe(1);
    expect(figureIn(found, 'credit_graph_import_rows', { ...item, outcome: 'rejected' })).toBe(1);
    expect(figureIn(found, 'credit_graph_import_batches', { department: 'tax', status: 'completed' })).toBe(1);
    const named = (name: string) => [...found.keys()].filter((one) => one.startsWith(`${name}{`));
    expect(named('credit_graph_follower_lag_seconds')).toHaveLength(names.length);
    expect(named('credit_graph_item_received_timestamp_seconds')).toHaveLength(2);
  });

  it('tell how full a disk is, and nothing of a folder that is not there', async () => {
    expect(await figure('credit_graph_disk_used_ratio', { folder: 'data' })).toBeGreaterThan(0);
    expect([...(await told()).keys()].filter((one) => one.startsWith('credit_graph_disk'))).toHaveLength(1);
  });

  it('tell that the chain’s head is signed', async () => {
    const signed = await figure('credit_graph_audit_head_signed_timestamp_seconds');
    expect(signed).toBe(Date.parse('2026-11-21T10:00:00+08:00') / 1000);
  });

  it('hold nothing that a caller wrote: names of operations, texts, numbers', async () => {
    await ask(
      `query Secret${CODE} { subject(identifier: "${CODE}") { name } }`,
      {},
      { 'x-request-id': 'request-of-mine', 'user-agent': 'agent-of-mine' },
    );
    await ask(PROFILE, { identifier: NAME }, { 'test-as': 'portal' });
    const text = await (await fetch(`http://127.0.0.1:${observing.metricsPort}/metrics`)).text();
    for (const secret of [CODE, NAME, 'Secret', 'request-of-mine', 'agent-of-mine']) expect(text).not.toContain(secret);
  });
});

describe('The number of series', () => {
  it('has a bound whatever the labels are: beyond it they are all “other”', async () => {
    const many = prometheusFigures('gateway', 50);
    for (let index = 0; index < 10_000; index += 1) {
      const client = `client-${index}`;
      many.count('credit_graph_points_total', { client });
      many.observe('credit_graph_question_duration_seconds', 0.1, { operation: client, client, outcome: 'answered' });
    }
    const text = await many.text();
    const counted = text.match(/^credit_graph_points_total\{/gmu) ?? [];
    expect(counted).toHaveLength(51);
    expect(text).toContain('credit_graph_points_total{client="other",process="gateway"} 9950');
    expect(text.match(/^credit_graph_question_duration_seconds_count\{/gmu) ?? []).toHaveLength(51);
  });

  it('follows from labels that are names of ours, registered clients and codes alone', () => {
    const labels = new Set(Object.values(METRICS).flatMap((metric) => metric.labels as readonly string[]));
    expect([...labels].sort()).toEqual([
      ...['client', 'code', 'department', 'folder', 'follower', 'item', 'operation', 'outcome', 'pool'],
      ...['queue', 'state', 'status'],
    ]);
  });
});

describe('Where nobody asks for figures or traces', () => {
  it('none are kept, and their libraries are not so much as loaded', async () => {
    const none = await openObserving({ config: readConfig({}, names).observing, process: 'gateway', log });
    expect(none).toMatchObject({ figures: undefined, spans: undefined, metricsPort: undefined });
    expect(await none.snapshot()).toBeUndefined();
    await none.stop();
  });

  it('a port that is taken is told with the names of the settings', async () => {
    const taken = { ...config, metricsPort: observing.metricsPort };
    await expect(openObserving({ config: taken, process: 'gateway', log })).rejects.toThrow('METRICS_PORT');
  });
});
