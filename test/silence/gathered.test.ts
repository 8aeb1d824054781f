import { afterAll, describe, expect, it } from 'vitest';
import { viewerKeyOf } from '../../platform/subgraph/department.ts';
import { farTransport } from '../../platform/subgraph/transport.ts';
import { type Question, viewerSigner } from '../../platform/viewer/token.ts';
import { madeUpCode } from '../departments/submitted.ts';
import { calledBy, callerAs } from '../support/callers.ts';
import { TEST_SECRET } from '../support/database.ts';
import { type Fault, faultyDepartment, httpAnswer, type Received } from '../support/faulty-department.ts';
import { type Asked, holding, SILENT, said, taxElsewhere } from './tax-elsewhere.ts';

// What several callers ask of subjects of their own, in the same words, is asked of a department as one question.

const office = callerAs('DEPARTMENT OTHER+PURPOSE', 'market-office', { department: 'tax', subject: '' });
const { city, tax, honest, withoutDatabase, gatewayBefore } = await taxElsewhere({ audit: {} });
const { ask } = await gatewayBefore({ identify: calledBy({ office }) });
/** A department that is silent is asked on: other tests have it, too. */
const breaker = { silences: 1_000, pauseMs: 500 };

const companies = Array.from({ length: 6 }, (_, index) => ({
  name: `云泽同问第${100 + index}有限公司`,
  code: madeUpCode(`MA0K6CC${index}`),
  year: 2018 + index,
}));
await city.take(
  'credit.subject',
  ['机构名称,统一社会信用代码,行政区划', ...companies.map(({ name, code }) => `${name},${code},990102`), ''].join('\n'),
);
await city.take(
  'tax.credit-rating',
  [
    '纳税人名称,统一社会信用代码,评价年度,信用等级,评价单位',
    ...companies.map(({ name, code, year }) => `${name},${code},${year},A,云泽市税务局`),
    '',
  ].join('\n'),
);

const codes = companies.map(({ code }) => code);
const asked = '{ name tax { creditRatings { nodes { year } } } }';
/** The same words about another subject: of a document of its own, or of the same one that has it in a variable. */
const WORDINGS = {
  'written out': (code: string) => [`query Of { subject(identifier: "${code}") ${asked} }`, {}] as const,
  'in a variable': (code: string) =>
    [`query Of($code: String!) { subject(identifier: $code) ${asked} }`, { code }] as const,
};
const wholeOf = (code: string) => {
  const found = companies.find((one) => one.code === code);
  return { subject: { name: found?.name, tax: { creditRatings: { nodes: [{ year: found?.year }] } } } };
};
const entitiesIn = ({ variables }: Question): number =>
  (variables?.representations as unknown[] | undefined)?.length ?? 0;

/** Answers truthfully, but for one entity of a question about several. */
const wrongAbout =
  (index: number, extensions: object): Fault =>
  async (socket, received) => {
    const { question, token } = received;
    const department = city.city.near.get('tax');
    const answer = JSON.parse(JSON.stringify(await department?.ask(question, token)));
    if (entitiesIn(question) <= 1) return void socket.write(httpAnswer(JSON.stringify(answer)));
    answer.data._entities[index].tax = null;
    const errors = [{ message: '不可见。', path: ['_entities', index, 'tax'], extensions }];
    socket.write(httpAnswer(JSON.stringify({ ...answer, errors })));
  };

