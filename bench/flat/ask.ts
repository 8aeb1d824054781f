import { Pool } from 'undici';
import { type Chance, chance } from '../../demonstration/generator/random.ts';
import { companyName, searchedPart } from '../city/names.ts';
import { COLD } from '../contenders.ts';
import { PAGE_TOP, SEARCH } from '../portal.ts';
import { FEDERATED } from '../question.ts';
import { type Draw, drawing } from '../zipf.ts';
import { flatCode } from './city.ts';

/** A kind of question, and how one of its kind is made of the numbers of subjects that are drawn. */
export interface Kind {
  readonly name: 'profile' | 'page top' | 'batch of 50' | 'name search';
  readonly subjects: number;
  readonly body: (numbers: readonly number[], random: Chance) => object;
}

const questionOf = (name: 'profile' | 'batch', numbers: readonly number[]): object => {
  const { query, variables } = FEDERATED[name];
  return { query, variables: variables(numbers.map(flatCode)) };
};

export const KINDS: readonly Kind[] = [
  {
    name: 'profile',
    subjects: 1,
    body: (numbers) => questionOf('profile', numbers),
  },
  {
    name: 'page top',
    subjects: 1,
    body: ([number = 0]) => ({ query: PAGE_TOP, variables: { identifier: flatCode(number) } }),
  },
  {
    name: 'batch of 50',
    subjects: 50,
    body: (numbers) => questionOf('batch', numbers),
  },
  {
    name: 'name search',
    subjects: 1,
    body: ([number = 0], random) => ({
      query: SEARCH,
      variables: { text: searchedPart(companyName(number), random) },
    }),
  },
];

export interface Asked {
  readonly questions: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Asks for some seconds on a few connections. @throws Error with the first answer that tells an error. */
export async function askFor(
  url: string,
  kind: Kind,
  {
    draw,
    limit,
    connections,
    seconds,
    seed,
  }: {
    readonly draw: Draw;
    readonly limit: number;
    readonly connections: number;
    readonly seconds: number;
    readonly seed: number;
  },
): Promise<Asked> {
  const random = chance(seed);
  const next = drawing(
    Array.from({ length: limit }, (_none, number) => number),
    draw,
    random,
  );
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections, pipelining: 1 });
  const times: number[] = [];
  const began = performance.now();
  const ends = began + seconds * 1_000;
  const ask = async (): Promise<void> => {
    while (performance.now() < ends) {
      const body = JSON.stringify(kind.body(Array.from({ length: kind.subjects }, next), random));
      const started = performance.now();
      const answer = await pool.request({
        method: 'POST',
        path: pathname,
        headers: { 'content-type': 'application/json', ...COLD },
        body,
      });
      const text = await answer.body.text();
      times.push(performance.now() - started);
      if (answer.statusCode !== 200 || text.includes('"errors"')) throw new Error(text.slice(0, 600));
    }
  };
  await Promise.all(Array.from({ length: connections }, ask)).finally(() => pool.destroy());
  const taken = (performance.now() - began) / 1_000;
  times.sort((one, other) => one - other);
  const at = (share: number): number => times[Math.floor(times.length * share)] ?? Number.NaN;
  return { questions: times.length, perSecond: times.length / taken, p50Ms: at(0.5), p99Ms: at(0.99) };
}
