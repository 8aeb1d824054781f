// node cli/run.mjs cli/start.ts [arguments…]: runs a program of the house.
// node cli/run.mjs --prepare [folder]: only makes what would be made at the first start, of the house in that folder.
//
// What runs is JavaScript made of today's sources (build-programs.ts), kept by their hash: sources that changed are made anew,
// and never answered for by what was made before. Where nothing can be made or written, the sources run through tsx.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';

const ROOMS = ['schema', 'platform', 'standards', 'subgraphs', 'demonstration', 'gateway', 'cli'];
/** What npm writes of all that it installed, and what it was told to. */
const INSTALLED = ['node_modules/.package-lock.json', 'package-lock.json'];
/** Of what was made of earlier sources so much is left: somebody may be running it. */
const LEFT = 3;

// V8 notes which objects of a kind grow old and has all of that kind made among the old from then on. Of what a question makes much
// waits for the departments, and all would be made there: also what is over in a moment, with everything it points to (docs/speed.md).
setFlagsFromString('--no-allocation-site-pretenuring');

const here = fileURLToPath(new URL('..', import.meta.url));
const [program = '', ...args] = process.argv.slice(2);
if (program === '--prepare') await make(resolve(args[0] ?? here));
else {
  const path = join(here, program);
  process.argv.splice(1, 2, path); // as if it had been run itself
  const built = join(folderOf(here), `${program.replaceAll('/', '.').replace(/\.ts$/u, '')}.mjs`);
  // In a process of its own: what makes it is not kept in memory by what runs.
  if (!existsSync(built))
    spawnSync(process.execPath, [fileURLToPath(import.meta.url), '--prepare'], { stdio: 'ignore' });
  if (existsSync(built)) await import(pathToFileURL(built).href);
  else {
    await underTsx();
    await import(pathToFileURL(path).href);
  }
}

/** @param {string} home the project's folder */
function folderOf(home) {
  const hash = createHash('sha256');
  const note = (path) =>
    hash
      .update(path)
      .update('\0')
      .update(readFileSync(join(home, path)))
      .update('\0');
  for (const room of ROOMS) {
    const entries = readdirSync(join(home, room), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile() && /\.m?ts$|\.mjs$/u.test(entry.name));
    const paths = files.map((entry) => join(entry.parentPath, entry.name).slice(join(home, '/').length));
    for (const path of paths.sort()) note(path);
  }
  const installed = INSTALLED.find((path) => existsSync(join(home, path)));
  if (installed) note(installed);
  return join(home, 'node_modules', '.cache', 'credit-graph', `programs-${hash.digest('hex').slice(0, 16)}`);
}

async function make(home) {
  const folder = folderOf(home);
  if (existsSync(folder)) return;
  await underTsx();
  const { buildPrograms } = await import(new URL('build-programs.ts', import.meta.url).href);
  await buildPrograms(home, folder);
  const cache = join(folder, '..');
  const others = readdirSync(cache).filter((name) => /^programs-[0-9a-f]{16}$/u.test(name));
  const madeAt = (name) => statSync(join(cache, name)).mtimeMs;
  for (const old of others.sort((one, other) => madeAt(other) - madeAt(one)).slice(1 + LEFT))
    rmSync(join(cache, old), { recursive: true, force: true });
}

async function underTsx() {
  const { register } = await import('tsx/esm/api');
  register();
}
