import { parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { dishonestDebtor } from '../../demonstration/story.ts';
import { EXECUTORS } from '../../gateway/executor/executor.ts';
import { committedSupergraph } from '../../gateway/supergraph/committed.ts';
import { schemaView } from '../../gateway/supergraph/view.ts';
import { type Answer, testCity } from '../support/city.ts';
import { randomOf, several } from '../support/random.ts';
import { oddQuestion } from './odd-questions.ts';

// Both executors are asked the same odd questions, which each of them plans in a way of its own. `npm run prove` asks more (ODD); a
// failure names its SEED.

const QUESTIONS = Number(process.env.ODD ?? 150);
const SEED = Number(process.env.SEED ?? 1);

const city = await testCity({ demonstration: true });
await city.followed();
const asking = await Promise.all(EXECUTORS.map((executor) => city.another({ executor })));
const code = dishonestDebtor.creditCode ?? '';
const view = schemaView(committedSupergraph(), () => ['PUBLIC']);

/** What was told, whatever its order; until when the index reached is the moment's. */
function told({ status, data, errors }: Answer): unknown {
  const text = JSON.stringify(data).replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+(?:\+08:00|Z)/gu, 'an instant');
  const places = errors.map(({ extensions, path }) => `${extensions.code} ${path?.join('.')}`).sort();
  return { status, data: JSON.parse(text), places };
}

describe('Odd questions', () => {
  it(`are told the same by both executors, ${QUESTIONS} of them`, { timeout: 120_000 + QUESTIONS * 400 }, async () => {
    let answered = 0;
    const numbers = Array.from({ length: QUESTIONS }, (_none, index) => SEED + index);
    await several(numbers, 3, async (seed) => {
      const { query, variables } = oddQuestion(view, randomOf(seed), code);
      // Aliases may stand against each other.
      if (validate(view, parse(query)).length > 0) return;
      const [one, ...others] = await Promise.all(asking.map((ask) => ask(query, variables)));
      if (!one) return;
      const which = `SEED=${seed} ${JSON.stringify(variables)}\n${query}`;
      expect(one.status, `${which}\n${one.text}`).toBeLessThan(500);
      expect(one.text, which).not.toContain('INTERNAL_SERVER_ERROR');
      for (const other of others) expect(told(other), which).toEqual(told(one));
      if (one.status === 200) answered += 1;
    });
    expect(answered).toBeGreaterThan(QUESTIONS / 3);
  });
});
