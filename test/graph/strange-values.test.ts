import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { testCity } from '../support/city.ts';
import { codeOf, csv, RATINGS, subjectsFile } from './files.ts';
import { anything, check, nasty, object, QUESTION } from './strange.ts';

// Whatever values a good question is asked with: the answer is one of ours.

const city = await testCity();
const CODE = codeOf(1);
await city.take('credit.subject', subjectsFile([['云泽晨光机械有限公司', CODE]]));
await city.take('tax.credit-rating', csv(RATINGS, ['云泽晨光机械有限公司', CODE, 2024, 'A', '云泽市税务局']));

/** Null, which every argument takes, or what the type may take, or anything at all. */
const often = (likely: fc.Arbitrary<unknown>) =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant(null) },
    { weight: 2, arbitrary: likely },
    { weight: 1, arbitrary: anything },
  );

describe('No value breaks the gateway or a department', () => {
  it('not random variables, NUL, lone surrogates and __proto__ among them', async () => {
    const variables = fc.record(
      {
        identifier: nasty,
        filter: often(object),
        of: often(object),
        search: often(nasty),
        after: nasty,
        first: often(fc.integer({ min: -2, max: 120 })),
        ['__proto__']: anything,
      },
      { requiredKeys: [] },
    );
    let executed = 0;
    await fc.assert(
      fc.asyncProperty(variables, async (values) => {
        const answer = await city.ask(QUESTION, values);
        if (answer.status === 200) executed += 1;
        check(answer);
      }),
      { numRuns: 200 },
    );
    expect(executed).toBeGreaterThan(10);
  });

  it('not values that have the right type and cannot be meant', async () => {
    const texts = fc.array(nasty, { maxLength: 4 });
    const days = fc.constantFrom('0001-01-01', '9999-12-31', '2024-02-29');
    const variables = fc.record({
      identifier: nasty,
      filter: fc.record(
        {
          ids: texts,
          grades: texts,
          types: texts,
          years: fc.array(fc.integer(), { maxLength: 3 }),
          amount: fc.record({ from: fc.constantFrom('-99999999999999999999.9999999999', '0', '-0', 1e10) }),
          decidedOn: fc.record({ from: days, until: days }, { requiredKeys: [] }),
          isLatest: fc.boolean(),
          isInForce: fc.boolean(),
        },
        { requiredKeys: [] },
      ),
      search: fc.option(nasty),
      of: fc.record({ districts: texts, industries: texts }, { requiredKeys: [] }),
      after: fc.option(nasty),
    });
    const instants = fc.constantFrom(
      '',
      '0001-01-01T00:00:00+14:00',
      '2026-01-01T00:00:00.123456789Z',
      '2026-01-01T00:00:00-14:59',
      '1969-12-31T23:59:59Z',
    );
    await fc.assert(
      fc.asyncProperty(variables, instants, async (values, known) => {
        const answer = await city.ask(QUESTION, values, { 'credit-as-of': known });
        expect(answer.status).toBe(200);
        check(answer);
      }),
      { numRuns: 150 },
    );
  });

  it('not names that objects have anyway', async () => {
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'then']) {
      const named = await city.ask(
        `{ ${name}: subject(identifier: "${CODE}") { ${name}: id toJSON: tax { ${name}: creditRatings { ${name}: totalCount } } } }`,
      );
      check(named);
      expect(named.text).toContain(
        `{"data":{"${name}":{"${name}":"${CODE}","toJSON":{"${name}":{"${name}":1}}}},"extensions":`,
      );
      const values = JSON.parse(`{"${name}":"${CODE}"}`);
      const asked = await city.ask(`query ($${name}: String!) { subject(identifier: $${name}) { id } }`, values);
      check(asked);
      expect(asked.data).toEqual({ subject: { id: CODE } });
      check(await city.ask(`{ ${name} }`));
      check(await city.ask(`{ __type(name: "${name}") { name } }`));
      check(await city.ask(`{ subject(${name}: 1) { id } }`));
      check(await city.ask(`query @${name} { __typename ...${name} } fragment ${name} on ${name} { id }`));
    }
  });
});
