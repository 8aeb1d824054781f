import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { METRICS } from '../../platform/observing/metrics.ts';
import { prometheusFigures } from '../../platform/observing/prometheus.ts';
import { HOME } from '../house/sources.ts';

// What an operator's Prometheus, Grafana and collector are given.

const FOLDER = join(HOME, 'deploy/observability');
const read = (name: string): string => readFileSync(join(FOLDER, name), 'utf8');
const GUIDE = readFileSync(join(HOME, 'docs/observability.md'), 'utf8');

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}
const rules = (parse(read('rules.yaml')) as { groups: { name: string; rules: Rule[] }[] }).groups.flatMap(
  (group) => group.rules,
);
interface Panel {
  readonly title: string;
  readonly targets: readonly { readonly expr: string }[];
}
const { panels } = JSON.parse(read('dashboard.json')) as { panels: readonly Panel[] };
const expressions = [
  ...rules.map(({ expr }) => expr),
  ...panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
];

/** What a started process exports, by the names that its text declares. */
const text = await prometheusFigures('gateway').text();
const declared = new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gmu)].map(([, name = '', type = '']) => [name, type]));
const exported = new Set(
  [...declared].flatMap(([name, type]) =>
    type === 'histogram' ? ['_bucket', '_count', '_sum'].map((end) => name + end) : [name],
  ),
);

const promtool = spawnSync('promtool', ['--version']).status === 0;

describe('Alert rules and dashboard', () => {
  it('are plausible: so many alarms, so many panels', () => {
    expect(rules.length).toBeGreaterThan(15);
    expect(panels.length).toBeGreaterThan(15);
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  });

  it('ask only for figures that a started process exports', () => {
    const named = expressions.flatMap((expr) => expr.match(/\b(?:credit_graph|nodejs|process)_\w+/gu) ?? []);
    expect(named.length).toBeGreaterThan(40);
    expect([...new Set(named)].filter((name) => !exported.has(name))).toEqual([]);
  });

  it('select and group by labels that these figures have', () => {
    const wrong = expressions.flatMap((expr) =>
      [...expr.matchAll(/\b(credit_graph_\w+)\{([^}]*)\}/gu)].flatMap(([, name = '', selector = '']) => {
        const metric =
          METRICS[name.replace(/_(?:bucket|count|sum)$/u, '') as keyof typeof METRICS] ??
          METRICS[name as keyof typeof METRICS];
        const labels: readonly string[] = [...metric.labels, 'process'];
        return [...selector.matchAll(/(\w+)\s*[=!]/gu)]
          .filter(([, label = '']) => !labels.includes(label))
          .map(([, label]) => `${name}: ${label}`);
      }),
    );
    expect(wrong).toEqual([]);
  });

  it('are complete: severity, a sentence, and a section of the operators’ guide for each', () => {
    const headings = new Set([...GUIDE.matchAll(/^### (\w+)$/gmu)].map(([, name = '']) => name));
    for (const { alert, labels, annotations, expr } of rules) {
      expect(labels.severity, alert).toMatch(/^(?:page|ticket|info)$/u);
      expect(annotations.summary, alert).toMatch(/[\u4e00-\u9fff]/u);
      expect(annotations.runbook, alert).toBe(`docs/observability.md#${alert.toLowerCase()}`);
      expect(headings, alert).toContain(alert);
      expect(expr.trim()).not.toBe('');
    }
    expect([...headings].sort()).toEqual(rules.map(({ alert }) => alert).sort());
  });

  it('leave no figure of ours unexplained in the guide, and the guide explains no other', () => {
    const explained = new Set([...GUIDE.matchAll(/^\| `(credit_graph_\w+)`/gmu)].map(([, name = '']) => name));
    expect([...explained].sort()).toEqual(Object.keys(METRICS).sort());
  });

  it.skipIf(!promtool)('are what Prometheus itself accepts and alarms by (skipped without promtool)', () => {
    const run = (...args: readonly string[]): string =>
      execFileSync('promtool', args, { cwd: FOLDER, encoding: 'utf8' });
    expect(run('check', 'rules', 'rules.yaml')).toContain('SUCCESS');
    expect(run('check', 'config', '--syntax-only', 'prometheus.yaml')).toContain('SUCCESS');
    expect(run('test', 'rules', 'rules.test.yaml')).toContain('SUCCESS');
    // Each panel's question, as if a rule asked it.
    const asked = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr.replaceAll('$__rate_interval', '1m')));
    const recorded = asked.map((expr, index) => ({ record: `panel:${index}`, expr }));
    const path = join(mkdtempSync(join(tmpdir(), 'credit-graph-panels-')), 'panels.yaml');
    writeFileSync(path, JSON.stringify({ groups: [{ name: 'panels', rules: recorded }] }));
    expect(run('check', 'rules', path)).toContain(`${asked.length} rules found`);
  });
});

describe('The other files', () => {
  it('parse', () => {
    const yaml = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));
    expect(yaml.sort()).toEqual(['otel-collector.yaml', 'prometheus.yaml', 'rules.test.yaml', 'rules.yaml']);
    for (const name of yaml) expect(() => parse(read(name), { strict: true })).not.toThrow();
  });

  it('lead the collector’s pipeline through parts that are configured', () => {
    const { receivers, processors, exporters, service } = parse(read('otel-collector.yaml'));
    for (const pipeline of Object.values(service.pipelines) as Record<string, string[]>[]) {
      expect(Object.keys(receivers)).toEqual(expect.arrayContaining(pipeline.receivers ?? ['none']));
      expect(Object.keys(processors)).toEqual(expect.arrayContaining(pipeline.processors ?? ['none']));
      expect(Object.keys(exporters)).toEqual(expect.arrayContaining(pipeline.exporters ?? ['none']));
    }
    expect(parse(read('prometheus.yaml')).rule_files).toEqual(['rules.yaml']);
  });
});
