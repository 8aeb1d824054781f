import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

// The house runs as JavaScript that was made of its sources (cli/run.mjs), or from the sources themselves, through tsx. Whoever
// starts a process or a thread asks here which file that is.

const HOME = fileURLToPath(new URL('..', import.meta.url));

/** What was made of the sources has their `import.meta.url` (cli/build-programs.ts) and a folder of its own. */
const HERE = import.meta.dirname;

/** A program of the house, as a process of its own runs it. */
export interface Program {
  readonly file: string;
  /** What Node needs beside the file. */
  readonly execArgv: readonly string[];
}

export function programAt(source: URL): Program {
  const built = builtOf(source);
  if (built !== undefined) return { file: built, execArgv: [] };
  return { file: fileURLToPath(source), execArgv: ['--import', addressOf('tsx')] };
}

/** What a worker thread evaluates to run it (`eval: true`): a thread does not inherit the loader that runs TypeScript. */
export function threadOf(source: URL): string {
  const module = JSON.stringify(moduleAt(source));
  if (builtOf(source) !== undefined) return `import(${module});`;
  const loader = JSON.stringify(new URL('index.mjs', addressOf('tsx/esm/api')).href);
  return `import(${loader}).then(({ register }) => { register(); return import(${module}); });`;
}

/** Where a module is imported from whose source this is, by a thread of its own. */
export function moduleAt(source: URL): string {
  const built = builtOf(source);
  return built === undefined ? source.href : pathToFileURL(built).href;
}

function builtOf(source: URL): string | undefined {
  const name = relative(HOME, fileURLToPath(source)).replaceAll(/[\\/]/gu, '.').replace(/\.ts$/u, '.mjs');
  const file = join(HERE, name);
  return existsSync(file) ? file : undefined;
}

function addressOf(name: string): string {
  return pathToFileURL(createRequire(import.meta.url).resolve(name)).href;
}
