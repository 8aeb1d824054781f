import { join } from 'node:path';
import { inject } from 'vitest';

/** The file of `cli/<name>.ts` or of a program of `test/support`, for Node, as `build-programs.ts` made it. */
export function program(name: string): string {
  return join(inject('programs'), `${name}.mjs`);
}
