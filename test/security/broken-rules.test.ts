import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ANONYMOUS, type Caller } from '../../gateway/access/caller.ts';
import type { Clients, Reader, Reads } from '../../platform/database/index.ts';
import { codeOf, csv, PENALTIES, penalty, RATINGS, subjectsFile } from '../graph/files.ts';
import { isFar, testCity } from '../support/city.ts';
import { variantsOf } from './conditions.ts';
import { STANDINGS } from './standings.ts';

// The rules of visibility are broken on purpose, in the statements themselves: what PostgreSQL still keeps back is what the
// public's sessions cannot have. Statements can be reached where the departments live in this process.

const city = await testCity();
let caller: Caller = ANONYMOUS;
const ask = await city.another({ identify: async () => caller, deadlineMs: 20_000 });
const { admin } = city.database;
const NAME = '云泽当事有限公司';
const CODE = codeOf(1);
const OFFICE = '云泽市税务局';
const ids = new Map<string, string[]>();

beforeAll(async () => {
  await city.take('credit.subject', subjectsFile([[NAME, CODE]]));
  await city.take('tax.credit-rating', csv(RATINGS, [NAME, CODE, 2024, 'A', OFFICE]));
  await city.take('market.penalty', csv(PENALTIES, penalty(NAME, CODE, '罚1号', '2025-01-06', 100)));
  await city.followed();
  for (const table of ['tax.tax_credit_ratings', 'market.administrative_penalties'])
    for (const [condition, id] of (await variantsOf(table, admin)).ids)
      ids.set(condition, [...(ids.get(condition) ?? []), id]);
});

type Break = (text: string) => string;
const undo: (() => void)[] = [];
afterEach(() => {
  for (const one of undo.splice(0)) one();
  caller = ANONYMOUS;
});

/** Every statement of every department goes out changed. */
function broken(change: Break): void {
  const through = (reader: Reader): Reader => ({
    read: (text, parameters, options) => reader.read(change(text), parameters, options),
  });
  for (const { clients } of city.city.near.values()) {
    const { hotReads, searches, persons }: Clients = clients;
    const changed = (reads: Reads): Reads => ({ hotReads: through(reads.hotReads), searches: through(reads.searches) });
    undo.push(() => Object.assign(clients, { hotReads, searches, persons }));
    Object.assign(clients, { ...changed({ hotReads, searches }), persons: changed(persons) });
  }
}

/** Levels, reasons for withholding and the days of publication decide nothing any more. */
const withoutRules: Break = (text) =>
  text
    .replace(/\w+\.access_level = any\(\$\d+::text\[\]\)/gu, '($& or true)')
    .replace(/\w+\.withheld_reason is null/gu, 'true')
    .replace(/\w+\.publi(?:shed_on <=|cation_ends_on >=) \$\d+::date/gu, '($& or true)');

const LINES = '(first: 50) { totalCount nodes { id } }';
const EVERYTHING = `{ subject(identifier: "${CODE}") { name recordCounts { class count } timeline: records${LINES}
  tax { creditRatings${LINES} } market { penalties${LINES} } } board: records${LINES} }`;

async function answer(headers: Record<string, string> = {}) {
  const { data, errors, text } = await ask(EVERYTHING, {}, headers);
  expect(errors).toEqual([]);
  const counts = (data.subject.recordCounts as { count: number }[]).reduce((sum, { count }) => sum + count, 0);
  return {
    text,
    total: data.board.totalCount as number,
    counts,
    lists: [
      data.subject.timeline,
      { totalCount: data.subject.tax.creditRatings.totalCount + data.subject.market.penalties.totalCount },
    ],
  };
}

const of = (condition: string) => ids.get(condition) ?? [];
const held = (text: string, condition: string) => of(condition).filter((id) => text.includes(id)).length;

// First: nobody in this file has asked for a natural person's rows yet.
describe.skipIf(isFar)('The sessions for natural persons’ rows', () => {
  const open = async (): Promise<readonly string[]> => {
    const found = await admin<{ role: string }[]>`
      select distinct usename::text as role from pg_stat_activity
      where datname = ${city.database.name} and usename ~ '_persons$' order by 1`;
    return found.map(({ role }) => role.replace(`${city.database.name}_`, ''));
  };

  it('are opened for whoever may see such rows, not for a bank with a purpose nor an official with another', async () => {
    const question = `{ subject(identifier: "${CODE}") { name tax { creditRatings { totalCount } } } }`;
    for (const name of ['ANONYMOUS', 'BANK+PURPOSE', 'DEPARTMENT OTHER+PURPOSE', 'DEPARTMENT OTHER+PERSONS']) {
      const standing = STANDINGS[name]?.({ department: 'market', subject: CODE });
      caller = standing?.caller ?? ANONYMOUS;
      const { errors } = await ask(question, {}, standing?.purpose ? { 'credit-purpose': standing.purpose } : {});
      expect(errors).toEqual([]);
      expect([name, await open()]).toEqual([name, name.endsWith('PERSONS') ? ['credit_persons', 'tax_persons'] : []]);
    }
  });
});

describe.skipIf(isFar)('A public question whose conditions of visibility are gone', () => {
  it('has withheld, ended and confidential rows in its answer, and no natural person’s', async () => {
    broken(withoutRules);
    const { text } = await answer();
    for (const condition of ['LEVEL_CONFIDENTIAL', 'WITHDRAWN', 'ENDED', 'LISTED_PERSON'])
      expect([condition, held(text, condition)]).toEqual([condition, 2]);
    expect(held(text, 'PERSONAL')).toBe(0);
  });

  it('counts none, in lists, the timeline, the board and the sections', async () => {
    const count = async (headers = {}) => {
      const { total, counts, lists } = await answer(headers);
      return [total, counts, ...lists.map(({ totalCount }) => totalCount)];
    };
    broken(withoutRules);
    const publicly = await count();
    caller = STANDINGS['DEPARTMENT OTHER+PERSONS']?.({ department: 'labour', subject: CODE })?.caller ?? ANONYMOUS;
    const privileged = await count({ 'credit-purpose': 'PRACTITIONER_REVIEW' });
    expect(privileged).toEqual(publicly.map((one) => one + 2));
  });

  it('has them for an earlier instant as little', async () => {
    const known = new Date();
    city.setNow(new Date(known.getTime() + 1_000));
    broken(withoutRules);
    const { text } = await answer({ 'credit-as-of': known.toISOString() });
    expect([held(text, 'LEVEL_CONFIDENTIAL'), held(text, 'PERSONAL')]).toEqual([2, 0]);
  });

  it('is refused as a whole where it reads subjects past their masks', async () => {
    broken((text) => text.replaceAll('credit.masked_subjects', 'credit.subjects'));
    const { data, errors } = await ask(`{ subject(identifier: "${CODE}") { name } }`);
    expect([data.subject, errors[0]?.extensions.code]).toEqual([null, 'INTERNAL_SERVER_ERROR']);
  });
});
