import type { Socket } from 'node:net';
import type { FormattedExecutionResult } from 'graphql';
import { expect } from 'vitest';
import { NO_LAST_KNOWN } from '../../gateway/departments/last-known-policy.ts';
import { sourceUnavailable } from '../../platform/errors.ts';
import { madeUpCode } from '../departments/submitted.ts';
import { type Answer, testCity } from '../support/city.ts';
import { type Fault, faultyDepartment, httpAnswer, type Received } from '../support/faulty-department.ts';

export const SUBJECTS = [
  { name: '云泽静默甲有限公司', code: madeUpCode('MA0K1AAA') },
  { name: '云泽静默乙有限公司', code: madeUpCode('MA0K2AAA') },
  { name: '云泽静默丙有限公司', code: madeUpCode('MA0K3AAA') },
];
export const [{ code: CODE } = { code: '' }] = SUBJECTS;
const SLICES = `
  market { registration { status { label } } penalties { totalCount } }
  tax { creditRatings { totalCount nodes { year grade { code } marks item { class } } } arrears { totalCount } }
  courts { dishonestDebtorEntries { totalCount } }
  environment { creditRatings { totalCount } penalties { totalCount } }`;
export const PROFILE = `query Profile($identifier: String!) { subject(identifier: $identifier) { id name listings { totalCount } ${SLICES} } }`;
export const SEARCH = `query Search { subjects(search: "云泽静默") { totalCount nodes { id name ${SLICES} } } }`;
export const WORDS = sourceUnavailable('tax', '税务部门').message;
export const EACH_HIT = SUBJECTS.map((_, index) => ['subjects', 'nodes', index, 'tax']);
export const SILENT = { code: 'SOURCE_UNAVAILABLE', department: 'tax', retryAfter: 5 };

/** Long enough to be asked on a crowded machine, and all that a test waits for who never answers. */
const DEADLINE_MS = 700;

export interface Spoilt {
  data: { _entities: SpoiltEntity[] };
  errors?: unknown[];
  extensions?: unknown;
}
// biome-ignore lint/suspicious/noExplicitAny: it is here to be made wrong in every way
export type SpoiltEntity = any;

/** A city whose tax department is a server that does what the test says, and what it answers while that is right. Call it at the top. */
export async function cityBeforeTax() {
  const tax = await faultyDepartment();
  const city = await testCity({ standIns: { tax: tax.url } });
  // Whatever was wrong before, the department is asked (test/silence has the breaker). Nobody else is in a hurry.
  const breaker = { silences: Number.POSITIVE_INFINITY, pauseMs: 0 };
  const deadlineOf = (department: string) => (department === 'tax' ? DEADLINE_MS : 30_000);
  const askInAHurry = await city.another({ budgets: { breaker, deadlineOf, lastKnown: NO_LAST_KNOWN } });
  await city.take(
    'credit.subject',
    ['机构名称,统一社会信用代码,行政区划', ...SUBJECTS.map(({ name, code }) => `${name},${code},990102`)].join('\n'),
  );
  await city.take(
    'tax.credit-rating',
    [
      '纳税人名称,统一社会信用代码,评价年度,信用等级,评价单位',
      ...SUBJECTS.map(({ name, code }) => `${name},${code},2025,A,云泽市税务局`),
    ].join('\n'),
  );

  /** What the real department says, for a fault to spoil. */
  async function truth({ question, token }: Received): Promise<FormattedExecutionResult> {
    const department = city.city.near.get('tax');
    if (!department) throw new Error('the real tax department is not here');
    return department.ask(question, token);
  }

  const honest: Fault = async (socket, received) => {
    socket.write(httpAnswer(JSON.stringify(await truth(received))));
  };

  /** Sends the real answer spoiled in one way. */
  const spoiled =
    (spoil: (answer: Spoilt, received: Received) => unknown): Fault =>
    async (socket, received) => {
      const answer = JSON.parse(JSON.stringify(await truth(received))) as Spoilt;
      socket.write(httpAnswer(JSON.stringify(spoil(answer, received) ?? answer)));
    };
  function half(then: (socket: Socket) => void): Fault {
    return async (socket, received) => {
      const bytes = httpAnswer(JSON.stringify(await truth(received)));
      socket.write(bytes.subarray(0, bytes.length >> 1), () => then(socket));
    };
  }

  tax.do(honest);
  const wholeProfile = await city.ask(PROFILE, { identifier: CODE });
  const wholeSearch = await city.ask(SEARCH);
  return { tax, city, askInAHurry, truth, honest, spoiled, half, wholeProfile, wholeSearch };
}

export function expectNothingForeign(answer: string): void {
  const text = answer.replace(/"cost":\{"requested":\d+,"limit":\d+\}/u, '');
  expect(text).not.toMatch(
    /127\.0\.0\.1|localhost|:\d{4,5}\b|http|\bE(?:CONN|PIPE|HOST|NOT|AI_)|socket|undici|fetch|JSON|stack|[\\/]\w+\.ts/u,
  );
  expect(text).not.toMatch(/leak|secret|password|10\.9\.8\.7|postgres|select /u);
}

/** The whole of an answer but for the tax slices at these places, which are null, each with an error of ours. */
export function expectSilence(answer: Answer, whole: Answer, paths: readonly (readonly (string | number)[])[]): void {
  expect(answer.status).toBe(200);
  expect(answer.errors).toEqual(paths.map((path) => ({ message: WORDS, path, extensions: SILENT })));
  expect(answer.data).toEqual(withoutTax(whole.data));
  const { cost: _cost, ...told } = JSON.parse(answer.text).extensions;
  expect(told).toEqual({ isComplete: false, verdicts: expect.any(Array) });
  expect(new Set(told.verdicts.map((one: { department: string }) => one.department))).toEqual(new Set(['tax']));
  expectNothingForeign(answer.text);
}

export function withoutTax(data: unknown): unknown {
  return JSON.parse(JSON.stringify(data), (key, value) => (key === 'tax' ? null : value));
}

export const errorsOf =
  (make: (index: number) => object, wipe = true) =>
  (answer: Spoilt): void => {
    answer.errors = answer.data._entities.map((_, index) => make(index));
    if (wipe) for (const entity of answer.data._entities) entity.tax = null;
  };

export const place = (index: number): readonly (string | number)[] => ['_entities', index, 'tax'];