describe.each(Object.entries(WORDINGS))(
  'Questions of several callers about subjects of their own, %s',
  (_how, wording) => {
    const about = (code: string, headers: Record<string, string> = {}, signal?: AbortSignal) => {
      const [query, variables] = wording(code);
      return ask(query, headers, signal, variables);
    };

    /** Asks of the first subject, and of the others once that question has reached the department, which answers when all is said. */
    async function beside(fault: Fault, headers: Record<string, string> = {}) {
      const first = holding(honest);
      tax.do(first.fault);
      tax.received.length = 0;
      const [one = '', ...others] = codes;
      const before = about(one, headers);
      await expect.poll(() => first.held.length, { timeout: 20_000 }).toBe(1);
      tax.do(fault);
      const answers = Promise.all(others.map((code) => about(code, headers)));
      const told = await answers;
      first.letGo();
      return [await before, ...told];
    }

    /** The same, again until some were asked as one: whoever comes some milliseconds later is not waited for, and a crowded machine is slow. */
    async function together(fault: Fault) {
      for (let times = 1; ; times += 1) {
        const answers = await beside(fault);
        if (tax.received.some(({ question }) => entitiesIn(question) > 1) || times === 20) return answers;
        expect(answers.map(said)).toEqual(codes.map((code) => ({ data: wholeOf(code), errors: [] })));
      }
    }

    it('are asked of a department in fewer questions, and each caller has its own answer', async () => {
      const answers = await together(honest);
      expect(answers.map(said)).toEqual(codes.map((code) => ({ data: wholeOf(code), errors: [] })));
      const sizes = tax.received.map(({ question }) => entitiesIn(question));
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(codes.length);
      expect(sizes.length).toBeLessThan(codes.length);
    });

    it('keep an error that is about one of them from the others', async () => {
      const answers = await together(wrongAbout(0, { code: 'FORBIDDEN' }));
      const [refused, ...others] = answers.filter(({ errors }) => errors.length > 0);
      expect(others).toEqual([]);
      expect(refused?.errors).toMatchObject([{ path: ['subject', 'tax'], extensions: { code: 'FORBIDDEN' } }]);
      expect(answers.filter(({ data }) => data.subject.tax === null)).toHaveLength(1);
    });

    it.each([
      ['fails at one of them', wrongAbout(0, { code: 'INTERNAL_SERVER_ERROR' })],
      ['has no database for one of them', wrongAbout(0, { code: 'SOURCE_UNAVAILABLE' })],
      [
        'gives no answer about several',
        (async (socket, received) => {
          if (entitiesIn(received.question) > 1) socket.destroy();
          else await honest(socket, received);
        }) satisfies Fault,
      ],
    ])('are asked apart where the department %s', async (_what, fault) => {
      const answers = await together(fault);
      expect(answers.map(said)).toEqual(codes.map((code) => ({ data: wholeOf(code), errors: [] })));
    });

    it('are asked apart by who may see more than the public: what is looked at is told of each question', async () => {
      const answers = await beside(honest, { 'test-as': 'office', 'credit-purpose': 'SUPERVISION' });
      expect(answers.map(said)).toEqual(codes.map((code) => ({ data: wholeOf(code), errors: [] })));
      expect(tax.received.map(({ question }: Received) => entitiesIn(question))).toEqual(codes.map(() => 1));
    });

    it('are the very same now and then, and are answered each for itself', async () => {
      const first = holding(honest);
      tax.do(first.fault);
      tax.received.length = 0;
      const [one = '', other = '', third = ''] = codes;
      const before = about(one);
      await expect.poll(() => first.held.length, { timeout: 20_000 }).toBe(1);
      tax.do(honest);
      const all = [other, third, other, other];
      const answers = await Promise.all(all.map((code) => about(code)));
      first.letGo();
      expect(said(await before)).toEqual({ data: wholeOf(one), errors: [] });
      expect(answers.map(said)).toEqual(all.map((code) => ({ data: wholeOf(code), errors: [] })));
    });

    it('are left one by one: whoever goes keeps nobody from being answered, and the last takes the question along', async () => {
      const first = holding(honest);
      tax.do(first.fault);
      const [one = '', ...others] = codes;
      const before = about(one);
      await expect.poll(() => first.held.length, { timeout: 20_000 }).toBe(1);
      const waiting = holding(honest);
      tax.do(waiting.fault);
      const leaving = others.map(() => new AbortController());
      const answers = others.map((code, index) => about(code, {}, leaving[index]?.signal).catch(() => 'left'));
      await expect
        .poll(() => waiting.held.reduce((sum, { question }) => sum + entitiesIn(question), 0), { timeout: 20_000 })
        .toBe(others.length);
      leaving[0]?.abort();
      leaving[2]?.abort();
      expect([await answers[0], await answers[2]]).toEqual(['left', 'left']);
      waiting.letGo();
      for (const index of [1, 3, 4])
        expect(said((await answers[index]) as Asked)).toEqual({ data: wholeOf(others[index] ?? ''), errors: [] });

      first.letGo();
      await before;

      tax.do(() => undefined);
      tax.received.length = 0;
      const all = new AbortController();
      const last = Promise.allSettled(others.map((code) => about(code, {}, all.signal)));
      await expect
        .poll(() => tax.received.reduce((sum, { question }) => sum + entitiesIn(question), 0), { timeout: 20_000 })
        .toBe(others.length);
      all.abort();
      await last;
      await expect.poll(() => tax.asking.size, { timeout: 20_000 }).toBe(0);
    });

    it('have their time each: what came before it was over is told, and the rest why it is not', async () => {
      const hasty = await gatewayBefore({ limits: { milliseconds: 1_200 }, budgets: { breaker } });
      tax.do(() => undefined);
      const answers = await Promise.all(
        codes.map((code) => {
          const [query, variables] = wording(code);
          return hasty.ask(query, {}, undefined, variables);
        }),
      );
      for (const [index, { data, errors }] of answers.entries()) {
        expect(data).toEqual({ subject: { name: companies[index]?.name, tax: null } });
        expect(errors).toMatchObject([
          { path: ['subject', 'tax'], extensions: { code: 'TIME_BUDGET_EXCEEDED', limit: 1_200 } },
        ]);
      }
      await expect.poll(() => tax.asking.size, { timeout: 20_000 }).toBe(0);
    });

    it('find the department late together', async () => {
      const { ask: askOf } = await gatewayBefore({
        budgets: { breaker, deadlineOf: (department) => (department === 'tax' ? 500 : 30_000) },
      });
      tax.do(() => undefined);
      tax.received.length = 0;
      const answers = await Promise.all(
        codes.map((code) => {
          const [query, variables] = wording(code);
          return askOf(query, {}, undefined, variables);
        }),
      );
      for (const [index, { data, errors }] of answers.entries()) {
        expect(data).toEqual({ subject: { name: companies[index]?.name, tax: null } });
        expect(errors).toEqual([SILENT]);
      }
      expect(tax.received.reduce((sum, { question }) => sum + entitiesIn(question), 0)).toBe(codes.length);
    });

    it('have one deadline, whether they are asked as one or then each for itself', async () => {
      const { ask: askOf } = await gatewayBefore({
        budgets: { breaker, deadlineOf: (department) => (department === 'tax' ? 3_000 : 30_000) },
      });
      // A question about several comes to nothing when most of the time is over; one about one is never answered.
      tax.do((socket, { question }) => {
        if (entitiesIn(question) > 1) setTimeout(() => socket.destroy(), 2_500);
      });
      const began = performance.now();
      const answers = await Promise.all(
        codes.map((code) => {
          const [query, variables] = wording(code);
          return askOf(query, {}, undefined, variables);
        }),
      );
      expect(performance.now() - began).toBeLessThan(4_500);
      for (const { errors } of answers) expect(errors).toEqual([SILENT]);
    });

    it('are told what the department last knew of each, as each was told it', async () => {
      const remembering = await gatewayBefore({ budgets: { breaker, lastKnown: () => 600 } });
      const askEach = () =>
        Promise.all(
          codes.map((code) => {
            const [query, variables] = wording(code);
            return remembering.ask(query, {}, undefined, variables);
          }),
        );
      tax.do(honest);
      for (const [index, answer] of (await askEach()).entries())
        expect(said(answer)).toEqual({ data: wholeOf(codes[index] ?? ''), errors: [] });
      tax.do((socket) => void socket.destroy());
      for (const [index, answer] of (await askEach()).entries()) {
        expect(said(answer)).toEqual({ data: wholeOf(codes[index] ?? ''), errors: [] });
        expect(answer.headers.get('age')).toMatch(/^\d+$/u);
      }
      tax.do(withoutDatabase);
      const [one = ''] = codes;
      const [query, variables] = wording(one);
      for (const answer of await Promise.all(codes.map(() => remembering.ask(query, {}, undefined, variables)))) {
        expect(said(answer)).toEqual({ data: wholeOf(one), errors: [] });
        expect(answer.headers.get('age')).toMatch(/^\d+$/u);
      }
    });
  },
);

