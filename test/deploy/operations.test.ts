import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HOME } from '../house/sources.ts';
import { programs } from './manifests.ts';

// What an operator reads must lead somewhere.

const pages = ['operations.md', 'deploying.md'].map((name) => ({
  name,
  text: readFileSync(join(HOME, 'docs', name), 'utf8'),
}));
const whole = pages.map(({ text }) => text).join('\n');
const found = (pattern: RegExp): readonly string[] => [
  ...new Set([...whole.matchAll(pattern)].map(([, one]) => one ?? '')),
];

/** As forges write the anchor of a heading. */
const anchorsOf = (text: string): readonly string[] =>
  [...text.matchAll(/^#+ (.+)$/gmu)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-'),
  );

describe('What operators read', () => {
  it('links to headings that are there', () => {
    const links = pages.flatMap(({ name, text }) =>
      [...text.matchAll(/\]\(([\w-]*(?:\.md)?)#([\w-]+)\)/gu)].map(([, page, anchor = '']) => ({
        page: page || name,
        anchor,
      })),
    );
    expect(links.length).toBeGreaterThan(12);
    const astray = links.filter(({ page, anchor }) => {
      const text = readFileSync(join(HOME, 'docs', page), 'utf8');
      return !anchorsOf(text).includes(anchor);
    });
    expect(astray).toEqual([]);
  });

  it('names programs, scripts and units that there are', () => {
    const launched = found(/credit-graph (start|department|import|migrate|clients|audit|explain|catalogue|city)\b/gu);
    expect(launched.length).toBeGreaterThan(4);
    for (const name of [...launched, ...found(/cli\/(\w+)\.ts/gu)]) expect(programs).toContain(`cli/${name}.ts`);
    const { scripts } = JSON.parse(readFileSync(join(HOME, 'package.json'), 'utf8'));
    for (const name of found(/npm run ([a-z:]+)/gu)) expect(Object.keys(scripts)).toContain(name);
    const units = ['bundle', 'backup'].flatMap((folder) => readdirSync(join(HOME, 'deploy', folder)));
    for (const name of found(/(credit-graph-[a-z-]+\.(?:service|timer))/gu)) expect(units).toContain(name);
    for (const path of found(/`((?:deploy|test|prove|platform|gateway)\/[\w./-]+)`/gu))
      expect({ path, exists: existsSync(join(HOME, path)) }).toEqual({ path, exists: true });
  });
});
