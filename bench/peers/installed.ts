import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of a peer that has packages of its own, which are installed there by its lock file when first needed. */
export function installed(peer: 'hive' | 'postgraphile'): string {
  const folder = join(import.meta.dirname, peer);
  if (!existsSync(join(folder, 'node_modules', '.package-lock.json')))
    execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'ignore' });
  return folder;
}