it('Questions of which only some want a field are no company for each other', async () => {
  const query = `query Of($code: String!, $isWanted: Boolean!) {
    subject(identifier: $code) { name tax { creditRatings { totalCount nodes { year @include(if: $isWanted) } } } }
  }`;
  tax.do(honest);
  for (let times = 0; times < 5; times += 1) {
    const answers = await Promise.all(
      codes.map((code, index) => ask(query, {}, undefined, { code, isWanted: index % 2 > 0 })),
    );
    for (const [index, answer] of answers.entries()) {
      const { name, year } = companies[index] ?? {};
      const creditRatings = { totalCount: 1, nodes: [index % 2 > 0 ? { year } : {}] };
      expect(said(answer)).toEqual({ data: { subject: { name, tax: { creditRatings } } }, errors: [] });
    }
  }
});

it('Questions with other variables beside the subject are no company for each other, null and nothing apart', async () => {
  const query = `query Of($code: String!, $years: [Int!], $after: String) { subject(identifier: $code) {
    tax { creditRatings(filter: { years: $years }, after: $after) { nodes { year } pageInfo { endCursor } } }
  } }`;
  tax.do(honest);
  const told = async (code: string, variables: object) => {
    const { data, errors } = await ask(query, {}, undefined, { code, ...variables });
    expect(errors).toEqual([]);
    return data.subject.tax.creditRatings;
  };
  for (let times = 0; times < 5; times += 1) {
    await Promise.all(
      companies.map(async ({ code, year }, index) => {
        const own = [{}, { years: null }, { years: [1999] }][index % 3] ?? {};
        const page = await told(code, own);
        expect(page.nodes).toEqual(index % 3 === 2 ? [] : [{ year }]);
        // A cursor is sealed with the filter that it was given for: a company's own is another.
        if (index % 3 < 2) expect((await told(code, { ...own, after: page.pageInfo.endCursor })).nodes).toEqual([]);
      }),
    );
  }
});

