import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HOME, importsOf, ROOMS, sources } from './sources.ts';

const files = sources(ROOMS, ['.ts', '.tsx', '.css', '.html', '.svg', '.graphql']);

/** Names that look like addresses and are never called: namespaces of formats and specifications, and nobody's domains. */
const NAMES: readonly RegExp[] = [
  /^https:\/\/specs\.apollo\.dev\//u,
  /^https:\/\/credit-graph\.example\//u,
  /^https:\/\/json-schema\.org\/draft\//u,
  /^http:\/\/(?:[a-z]+|\$\{card\.name\})\.invalid\//u,
  /^http:\/\/www\.w3\.org\/(?:1999\/xlink|2000\/svg|1999\/xhtml)/u,
  /^http:\/\/schemas\.openxmlformats\.org\//u,
];

/** This machine, or an address that the configuration gives. */
const OURS = /^https?:\/\/(?:127\.0\.0\.1|localhost|\[::1\]|\$\{|<|gateway\b|department\b)/u;

/** The files that call the second process, departments, the issuer of tokens, who keeps signed heads and the collector of traces, at the addresses of the configuration; and the page, which calls its own server. */
const CALLERS = [
  'gateway/access/issuer.ts',
  'gateway/aside/aside.ts',
  'gateway/audit/heads.ts',
  'gateway/explorer/page/asker.ts',
  'gateway/explorer/page/examples.ts',
  'gateway/explorer/page/fetcher.ts',
  'platform/observing/otlp.ts',
  'platform/subgraph/transport.ts',
];

describe('The intranet has no internet', () => {
  it('is asked of a plausible number of files', () => {
    expect(files.length).toBeGreaterThan(150);
  });

  it('so no source names a foreign host, but in a comment that says where a rule comes from', () => {
    const foreign = files.flatMap(({ path, text }) =>
      withoutComments(path, text)
        .flatMap((line) => [...line.matchAll(/\b(?:https?|wss?|ftp):\/\/[^\s'"`)]+/gu)].map(([url]) => url))
        .filter((url) => !OURS.test(url) && !NAMES.some((name) => name.test(url)))
        .map((url) => `${path}: ${url}`),
    );
    expect(foreign).toEqual([]);
  });

  it('and nothing is linked without a scheme or imported from a style sheet’s address', () => {
    const linked = files.filter(({ text }) =>
      /(?:src|href)=["']\/\/|url\(\s*["']?\/\/|@import\s+["']?(?:https?:)?\/\//u.test(text),
    );
    expect(linked.map(({ path }) => path)).toEqual([]);
  });

  it('and only these files call anybody at all', () => {
    const callers = files.filter(({ path, text }) => {
      const isCalling = /\bfetch\(|\bnew (?:WebSocket|EventSource|XMLHttpRequest)\b|navigator\.sendBeacon/u.test(text);
      const imported = importsOf({ path, text }).some(({ specifier }) =>
        /^(?:undici|node:(?:https|http2|dns|dgram|tls)|@opentelemetry\/exporter-.*)$/u.test(specifier),
      );
      return isCalling || imported;
    });
    expect(callers.map(({ path }) => path).sort()).toEqual(CALLERS);
  });

  it('and the gateway’s executor is told to report nothing', () => {
    const executor = readFileSync(join(HOME, 'gateway/executor/apollo-executor.ts'), 'utf8');
    expect(executor).toContain("process.env.APOLLO_TELEMETRY_DISABLED = '1'");
  });
});

describe('The packages', () => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(HOME, 'package.json'), 'utf8')) as Record<
    'dependencies' | 'devDependencies',
    Record<string, string>
  >;

  it('are pinned to one version each, and no source comes from an address', () => {
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies }))
      expect({ name, version }).toEqual({ name, version: expect.stringMatching(/^\d+\.\d+\.\d+(?:-[\w.]+)?$/u) });
  });

  it('that run-time code imports are dependencies, not development’s', () => {
    const packages = files
      .filter(({ path }) => !['cli/generate.ts', 'gateway/supergraph/compose.ts'].includes(path))
      .flatMap((file) => importsOf(file))
      .filter(({ path, specifier }) => path === undefined && !specifier.startsWith('node:'))
      .map(({ from, specifier }) => ({ from, name: /^(?:@[^/]+\/)?[^/]+/u.exec(specifier)?.[0] ?? '' }));
    expect(packages.length).toBeGreaterThan(70);
    expect(packages.filter(({ name }) => !(name in dependencies))).toEqual([]);
  });
});

/** The lines of a file without its comments: whole-line ones and blocks; what stands behind code stays. */
function withoutComments(path: string, text: string): readonly string[] {
  const lines = text.replace(/\/\*[\s\S]*?\*\//gu, '').split('\n');
  const comment = path.endsWith('.graphql') ? /^\s*#/u : /^\s*\/\//u;
  return lines.filter((line) => !comment.test(line));
}
