import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { stackInSources } from '../../platform/source-stack.ts';
import { HOME, ROOMS } from '../house/sources.ts';

const run = promisify(execFile);

describe('What runs as JavaScript', { timeout: 180_000 }, () => {
  const house = mkdtempSync(join(tmpdir(), 'credit-graph-made-'));
  const made = join(house, 'node_modules', '.cache', 'credit-graph');
  const program = join(house, 'cli', 'clients.ts');
  const help = async (): Promise<string> =>
    (await run(process.execPath, ['cli/run.mjs', 'cli/clients.ts', '--help'], { cwd: house })).stdout;
  const say = (words: string): void => {
    const text = readFileSync(program, 'utf8');
    writeFileSync(program, text.replace(/(const HELP = `).*/u, `$1${words}`));
  };

  beforeAll(() => {
    for (const room of ROOMS) cpSync(join(HOME, room), join(house, room), { recursive: true });
    cpSync(join(HOME, 'tsconfig.json'), join(house, 'tsconfig.json'));
    cpSync(join(HOME, 'package.json'), join(house, 'package.json'));
    mkdirSync(join(house, 'node_modules'));
    for (const name of readdirSync(join(HOME, 'node_modules')).filter((one) => !one.startsWith('.')))
      symlinkSync(join(HOME, 'node_modules', name), join(house, 'node_modules', name));
  });
  afterAll(() => rmSync(house, { recursive: true, force: true }));

  it('is made of today’s sources: one that changed is never answered for by what was made before', async () => {
    say('甲');
    expect(await help()).toMatch(/^甲\n/u);
    const [first] = readdirSync(made);
    expect(await help()).toMatch(/^甲\n/u);
    expect(readdirSync(made), 'made once').toEqual([first]);
    say('乙');
    expect(await help()).toMatch(/^乙\n/u);
    say('甲');
    expect(await help()).toMatch(/^甲\n/u);
    expect(readdirSync(made)).toHaveLength(2);
  });

  it('is run from its sources where nothing can be kept', async () => {
    rmSync(join(house, 'node_modules', '.cache'), { recursive: true });
    writeFileSync(join(house, 'node_modules', '.cache'), '');
    say('丙');
    expect(await help()).toMatch(/^丙\n/u);
  });

  it('tells in a stack where its sources are', () => {
    const folder = inject('programs');
    for (const [words, place] of [
      ['function keepHeapSmall(', /^ {4}at x \(cli\/memory\.ts:\d+:\d+\)$/u],
      ['function openDepartment(', /^ {4}at x \(platform\/subgraph\/department\.ts:\d+:\d+\)$/u],
    ] as const) {
      const frame = frameOf(folder, words);
      expect(stackInSources(`Error: x\n${frame}`)?.split('\n')[1]).toMatch(place);
    }
  });
});

/** A frame of a stack at these words of what was made. */
function frameOf(folder: string, words: string): string {
  for (const name of readdirSync(folder).filter((one) => one.endsWith('.mjs'))) {
    const before = readFileSync(join(folder, name), 'utf8').split(words, 2)[0] ?? '';
    const rest = readFileSync(join(folder, name), 'utf8').slice(before.length);
    if (rest === '') continue;
    const lines = before.split('\n');
    return `    at x (${pathToFileURL(join(folder, name)).href}:${lines.length}:${(lines.at(-1)?.length ?? 0) + 1})`;
  }
  throw new Error(`nowhere: ${words}`);
}
