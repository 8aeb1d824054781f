import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { checkLimits } from '../../gateway/limits/limits.ts';
import { chooseCityCodes } from '../../schema/codes/city.ts';

const OURS = readFileSync(new URL('../../gateway/limits/codes/limits.csv', import.meta.url), 'utf8');
const DAY = '2026-11-21';
const home = mkdtempSync(join(tmpdir(), 'credit-graph-limits-'));
afterAll(() => rmSync(home, { recursive: true }));

describe('A city’s own table of limits', () => {
  afterEach(() => chooseCityCodes(undefined));

  // A folder each: a table is read once for its folder.
  const choose = (change: (table: string) => string): void => {
    const folder = mkdtempSync(join(home, 'codes-'));
    writeFileSync(join(folder, 'limits.csv'), change(OURS));
    chooseCityCodes(folder);
  };

  it('is taken as it is where every role has its numbers', () => {
    choose((table) => table.replace('PORTAL,门户,15000', 'PORTAL,门户,16000'));
    expect(() => checkLimits(DAY)).not.toThrow();
  });

  it.each([
    [
      'a number beyond what can be counted',
      /,500000,6000/u,
      ',1000000000000,6000',
      /ANONYMOUS.*pointsPerDay.*999999999/u,
    ],
    ['a word for a number', 'BANK,金融机构,25000', 'BANK,金融机构,many', /BANK.*pointsPerQuestion.*many/u],
    ['a role left out', /^AUDITOR.*$/mu, '', /AUDITOR/u],
    ['a bucket that never holds the largest question', '15000,40000,500', '15000,4000,500', /ANONYMOUS.*pointsAtOnce/u],
  ])('with %s keeps the gateway from starting, and is told where', (_title, from, to, told) => {
    choose((table) => table.replace(from, to));
    expect(() => checkLimits(DAY)).toThrow(told);
  });
});
