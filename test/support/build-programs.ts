import { randomBytes } from 'node:crypto';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPrograms } from '../../cli/build-programs.ts';

const home = fileURLToPath(new URL('../../', import.meta.url));

/** What tests run as processes of their own, beside the house's programs. */
const OWN = ['attacker-process', 'database-process', 'far-process', 'traced-gateway'].map(
  (name) => `test/support/${name}.ts`,
);

/**
 * Makes the house's programs and the tests' own as `npm start` makes them: tests start nearly a hundred processes.
 * @returns their folder, and what removes it.
 */
export async function buildForTests(): Promise<{ readonly folder: string; remove(): Promise<void> }> {
  const cache = join(home, 'node_modules', '.cache'); // packages that stay apart are looked for from there upwards
  await mkdir(cache, { recursive: true });
  const folder = join(cache, `credit-graph-test-${randomBytes(6).toString('hex')}`);
  await buildPrograms(home, folder, OWN);
  await chmod(folder, 0o755); // some run under another account
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
