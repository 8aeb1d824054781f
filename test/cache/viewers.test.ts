import { describe, expect, it } from 'vitest';
import { examplesAt } from '../../demonstration/index.ts';
import { renamedCompany } from '../../demonstration/story.ts';
import { askersOf } from '../security/askers.ts';
import { headersOf } from '../security/standings.ts';
import { calledBy } from '../support/callers.ts';
import { TODAY, testCity } from '../support/city.ts';
import { randomOf } from '../support/random.ts';
import { keeping } from './keeping.ts';

// Whoever asks what, and whatever others asked before: with kept answers everybody is told what they are told without.

const city = await testCity({ demonstration: true });
await city.followed();
const askers = askersOf(renamedCompany.creditCode ?? '');
const identify = calledBy(Object.fromEntries(askers.map(({ name, caller }) => [name, caller])));
const { post, outcomes } = await keeping(city, { gateway: { identify } });
const plain = await city.another({ identify });

/** Instants are those of the asking. */
const withoutInstants = (text: string): string => text.replace(/"\d{4}-\d\d-\d\dT[^"]*"/gu, '"…"');

const QUESTIONS = examplesAt(TODAY.toISOString());
const TIMES = Number(process.env.QUESTIONS ?? 120);
const PUBLIC = askers.filter(({ name }) => ['ANONYMOUS', 'PORTAL'].includes(name));

describe('Kept answers', () => {
  it('tell nobody anything else than is told without them, in whatever order all roles ask', {
    timeout: 60_000 + TIMES * 500,
  }, async () => {
    const random = randomOf(20_261_122);
    const different: unknown[] = [];
    for (let times = 0; times < TIMES; times += 1) {
      const { title, query, variables } = random.pick(QUESTIONS);
      // Mostly who may be told again, so that there is something to be told by mistake.
      const asker = random.chance(0.5) ? random.pick(PUBLIC) : random.pick(askers);
      const headers = { 'test-as': asker.name, ...headersOf(asker) };
      const [one, other] = await Promise.all([post(query, variables, headers), plain(query, variables, headers)]);
      const isAlike = one.status === other.status && withoutInstants(one.text) === withoutInstants(other.text);
      if (!isAlike)
        different.push({ title, who: asker.name, one: one.text.slice(0, 500), other: other.text.slice(0, 500) });
    }
    expect(different).toEqual([]);
    expect(outcomes.hit).toBeGreaterThan(0);
  });
});
