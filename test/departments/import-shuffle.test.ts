import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { testCity } from '../support/city.ts';
import { contentOf } from '../support/content.ts';
import { csv, penalty, rating } from './made-up.ts';
import { type Cells, madeUpCode } from './submitted.ts';

/** How many random months are told twice: a few in `npm test`, many in `npm run prove`. */
const MONTHS = Number(process.env.MONTHS ?? 6);
const SCHEMAS = ['tax', 'market', 'credit'];
const ITEMS = ['tax.credit-rating', 'market.penalty'] as const;

const orderly = await testCity();
const disorderly = await testCity();

/** The facts of a month, each once: a taxpayer's grade of a year, or a decision. */
const facts = fc.uniqueArray(
  fc.record({
    item: fc.constantFrom(...ITEMS),
    company: fc.nat(25),
    year: fc.integer({ min: 2015, max: 2025 }),
    says: fc.constantFrom('A', 'B', 'C'),
    isWrong: fc.boolean(),
  }),
  { minLength: 1, maxLength: 120, selector: ({ item, company, year }) => `${item} ${company} ${year}` },
);

/** How a month is told: where each fact goes to, and again, in which order. */
const telling = fc.record({
  seed: fc.integer(),
  files: fc.integer({ min: 1, max: 4 }),
  again: fc.integer({ min: 0, max: 60 }),
});

type Fact = typeof facts extends fc.Arbitrary<(infer One)[]> ? One : never;

function rowOf({ item, company, year, says, isWrong }: Fact): Cells {
  const name = `云泽无序第${company}公司`;
  const code = madeUpCode(`MT${String(company).padStart(6, '0')}`);
  if (item === 'tax.credit-rating')
    return rating(name, code, { 评价年度: isWrong && says === 'C' ? '去年' : String(year), 信用等级: says });
  return penalty(name, code, {
    行政处罚决定书文号: `云市监罚〔${year}〕${company}号`,
    处罚内容: `罚款2000元(${says})。`,
  });
}

/** The same numbers from the same seed. */
function shuffled<One>(ones: readonly One[], seed: number): One[] {
  let state = seed | 0;
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return (state >>> 0) / 2 ** 32;
  };
  return ones
    .map((one) => ({ one, place: next() }))
    .sort((a, b) => a.place - b.place)
    .map(({ one }) => one);
}

/**
 * A subject that a hidden row names before a public one is told again when it is shown, in the other order it is not: what
 * its telling again says, that it is shown now, is compared in its table.
 */
async function stateOf(city: typeof orderly): Promise<Readonly<Record<string, string>>> {
  const content = await contentOf(city.database, SCHEMAS, { withoutRuns: true });
  const told = await city.database.admin<{ line: string }[]>`
    select concat_ws(' ', change, item, record_id, version, subject_id) as line from credit.feed
    where not (item = 'credit.subject' and change = 'CORRECTED') order by line`;
  return { ...content, 'credit.feed': `${told.length} rows ${told.map(({ line }) => line).join('\n')}` };
}

describe('Rows that come in any order, in any number of files, again and again', () => {
  it('leave the same records, subjects and feed as the same rows in order and once', {
    timeout: 60_000 + MONTHS * 20_000,
  }, async () => {
    let rows = 0;
    await fc.assert(
      fc.asyncProperty(facts, telling, async (month, { seed, files, again }) => {
        for (const item of ITEMS) {
          const own = month.filter((fact) => fact.item === item);
          if (own.length === 0) continue;
          // What was said of a fact in an earlier month is said anew: it must be the same for both.
          await orderly.take(item, csv(own.map(rowOf)), { again: true });
          const told = [...own, ...shuffled(own, seed + 1).slice(0, again)];
          const places = shuffled(told, seed);
          for (let file = 0; file < files; file += 1) {
            const part = places.filter((_, at) => at % files === file);
            if (part.length > 0) rows += (await disorderly.take(item, csv(part.map(rowOf)), { again: true })).rows;
          }
        }
        expect(await stateOf(disorderly)).toEqual(await stateOf(orderly));
      }),
      { numRuns: MONTHS, endOnFailure: true },
    );
    expect(rows).toBeGreaterThan(MONTHS);
    expect(
      Object.values(await stateOf(orderly)).filter((content) => !content.startsWith('0 rows')).length,
    ).toBeGreaterThan(5);
  });

  it('are found equal the second time, whatever the order', async () => {
    const month = fc.sample(facts, { numRuns: 1, seed: 7 })[0] ?? [];
    const rows = month.filter((fact) => fact.item === 'market.penalty').map(rowOf);
    await orderly.take('market.penalty', csv(rows), { again: true });
    const report = await orderly.take('market.penalty', csv(shuffled([...rows, ...rows], 3)), { again: true });
    expect(report).toMatchObject({
      rows: rows.length * 2,
      added: 0,
      corrected: 0,
      unchanged: rows.length,
      repeated: rows.length,
    });
  });
});
