import { readFileSync } from 'node:fs';

/** What `npm run import` tells Node.js, as package.json has it: an import that is measured runs as the real one does. */
export const IMPORT_FLAGS: readonly string[] = flagsIn(
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')),
);

function flagsIn({ scripts }: { readonly scripts: { readonly import: string } }): readonly string[] {
  return scripts.import.split(' ').filter((word) => word.startsWith('--'));
}
