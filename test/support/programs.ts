import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';

/** The file of `cli/<name>.ts` or of a program of `test/support`, for Node, as `build-programs.ts` made it. */
export function program(name: string): string {
  const folder = inject('programs');
  const file = join(folder, `cli.${name}.mjs`);
  return existsSync(file) ? file : join(folder, `test.support.${name}.mjs`);
}