describe('How several callers find subjects of their own', async () => {
  const credit = await faultyDepartment();
  const far = farTransport('credit', '信用办', credit.url, viewerSigner('credit', viewerKeyOf(TEST_SECRET, 'credit')));
  const transports = new Map([...city.city.transports, ['credit', far]]);
  const { ask: askOf } = await gatewayBefore({ transports, budgets: { breaker } });
  const found: Fault = async (socket, { question, token }) => {
    socket.write(httpAnswer(JSON.stringify(await city.city.near.get('credit')?.ask(question, token))));
  };
  /** The subjects that a question finds for who ask it. */
  const foundBy = ({ variables }: Question): readonly unknown[] => {
    const own = Object.entries(variables ?? {}).filter(([name]) => /^(?:_\d+_)?code$/u.test(name));
    return [...new Set(own.map(([, code]) => code))];
  };
  const [one = '', ...known] = codes;
  const query = `query Of($code: String!, $items: [String!], $text: String = "云泽同问") {
    __typename subjects(search: $text) { totalCount } same: subject(identifier: "${one}") { id }
    found: subject(identifier: $code) {
      name id records(filter: { items: $items }) { totalCount } tax { creditRatings { nodes { year } } }
    }
  }`;
  const about = (code: string, own: object = {}) => askOf(query, {}, undefined, { code, ...own });
  const toldOf = (code: string, records = 1, subjects = companies.length) => {
    const { name, year } = companies.find((company) => company.code === code) ?? {};
    const tax = { creditRatings: { nodes: [{ year }] } };
    const found = name === undefined ? null : { name, id: code, records: { totalCount: records }, tax };
    return { __typename: 'Query', subjects: { totalCount: subjects }, same: { id: one }, found };
  };
  afterAll(() => far.close());

  /** Asks once the first question is out, so that the others go together, again until some did. */
  async function together(fault: Fault, asks: readonly (() => Promise<Asked>)[]): Promise<readonly Asked[]> {
    for (let times = 1; ; times += 1) {
      const first = holding(found);
      credit.do(first.fault);
      credit.received.length = 0;
      city.statements.length = 0;
      const before = about(one);
      await expect.poll(() => first.held.length, { timeout: 20_000 }).toBe(1);
      credit.do(fault);
      const answers = await Promise.all(asks.map((ask) => ask()));
      first.letGo();
      await before;
      if (credit.received.some(({ question }) => foundBy(question).length > 1)) return answers;
      expect(times).toBeLessThan(20);
    }
  }

  it('is one question, of which each is told its own: what it found, that there is none, or what is wrong', async () => {
    tax.do(honest);
    const unknown = madeUpCode('MA0K6CC8');
    const asks = [...known, unknown, '91990102'].map((code) => () => about(code));
    const answers = await together(found, asks);
    const [wrong, ...others] = answers.toReversed();
    expect(others.map(said)).toEqual(
      [unknown, ...known.toReversed()].map((code) => ({ data: toldOf(code), errors: [] })),
    );
    expect(wrong).toMatchObject({
      data: toldOf(''),
      errors: [{ path: ['found'], extensions: { code: 'BAD_USER_INPUT', department: 'credit' } }],
    });
    const sizes = credit.received.map(({ question }) => foundBy(question).length);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(asks.length + 1);
    // Aliases of a root are one statement.
    const finding = city.statements.filter((text) => text.includes('/* credit.Query.subject */'));
    expect(finding.length).toBeLessThanOrEqual(2 * credit.received.length);
  });

  it.each([
    [
      'what is asked below a subject',
      [{ items: ['tax.credit-rating'] }, { items: ['market.penalty'] }],
      [1, 0],
      [6, 6],
    ],
    ['what else is looked for', [{}, { text: companies[2]?.name }], [1, 1], [6, 1]],
  ])('is asked apart where %s is not the same', async (_what, own, records, subjects) => {
    tax.do(honest);
    const asks = known.map((code, index) => () => about(code, own[index % 2]));
    for (const [index, answer] of (await together(found, asks)).entries())
      expect(said(answer)).toEqual({
        data: toldOf(known[index] ?? '', records[index % 2], subjects[index % 2]),
        errors: [],
      });
  });

  it('is asked apart where the department gives no answer to all', async () => {
    tax.do(honest);
    const failing: Fault = async (socket, received) => {
      if (foundBy(received.question).length > 1) socket.destroy();
      else await found(socket, received);
    };
    const asks = known.map((code) => () => about(code));
    const answers = await together(failing, asks);
    expect(answers.map(said)).toEqual(known.map((code) => ({ data: toldOf(code), errors: [] })));
  });

  it('may have any name', async () => {
    tax.do(honest);
    const text =
      'query Of($code: String!) { __proto__: subject(identifier: $code) { id tax { creditRatings { totalCount } } } }';
    const asks = known.map((code) => () => askOf(text, {}, undefined, { code }));
    for (const [index, { data, errors }] of (await together(found, asks)).entries()) {
      expect(errors).toEqual([]);
      expect(Object.entries(data)).toEqual([
        ['__proto__', { id: known[index], tax: { creditRatings: { totalCount: 1 } } }],
      ]);
    }
  });
});
