import { describe, expect, it } from 'vitest';
import { randomOf, several } from '../support/random.ts';
import type { Asker } from './askers.ts';
import { askingAt } from './asking.ts';
import { asksOf, questionsOf, sendQuestion, setsOf } from './pairs.ts';
import { vary } from './variants.ts';
import { world } from './world.ts';

// Two states of a city that differ in what is hidden from somebody and in nothing else answer that somebody alike, byte for
// byte and header by header, whatever is asked. An auditor, who is asked the same beside, tells them apart. `npm run prove`
// compares 50,000 pairs of answers (PAIRS); a failure names its SEED, with which the same is asked again.

const PAIRS = Number(process.env.PAIRS ?? 400);
const SEED = Number(process.env.SEED ?? 1);
const city = await world(undefined, { isTraced: true });
const send = askingAt(city.url);
const sets = setsOf(city);

/** States beside the first, and questions: as many as make so many pairs. More of each for states that many are asked about. */
const more = (most: number): number => Math.ceil(most * Math.sqrt(PAIRS / 2_000));
const sizesOf = (isShared: boolean) => ({ states: more(isShared ? 7 : 2), questions: more(isShared ? 13 : 6) });

/** Who tells the states apart. Those who see all but what a department keeps to itself see no less than the auditor. */
function witnessOf(askers: readonly Asker[]): { readonly witness: Asker; readonly only: string | undefined } {
  const isWhole = askers.some(({ knowsGhosts }) => knowsGhosts);
  const name = isWhole ? 'DEPARTMENT tax+PURPOSE' : 'AUDITOR+PURPOSE';
  const witness = city.askers.find((one) => one.name === name);
  if (!witness) throw new Error(`nobody is ${name}`);
  return { witness, only: isWhole ? 'tax' : undefined };
}

/** A listed and an unlisted natural person, and in how many answers a witness met one of them. */
const persons = city.ghosts.flatMap(({ code, person }) => (person ? [code] : []));
let personsTold = 0;

const told: {
  readonly pairs: number;
  readonly answered: number;
  readonly differing: number;
  readonly isWhole: boolean;
}[] = [];

describe('What is hidden from somebody changes no byte of what they are answered', () => {
  it.each(sets.map((set, at) => [set.askers.map(({ name }) => name).join(', '), at, set] as const))(
    '%s',
    { timeout: 3_600_000 },
    async (_names, at, { askers: group, isShared }) => {
      const { witness, only } = witnessOf(group);
      const random = randomOf(SEED * 1_000 + at);
      const sizes = sizesOf(isShared);
      const questions = await questionsOf(group, witness, sizes.questions, city, random, send);
      const asks = await asksOf(group, questions, send);
      const sightings = () => several(questions, 6, (question) => sendQuestion(send, witness, question));
      let sighted = await sightings();
      let differing = 0;
      for (let state = 1; state <= sizes.states; state += 1) {
        await vary(city, group, random, only);
        await several(asks, 6, async ({ asker, question, cursors, before }) => {
          const now = await sendQuestion(send, asker, question, cursors);
          const { document, variables, headers } = question;
          const told = { asker: asker.name, query: document.query, variables: { ...variables, ...cursors }, headers };
          expect(now, `SEED=${SEED}, state ${state}: ${JSON.stringify(told)}`).toEqual(before);
        });
        const sees = await sightings();
        personsTold += sees.filter(({ text }) => persons.some((code) => text.includes(code))).length;
        const changed = new Set(questions.filter((_question, index) => sees[index]?.text !== sighted[index]?.text));
        differing += asks.filter(({ question }) => changed.has(question)).length;
        sighted = sees;
      }
      const answered = asks.filter(({ before }) => /"(?:id|nodes|name|code)":/u.test(before.text)).length;
      const isWhole = only !== undefined;
      told.push({ pairs: asks.length * sizes.states, answered: answered * sizes.states, differing, isWhole });
    },
  );

  it('and an auditor tells at least half of the states apart', () => {
    const sum = (of: 'pairs' | 'answered' | 'differing', list = told) =>
      list.reduce((total, one) => total + one[of], 0);
    const [whole, others] = [true, false].map((isWhole) => told.filter((one) => one.isWhole === isWhole));
    expect(sum('pairs')).toBeGreaterThanOrEqual(PAIRS);
    expect(personsTold).toBeGreaterThan(PAIRS / 200);
    expect(sum('answered')).toBeGreaterThan(sum('pairs') / 2);
    expect(sum('differing', others)).toBeGreaterThan(sum('pairs', others) / 2);
    // Those two see all that the auditor sees: the department that keeps them to itself tells its own records apart.
    expect(sum('differing', whole)).toBeGreaterThan(sum('pairs', whole) / 10);
  });
});
