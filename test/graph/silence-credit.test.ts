import { describe, expect, it } from 'vitest';
import { sourceUnavailable } from '../../platform/errors.ts';
import { departments } from '../../subgraphs/index.ts';
import { madeUpCode } from '../departments/submitted.ts';
import { answerOf, departmentProcess, testCity } from '../support/city.ts';
import { TEST_SECRET } from '../support/database.ts';
import { faultyDepartment } from '../support/faulty-department.ts';

// Every department stands behind an address of its own where, for now, nobody listens.
const doors = Object.fromEntries(
  await Promise.all(departments.map(async ({ name }) => [name, await faultyDepartment()] as const)),
);
for (const door of Object.values(doors)) await door.refuse();
const urlOf = (name: string): URL => doors[name]?.url ?? new URL('http://127.0.0.1:9/graphql');
const portOf = (name: string): string => urlOf(name).port;

const creditDown = await testCity({ standIns: { credit: urlOf('credit') } });
const allDown = await testCity({ standIns: Object.fromEntries(departments.map(({ name }) => [name, urlOf(name)])) });

const CODE = madeUpCode('MA0K4AAA');
const UNKNOWN = madeUpCode('MA0K5AAA');
const NAME = '云泽无声有限公司';
for (const city of [creditDown, allDown]) {
  await city.take('credit.subject', `机构名称,统一社会信用代码,行政区划\n${NAME},${CODE},990102\n`);
  await city.take(
    'tax.credit-rating',
    `纳税人名称,统一社会信用代码,评价年度,信用等级,评价单位\n${NAME},${CODE},2025,A,云泽市税务局\n`,
  );
}

const PROFILE = `query Profile($identifier: String!) {
  subject(identifier: $identifier) {
    id name formerNames { name } district { label } listings { totalCount }
    tax { creditRatings { totalCount } }
    market { registration { id } }
  }
}`;
const error = (department: string, ...path: readonly (string | number)[]) => ({
  message: sourceUnavailable(department, departments.find(({ name }) => name === department)?.title ?? '').message,
  path,
  extensions: { code: 'SOURCE_UNAVAILABLE', department, retryAfter: 5 },
});
const OWN_FIELDS = ['name', 'formerNames', 'district', 'listings'];

describe('With the credit office down', () => {
  const ask = creditDown.ask;

  it.each([
    ['as it is', CODE],
    ['in lower case', CODE.toLowerCase()],
    ['in full width', [...CODE].map((place) => String.fromCodePoint((place.codePointAt(0) ?? 0) + 0xfee0)).join('')],
  ])('a subject asked for by its credit code %s is answered by the other departments', async (_how, identifier) => {
    const { status, data, errors } = await ask(PROFILE, { identifier });
    expect(status).toBe(200);
    expect(data.subject).toEqual({
      id: CODE,
      name: null,
      formerNames: null,
      district: null,
      listings: null,
      tax: { creditRatings: { totalCount: 1 } },
      market: { registration: null },
    });
    expect(errors).toEqual(OWN_FIELDS.map((field) => error('credit', 'subject', field)));
  });

  it('the code may stand in the document itself, under any name, twice', async () => {
    const { data, errors } = await ask(
      `{ one: subject(identifier: "${CODE}") { its: id tax { creditRatings { totalCount } } } two: subject(identifier: "${UNKNOWN}") { called: name tax { creditRatings { totalCount } } } }`,
    );
    expect(data).toEqual({
      one: { its: CODE, tax: { creditRatings: { totalCount: 1 } } },
      two: { called: null, tax: { creditRatings: { totalCount: 0 } } },
    });
    expect(errors).toEqual([error('credit', 'two', 'called')]);
  });

  it('nobody can say which subject an older number is, nor whether a doubtful code is one', async () => {
    const last = CODE.at(-1) === 'A' ? 'B' : 'A';
    for (const identifier of ['990102000000011', 'MA0K4AAA0', '12345', `${CODE.slice(0, 17)}${last}`]) {
      const { status, data, errors } = await ask(PROFILE, { identifier });
      expect({ identifier, status, data }).toEqual({ identifier, status: 200, data: { subject: null } });
      expect(errors).toEqual([error('credit', 'subject')]);
    }
  });

  it('what can be no identifier is still refused as such', async () => {
    for (const identifier of ['', '  ', '110101199003074514']) {
      const { data, errors, text } = await ask(PROFILE, { identifier });
      expect(data).toEqual({ subject: null });
      expect(errors).toMatchObject([
        { path: ['subject'], extensions: { code: 'BAD_USER_INPUT', argument: 'identifier' } },
      ]);
      expect(errors[0]?.message).toMatch(/\p{Script=Han}.*。$/u);
      expect(text).not.toContain('19900307');
    }
  });

  it('a search is not known, which is not the same as nothing found', async () => {
    const { status, data, errors } = await ask(
      '{ subjects(search: "云泽无声") { totalCount nodes { id tax { __typename } } } }',
    );
    expect({ status, data }).toEqual({ status: 200, data: { subjects: null } });
    expect(errors).toEqual([error('credit', 'subjects')]);
  });

  it('what a condition leaves out is not told as silent', async () => {
    const { data, errors } = await ask(
      'query Q($code: String!, $named: Boolean = false) { subject(identifier: $code) { id name @include(if: $named) kind @skip(if: true) isVerified } }',
      { code: CODE },
    );
    expect(data).toEqual({ subject: { id: CODE, isVerified: null } });
    expect(errors).toEqual([error('credit', 'subject', 'isVerified')]);
  });

  it('the schema is told all the same', async () => {
    const { data, errors } = await ask('{ __type(name: "Subject") { name } __typename }');
    expect({ data, errors }).toEqual({ data: { __type: { name: 'Subject' }, __typename: 'Query' }, errors: [] });
  });
});

