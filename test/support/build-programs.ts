import { chmod, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';

const home = fileURLToPath(new URL('../../', import.meta.url));

/** What tests run as processes of their own. */
const PROGRAMS = [
  ...['aside', 'audit', 'catalogue', 'city', 'clients', 'department', 'explain', 'import', 'migrate'].map(
    (name) => `cli/${name}.ts`,
  ),
  ...['attacker-process', 'database-process', 'far-process', 'traced-gateway'].map((name) => `test/support/${name}.ts`),
];

/**
 * Writes them as plain JavaScript, packages left where they are: tests start nearly a hundred processes, and reading the
 * house's files one by one through tsx is most of what such a process does.
 * @returns their folder, and what removes it.
 */
export async function buildPrograms(): Promise<{ readonly folder: string; remove(): Promise<void> }> {
  const cache = join(home, 'node_modules', '.cache'); // packages are looked for from there upwards
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'credit-graph-test-'));
  await chmod(folder, 0o755); // some run under another account
  await build({
    absWorkingDir: home,
    entryPoints: PROGRAMS.map((path) => ({ in: path, out: basename(path, '.ts') })),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'silent',
    plugins: [inPlace],
  });
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** A file finds what lies beside it where it was written, not where it was built to. */
const inPlace: Plugin = {
  name: 'in place',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      return { contents: text.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)), loader: 'ts' };
    });
  },
};
