import { describe, expect, it } from 'vitest';
import { committedSupergraph } from '../../gateway/supergraph/committed.ts';
import { schemaView } from '../../gateway/supergraph/view.ts';
import { levelsKnownTo } from '../../platform/viewer/rights.ts';
import { codeOf } from '../graph/files.ts';
import { type Random, randomOf, several } from '../support/random.ts';
import type { Asker } from './askers.ts';
import { asked, askingAt, type Received } from './asking.ts';
import { cursorsIn, type MadeDocument, madeDocument, madeValues, type Pool } from './question-maker.ts';
import { YEARS } from './values.ts';
import { vary } from './variants.ts';
import { GHOSTS, INSTANTS, SUBJECTS, type World, world } from './world.ts';

// Two states of a city that differ in what is hidden from somebody and in nothing else answer that somebody alike, byte for
// byte and header by header, whatever is asked. An auditor, who is asked the same beside, tells them apart. `npm run prove`
// compares 50,000 pairs of answers (PAIRS); a failure names its SEED, with which the same is asked again.

const PAIRS = Number(process.env.PAIRS ?? 2_000);
const SEED = Number(process.env.SEED ?? 1);
const city = await world();
const ask = askingAt(city.url);
const { askers } = city;

/** States beside the first, and questions, of each asker: together as many pairs as are wanted. */
const STATES = PAIRS > 10_000 ? 40 : 6;
const QUESTIONS = Math.ceil(PAIRS / askers.length / STATES);

interface Question {
  readonly document: MadeDocument;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
}

/** Answers are told apart for askers who see all but what a department keeps to itself by that department. */
const witnessOf = (asker: Asker) => {
  const name = asker.knowsGhosts ? 'DEPARTMENT tax+PURPOSE' : 'AUDITOR+PURPOSE';
  return { name, only: asker.knowsGhosts ? 'tax' : undefined };
};

function named(name: string): Asker {
  const asker = askers.find((one) => one.name === name);
  if (!asker) throw new Error(`nobody is ${name}`);
  return asker;
}

const send = (asker: Asker, { document, variables, headers }: Question): Promise<Received> =>
  ask(asker, asked({ query: document.query, variables }, headers));

/** The same question from the beginning of each list: a cursor is good for one asker alone. */
const uncut = (question: Question): Question => {
  const cursors = question.document.variables.filter(({ argument }) => argument === 'after');
  const none = Object.fromEntries(cursors.map(({ name }) => [name, null]));
  return { ...question, variables: { ...question.variables, ...none } };
};

/** Half of them at random, the others the next pages of those. */
async function questionsFor(asker: Asker, random: Random): Promise<readonly Question[]> {
  const view = schemaView(committedSupergraph(), (department) => levelsKnownTo(asker.caller, department));
  const pool = poolOf(city, random);
  const documents = Array.from({ length: Math.ceil(QUESTIONS / 4) }, () => madeDocument(view, random));
  const first = Array.from({ length: Math.ceil(QUESTIONS * 0.6) }, (_, index): Question => {
    const document = documents[index % documents.length] as MadeDocument;
    const headers: Record<string, string> = random.chance(0.1) ? { 'credit-as-of': random.pick(INSTANTS) } : {};
    return { document, variables: madeValues(document, pool, random), headers };
  });
  const answers = await several(first, 6, (question) => send(asker, question));
  const next = first.flatMap((question, index): Question[] => {
    const cursors = cursorsIn(JSON.parse(answers[index]?.text ?? '{}').data);
    const after = question.document.variables.flatMap(({ argument, list, name }) =>
      argument === 'after' && cursors.has(list) ? [[name, cursors.get(list)]] : [],
    );
    if (after.length === 0) return [];
    return [{ ...question, variables: { ...question.variables, ...Object.fromEntries(after) } }];
  });
  const more = random.some(next, QUESTIONS);
  const rest = Math.max(0, QUESTIONS - first.length - more.length);
  return [
    ...first,
    ...more,
    ...Array.from({ length: rest }, (): Question => {
      const document = random.pick(documents);
      return { document, variables: madeValues(document, pool, random), headers: {} };
    }),
  ].slice(0, QUESTIONS);
}

function poolOf({ slots, ghosts }: World, random: Random): Pool {
  const some = random.some(slots, 60);
  const headers = some.map(({ values }) => values.header);
  return {
    codes: [...SUBJECTS, ...SUBJECTS].map(({ code }) => code).concat(GHOSTS, codeOf(999)),
    names: [...SUBJECTS, ...ghosts].map(({ name }) => name),
    ids: some.map(({ id }) => id),
    words: headers.flatMap(({ title, document_number, authority_name }) =>
      [title, document_number, authority_name].map((text) => String(text).slice(-14)),
    ),
    years: [...YEARS, ...some.flatMap(({ values }) => (typeof values.row.year === 'number' ? [values.row.year] : []))],
    instants: INSTANTS,
  };
}

const told: {
  readonly pairs: number;
  readonly differing: number;
  readonly answered: number;
  readonly isWhole: boolean;
}[] = [];

describe('Cells that are hidden from somebody change no byte of what they are answered', () => {
  it.each(askers.map(({ name }) => name))('%s', { timeout: 3_600_000 }, async (name) => {
    const asker = named(name);
    const witness = named(witnessOf(asker).name);
    const random = randomOf(SEED * 1_000 + askers.indexOf(asker));
    const questions = await questionsFor(asker, random);
    const before = await several(questions, 6, (question) => send(asker, question));
    let seen = await several(questions, 6, (question) => send(witness, uncut(question)));
    let differing = 0;
    for (let state = 1; state <= STATES; state += 1) {
      await vary(city, asker, random, witnessOf(asker).only);
      await several(questions, 6, async (question, index) => {
        const now = await send(asker, question);
        const { document, variables, headers } = question;
        expect(now, `SEED=${SEED}, state ${state}: ${JSON.stringify({ name, document, variables, headers })}`).toEqual(
          before[index],
        );
      });
      const sees = await several(questions, 6, (question) => send(witness, uncut(question)));
      differing += sees.filter(({ text }, index) => text !== seen[index]?.text).length;
      seen = sees;
    }
    const answered = before.filter(({ text }) => /"(?:id|nodes|name|code)":/u.test(text)).length;
    told.push({ pairs: questions.length * STATES, differing, answered: answered * STATES, isWhole: asker.knowsGhosts });
  });

  it('and an auditor tells at least half of the states apart', () => {
    const sum = (of: keyof (typeof told)[number], list = told) =>
      list.reduce((total, one) => total + Number(one[of]), 0);
    const [whole, others] = [true, false].map((isWhole) => told.filter((one) => one.isWhole === isWhole));
    console.log(JSON.stringify(told));
    expect(sum('pairs')).toBeGreaterThanOrEqual(PAIRS);
    expect(sum('answered')).toBeGreaterThan(sum('pairs') / 2);
    expect(sum('differing', others)).toBeGreaterThan(sum('pairs', others) / 2);
    // Those two see all that the auditor sees: the department that keeps them to itself tells its own records apart.
    expect(sum('differing', whole)).toBeGreaterThan(sum('pairs', whole) / 4);
  });
});
