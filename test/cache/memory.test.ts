import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KeptAnswer, KeptRests } from '../../gateway/cache/kept.ts';
import { type DroppedFor, memoryAnswers } from '../../gateway/cache/memory.ts';

// Kept answers in memory: bounded, and never one that was read before what it rests on changed.

const told = (text: string): KeptAnswer => ({
  ...{ body: Buffer.from(text), contentType: 'application/json', etag: `"${text}"` },
  ...{ points: 10, limit: 100, kind: 'query', operation: undefined },
});
const about = (...subjects: readonly string[]): KeptRests => ({
  departments: ['tax'],
  subjects,
  lists: [],
  beyondFeeds: [],
});
const NOTHING = { subjects: [], isAnything: false, isBeyondFeed: false };
const memory = (bytes = 1_000_000, onDropped: (why: DroppedFor) => void = () => undefined) =>
  memoryAnswers({ bytes, longestMs: 60_000, onDropped });

describe('An answer that is computed while something changes', () => {
  it.each([
    ['of its subject', { ...NOTHING, subjects: ['a'] }, about('a')],
    ['of anybody, for a list', { ...NOTHING, subjects: ['b'] }, { ...about('a'), lists: ['tax'] }],
    ['that the feed does not tell', { ...NOTHING, isBeyondFeed: true }, { ...about(), beyondFeeds: ['tax'] }],
    ['and nobody knows what', { ...NOTHING, isAnything: true }, about('a')],
  ])('is not kept where it is %s', (_what, changes, rests) => {
    const answers = memory();
    const before = answers.begin();
    answers.change('tax', changes);
    const after = answers.begin();
    expect(answers.keep('key', told('old'), rests, before)).toBe(false);
    expect(answers.find('key')).toBeUndefined();
    expect(answers.keep('key', told('new'), rests, after)).toBe(true);
    expect(answers.find('key')?.answer.body.toString()).toBe('new');
    answers.change('tax', changes);
    expect(answers.find('key')).toBeUndefined();
  });

  it('is kept where it is another’s, or another department’s', () => {
    const answers = memory();
    const computing = answers.begin();
    answers.change('tax', { ...NOTHING, subjects: ['b'] });
    answers.change('courts', { subjects: ['c'], isAnything: true, isBeyondFeed: true });
    expect(answers.keep('key', told('its own'), about('a'), computing)).toBe(true);
    expect(answers.find('key')).toBeDefined();
  });

  it('is as true as what was stored, whatever comes in between', () => {
    // A world of three subjects with a version each. What is told must never be older than the last change that was told.
    const step = fc.record({
      what: fc.constantFrom('change', 'begin', 'read', 'keep', 'tell'),
      subject: fc.constantFrom('a', 'b', 'c'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const answers = memory();
        const stored = new Map([...'abc'].map((one) => [one, 0]));
        const toTell = new Set<string>();
        const toldOf = new Map([...'abc'].map((one) => [one, 0]));
        const open = new Map<string, { computing: ReturnType<typeof answers.begin>; read?: number }>();
        for (const { what, subject } of steps) {
          if (what === 'change') {
            stored.set(subject, (stored.get(subject) ?? 0) + 1);
            toTell.add(subject);
          } else if (what === 'tell') {
            answers.change('tax', { ...NOTHING, subjects: [...toTell] });
            for (const one of toTell) toldOf.set(one, stored.get(one) ?? 0);
            toTell.clear();
          } else if (what === 'begin') {
            if (!open.has(subject)) open.set(subject, { computing: answers.begin() });
          } else if (what === 'read') {
            const one = open.get(subject);
            if (one) one.read ??= stored.get(subject) ?? 0;
          } else {
            const one = open.get(subject);
            if (one?.read !== undefined) answers.keep(subject, told(String(one.read)), about(subject), one.computing);
            if (one?.read !== undefined) open.delete(subject);
          }
          for (const one of 'abc') {
            const found = answers.find(one);
            if (found) expect(Number(found.answer.body.toString())).toBeGreaterThanOrEqual(toldOf.get(one) ?? 0);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('The memory', () => {
  it('takes no more than its bytes, drops what was not asked for longest, and takes nothing that is too large', () => {
    const dropped: DroppedFor[] = [];
    const answers = memory(50_000, (why) => dropped.push(why));
    const keep = (key: string, length: number) =>
      answers.keep(key, told('x'.repeat(length)), about(key), answers.begin());
    for (let index = 0; index < 100; index += 1) {
      keep(`key ${index}`, 2_000);
      answers.find('key 0');
      expect(answers.bytes).toBeLessThanOrEqual(50_000);
    }
    expect(answers.find('key 0')).toBeDefined();
    expect(answers.find('key 1')).toBeUndefined();
    expect(dropped.length).toBe(100 - answers.size);
    expect(new Set(dropped)).toEqual(new Set(['room']));
    const before = answers.size;
    keep('too large', 20_000);
    expect([answers.find('too large'), answers.size]).toEqual([undefined, before]);
    answers.change('tax', { ...NOTHING, subjects: ['key 0'] });
    expect([answers.find('key 0'), answers.size, dropped.at(-1)]).toEqual([undefined, before - 1, 'changed']);
  });
});
