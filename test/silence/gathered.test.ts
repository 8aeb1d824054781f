import { describe, expect, it } from 'vitest';
import type { Question } from '../../platform/viewer/token.ts';
import { madeUpCode } from '../departments/submitted.ts';
import { calledBy, callerAs } from '../support/callers.ts';
import { type Fault, httpAnswer, type Received } from '../support/faulty-department.ts';
import { holding, said, taxElsewhere } from './tax-elsewhere.ts';

// What several callers ask of subjects of their own, in the same words, is asked of a department as one question.

const office = callerAs('DEPARTMENT OTHER+PURPOSE', 'market-office', { department: 'tax', subject: '' });
const { city, tax, honest, gatewayBefore } = await taxElsewhere({ audit: {} });
const { ask } = await gatewayBefore({ identify: calledBy({ office }) });

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
const questionOf = (code: string): string =>
  `query Of { subject(identifier: "${code}") { name tax { creditRatings { nodes { year } } } } }`;
const wholeOf = (code: string) => {
  const found = companies.find((one) => one.code === code);
  return { subject: { name: found?.name, tax: { creditRatings: { nodes: [{ year: found?.year }] } } } };
};
const entitiesIn = ({ variables }: Question): number =>
  (variables?.representations as unknown[] | undefined)?.length ?? 0;

/** Asks of the first subject, and of the others once that question has reached the department, which answers when all is said. */
async function beside(fault: Fault, headers: Record<string, string> = {}) {
  const first = holding(honest);
  tax.do(first.fault);
  tax.received.length = 0;
  const [one = '', ...others] = codes;
  const before = ask(questionOf(one), headers);
  await expect.poll(() => first.held.length, { timeout: 20_000 }).toBe(1);
  tax.do(fault);
  const answers = Promise.all(others.map((code) => ask(questionOf(code), headers)));
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

describe('Questions of several callers about subjects of their own', () => {
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
});
