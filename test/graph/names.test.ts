import fc from 'fast-check';
import { Converter } from 'opencc-js';
import { describe, expect, it } from 'vitest';
import { testCity } from '../support/city.ts';
import { codeOf, subjectsFile } from './files.ts';
import { check, nasty } from './strange.ts';

// Names as companies bear them, and what typing, printing and other scripts make of them.

const TRADES = ['机械', '贸易', '食品', '生物科技', '建筑工程', '物流', '餐饮管理', '环保设备'];
const FORMS = ['有限公司', '有限责任公司', '股份有限公司', '(集团)有限公司', '厂', '经营部'];
const CORES =
  '金石 弘扬 雪川 祝康 盛恒 锦佩 竹芝林 鹰击长空 恒风 岩谷 宝通 华东茂 山顶洞 半水 群联 尚云天 吉顺发 爱出色 百万庄 味道园';
const STORED = CORES.split(' ').flatMap((core, at) =>
  [0, 1, 2].map((more) => {
    const trade = TRADES[(at * 3 + more * 5) % TRADES.length];
    return `云泽${core}${trade}${FORMS[(at + more) % FORMS.length]}`;
  }),
);

const city = await testCity();
await city.take('credit.subject', subjectsFile(STORED.map((name, at) => [name, codeOf(at + 1)] as const)));

const stored = fc.constantFrom(...STORED);
const MATCH = 'query ($name: String!) { matchSubjects(name: $name) { matchedName score reasons } }';
const matchesOf = async (
  name: string,
): Promise<readonly { matchedName: string; score: string; reasons: string[] }[]> => {
  const { data, errors } = await city.ask(MATCH, { name });
  expect(errors).toEqual([]);
  return data.matchSubjects;
};
const namesOf = async (name: string) => (await matchesOf(name)).map(({ matchedName }) => matchedName);

/** Half width as full width: letters, digits, brackets. */
const wide = (text: string) =>
  text.replace(/[!-~]/gu, (character) => String.fromCharCode((character.codePointAt(0) ?? 0) + 0xfee0));
const scripts = [Converter({ from: 'cn', to: 'tw' }), Converter({ from: 'cn', to: 'hk' }), wide];

describe('A name that is stored', () => {
  it('is found first in any script and width, with nothing but that as the reason', async () => {
    await fc.assert(
      fc.asyncProperty(stored, fc.subarray(scripts, { minLength: 1 }), async (name, changes) => {
        const written = changes.reduce((text, change) => change(text), name);
        const [first] = await matchesOf(written);
        expect({ written, ...first }).toMatchObject({
          matchedName: name,
          reasons: written === name ? ['EXACT'] : ['SCRIPT_OR_WIDTH'],
          score: written === name ? '1' : '0.99',
        });
        const { data } = await city.ask('query ($text: String!) { subjects(search: $text) { nodes { name } } }', {
          text: written,
        });
        expect(data.subjects.nodes[0]).toEqual({ name });
      }),
      { numRuns: 60 },
    );
  });

  it('is among the first five with a character mistyped, left out, doubled or swapped with its neighbour', async () => {
    const wrong = fc.constantFrom(
      ...Array.from('的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年'),
    );
    await fc.assert(
      fc.asyncProperty(stored, fc.nat(), fc.nat(3), wrong, async (name, place, kind, other) => {
        const characters = Array.from(name);
        const at = place % characters.length;
        const [one = '', next = ''] = characters.slice(at, at + 2);
        if (kind === 0) characters.splice(at, 1, other);
        if (kind === 1) characters.splice(at, 1);
        if (kind === 2) characters.splice(at, 0, one);
        if (kind === 3) characters.splice(at, 2, next, one);
        expect(await namesOf(characters.join(''))).toContain(name);
      }),
      { numRuns: 120 },
    );
  });

  it('is found by every word of two characters in it, and by several at once', async () => {
    await fc.assert(
      fc.asyncProperty(stored, fc.nat(), fc.nat(), async (name, one, other) => {
        const plain = name.replace(/[()]/gu, '');
        const word = (at: number) => plain.slice(at % (plain.length - 1)).slice(0, 2);
        const { data, errors } = await city.ask(
          'query ($text: String!) { subjects(search: $text, first: 100) { totalCount isTotalCountExact nodes { name } } }',
          { text: `${word(one)} ${word(other)}` },
        );
        expect(errors).toEqual([]);
        const expected = STORED.filter((some) =>
          [word(one), word(other)].every((part) => some.replace(/[()]/gu, '').includes(part)),
        );
        expect(data.subjects.nodes.map((node: { name: string }) => node.name).sort()).toEqual([...expected].sort());
        expect(data.subjects).toMatchObject({ totalCount: expected.length, isTotalCountExact: true });
      }),
      { numRuns: 60 },
    );
  });
});

describe('No text breaks the finding of names', () => {
  const FIND = `query ($text: String!, $district: String, $first: Int) { subjects(search: $text) { totalCount }
    matchSubjects(name: $text, district: $district, first: $first) { score }
    subjectsByIdentifier(identifiers: [$text, "云泽"]) { identifier outcome message candidates(first: $first) { score } } }`;

  it('whatever characters it is made of', async () => {
    const text = fc.oneof(
      nasty,
      fc.string({ unit: 'grapheme', maxLength: 130 }),
      fc.string({ unit: fc.constantFrom(...Array.from('云泽金石機𠮷\ud800\0 ()%_\\\'"$A1O')), maxLength: 30 }),
    );
    await fc.assert(
      fc.asyncProperty(
        text,
        fc.option(nasty),
        fc.option(fc.integer({ min: -1, max: 22 })),
        async (name, district, first) => {
          const answer = await city.ask(FIND, { text: name, district, first });
          check(answer);
          for (const { extensions } of answer.errors) expect(extensions.code).toBe('BAD_USER_INPUT');
        },
      ),
      { numRuns: 250 },
    );
  });

  it('and the same question has the same answer', async () => {
    await fc.assert(
      fc.asyncProperty(stored, async (name) => {
        const text = name.slice(2, 6);
        expect(await matchesOf(text)).toEqual(await matchesOf(text));
      }),
      { numRuns: 10 },
    );
  });
});