describe('A gateway that starts while no department is there', () => {
  const ask = allDown.ask;

  it('is alive, tells its schema and names every department that it cannot reach', async () => {
    const health = await answerOf(await fetch(new URL('/health/live', allDown.url)));
    expect({ status: health.status, text: health.text }).toEqual({ status: 200, text: '{"isAlive":true}' });
    const { data, errors } = await ask(
      `{ subject(identifier: "${CODE}") { id name market { __typename } tax { __typename } courts { __typename } environment { __typename } labour { __typename } } }`,
    );
    expect(data).toEqual({
      subject: { id: CODE, name: null, market: null, tax: null, courts: null, environment: null, labour: null },
    });
    expect(new Set(errors.map(({ extensions }) => extensions.department))).toEqual(
      // What the utilities hold needs authorization: a visitor cannot ask for it.
      new Set(departments.map(({ name }) => name).filter((name) => name !== 'utilities')),
    );
    for (const { extensions, path } of errors)
      expect({ code: extensions.code, depth: path?.length }).toEqual({ code: 'SOURCE_UNAVAILABLE', depth: 2 });
  });

  it('finds each one once it comes, without being started again', async () => {
    const environment = {
      DATABASE_URL: allDown.database.url,
      SECRET: Buffer.from(TEST_SECRET).toString('hex'),
      LOG_LEVEL: 'silent',
    };
    const started = await departmentProcess('tax', { ...environment, TAX_PORT: portOf('tax') });
    try {
      expect(started.url).toBe(urlOf('tax').href);
      const first = await ask(PROFILE, { identifier: CODE });
      expect(first.data.subject).toMatchObject({
        id: CODE,
        name: null,
        tax: { creditRatings: { totalCount: 1 } },
        market: null,
      });
      const credit = await departmentProcess('credit', { ...environment, CREDIT_PORT: portOf('credit') });
      try {
        const { data, errors } = await ask(PROFILE, { identifier: CODE });
        expect(data.subject).toMatchObject({ name: NAME, listings: { totalCount: 0 }, market: null });
        expect(errors).toEqual([error('market', 'subject', 'market')]);
      } finally {
        await ended(credit.child);
      }
    } finally {
      await ended(started.child);
    }
    const { data } = await ask(PROFILE, { identifier: CODE });
    expect(data.subject).toMatchObject({ id: CODE, name: null, tax: null, market: null });
  });
});

function ended(child: Awaited<ReturnType<typeof departmentProcess>>['child']): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}
