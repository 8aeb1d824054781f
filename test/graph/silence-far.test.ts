import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FormattedExecutionResult } from 'graphql';
import { describe, expect, it } from 'vitest';
import { NO_LAST_KNOWN } from '../../gateway/departments/last-known-policy.ts';
import { sourceUnavailable } from '../../platform/errors.ts';
import type { Transport } from '../../platform/subgraph/transport.ts';
import { madeUpCode } from '../departments/submitted.ts';
import { type Answer, testCity } from '../support/city.ts';
import { type Fault, faultyDepartment, httpAnswer, type Received } from '../support/faulty-department.ts';

const tax = await faultyDepartment();
const city = await testCity({ standIns: { tax: tax.url } });
// Whatever was wrong before, the department is asked (test/silence has the breaker).
const breaker = { silences: Number.POSITIVE_INFINITY, pauseMs: 0 };
const askInAHurry = await city.another({ deadlineMs: 2_500, budgets: { breaker, lastKnown: NO_LAST_KNOWN } });

const SUBJECTS = [
  { name: '云泽静默甲有限公司', code: madeUpCode('MA0K1AAA') },
  { name: '云泽静默乙有限公司', code: madeUpCode('MA0K2AAA') },
  { name: '云泽静默丙有限公司', code: madeUpCode('MA0K3AAA') },
];
const [{ code: CODE } = { code: '' }] = SUBJECTS;
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

const SLICES = `
  market { registration { status { label } } penalties { totalCount } }
  tax { creditRatings { totalCount nodes { year grade { code } marks item { class } } } arrears { totalCount } }
  courts { dishonestDebtorEntries { totalCount } }
  environment { creditRatings { totalCount } penalties { totalCount } }`;
const PROFILE = `query Profile($identifier: String!) { subject(identifier: $identifier) { id name listings { totalCount } ${SLICES} } }`;
const SEARCH = `query Search { subjects(search: "云泽静默") { totalCount nodes { id name ${SLICES} } } }`;
const WORDS = sourceUnavailable('tax', '税务部门').message;
const EACH_HIT = SUBJECTS.map((_, index) => ['subjects', 'nodes', index, 'tax']);
const SILENT = { code: 'SOURCE_UNAVAILABLE', department: 'tax', retryAfter: 5 };

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

interface Spoilt {
  data: { _entities: SpoiltEntity[] };
  errors?: unknown[];
  extensions?: unknown;
}
// biome-ignore lint/suspicious/noExplicitAny: it is here to be made wrong in every way
type SpoiltEntity = any;

function expectNothingForeign(answer: string): void {
  const text = answer.replace(/"cost":\{"requested":\d+,"limit":\d+\}/u, '');
  expect(text).not.toMatch(
    /127\.0\.0\.1|localhost|:\d{4,5}\b|http|\bE(?:CONN|PIPE|HOST|NOT|AI_)|socket|undici|fetch|JSON|stack|[\\/]\w+\.ts/u,
  );
  expect(text).not.toMatch(/leak|secret|password|10\.9\.8\.7|postgres|select /u);
}

/** The whole of an answer but for the tax slices at these places, which are null, each with an error of ours. */
function expectSilence(answer: Answer, whole: Answer, paths: readonly (readonly (string | number)[])[]): void {
  expect(answer.status).toBe(200);
  expect(answer.errors).toEqual(paths.map((path) => ({ message: WORDS, path, extensions: SILENT })));
  expect(answer.data).toEqual(withoutTax(whole.data));
  const { cost: _cost, ...told } = JSON.parse(answer.text).extensions;
  expect(told).toEqual({ isComplete: false, verdicts: expect.any(Array) });
  expect(new Set(told.verdicts.map((one: { department: string }) => one.department))).toEqual(new Set(['tax']));
  expectNothingForeign(answer.text);
}

function withoutTax(data: unknown): unknown {
  return JSON.parse(JSON.stringify(data), (key, value) => (key === 'tax' ? null : value));
}

tax.do(honest);
const wholeProfile = await city.ask(PROFILE, { identifier: CODE });
const wholeSearch = await city.ask(SEARCH);

describe('A department that answers over the wire as it should', () => {
  it('is part of the profile and of every hit of a search', () => {
    expect(wholeProfile.errors).toEqual([]);
    expect(wholeProfile.data.subject.tax).toEqual({
      creditRatings: {
        totalCount: 1,
        nodes: [{ year: 2025, grade: { code: 'A' }, marks: [], item: { class: 'EVALUATION' } }],
      },
      arrears: { totalCount: 0 },
    });
    expect(wholeSearch.errors).toEqual([]);
    expect(wholeSearch.data.subjects.nodes.map((node: { tax: unknown }) => node.tax !== null)).toEqual([
      true,
      true,
      true,
    ]);
  });

  it('is asked with a signed viewer and nothing of the caller', () => {
    const [request] = tax.received;
    expect(request?.token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/u);
    expect(request?.head).not.toMatch(/^(?:cookie|authorization|x-forwarded)/imu);
  });
});

describe('Of a department that is silent', () => {
  it('the index still tells the counts and the timeline, with the instant that they hold for', async () => {
    await city.followed();
    tax.do(() => undefined);
    const { data, errors } = await askInAHurry(
      `query Top($identifier: String!) { subject(identifier: $identifier) {
        recordCounts { class count asOf } records { totalCount asOf nodes { item { code } year } } tax { creditRatings { totalCount } } } }`,
      { identifier: CODE },
    );
    tax.do(honest);
    expect(errors).toEqual([{ message: WORDS, path: ['subject', 'tax'], extensions: SILENT }]);
    const { recordCounts, records, tax: slice } = data.subject;
    expect(slice).toBeNull();
    expect(recordCounts.find((one: { class: string }) => one.class === 'EVALUATION')).toEqual({
      class: 'EVALUATION',
      count: 1,
      asOf: expect.stringMatching(/^\d{4}-/u),
    });
    expect(records).toEqual({
      totalCount: 1,
      asOf: expect.stringMatching(/^\d{4}-/u),
      nodes: [{ item: { code: 'tax.credit-rating' }, year: 2025 }],
    });
  });
});

/** What only the deadline ends: the whole time counts, not the time since the last byte. */
const LATE: Readonly<Record<string, Fault>> = {
  'accepts and never answers': () => undefined,
  'sends the head of an answer and nothing more': (socket) =>
    void socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n'),
  'sends half an answer and hangs': half(() => undefined),
  'sends its answer drop by drop': async (socket, received) => {
    const bytes = httpAnswer(JSON.stringify(await truth(received)));
    for (const byte of bytes) {
      if (socket.destroyed) return;
      socket.write(Buffer.of(byte));
      await sleep(20);
    }
  },
  'sends a head that never ends': async (socket) => {
    socket.write('HTTP/1.1 200 OK\r\n');
    while (!socket.destroyed) {
      socket.write('x-more: more\r\n');
      await sleep(20);
    }
  },
  'sends status 500 drop by drop': async (socket) => {
    socket.write('HTTP/1.1 500 Oops\r\ncontent-type: text/plain\r\ntransfer-encoding: chunked\r\n\r\n');
    while (!socket.destroyed) {
      socket.write('4\r\nleak\r\n');
      await sleep(20);
    }
  },
};

const ON_THE_WIRE: Readonly<Record<string, Fault>> = {
  'resets the connection': (socket) => void socket.resetAndDestroy(),
  'closes the connection': (socket) => void socket.end(),
  'sends half an answer and leaves': half((socket) => socket.destroy()),
  'sends garbage': (socket) => void socket.write(Buffer.from('\u0000\u0001leak of 10.9.8.7:5432\r\n\r\n')),
  'speaks another protocol': (socket) => void socket.write('SSH-2.0-OpenSSH_9.2 leak\r\n'),
  'sends an HTML page': (socket) => void socket.write(httpAnswer('<html>leak</html>', 'text/html')),
  'sends an HTML page as JSON': (socket) => void socket.write(httpAnswer('<html>leak</html>')),
  'sends a proxy’s error page': (socket) =>
    void socket.write(httpAnswer('<h1>502 leak 10.9.8.7</h1>', 'text/html', '502 Bad Gateway')),
  'sends status 500 with its stack': (socket) =>
    void socket.write(httpAnswer('{"stack":"leak at /srv/x.ts:1"}', 'application/json', '500 Internal Server Error')),
  'sends a redirect': (socket) =>
    void socket.write(`HTTP/1.1 302 Found\r\nlocation: http://10.9.8.7/leak\r\ncontent-length: 0\r\n\r\n`),
  'says that there is no content': (socket) => void socket.write('HTTP/1.1 204 No Content\r\n\r\n'),
  'sends its answer as plain text': async (socket, received) =>
    void socket.write(httpAnswer(JSON.stringify(await truth(received)), 'text/plain')),
  'sends 20 MB': (socket) => void socket.write(httpAnswer(`{"data":"${'x'.repeat(20 * 1024 * 1024)}"}`)),
  'sends 20 MB without saying how much it will be': (socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n');
    const mebibyte = `100000\r\n${' '.repeat(1024 * 1024)}\r\n`;
    for (let sent = 0; sent < 20; sent++) socket.write(mebibyte);
    socket.write('2\r\n{}\r\n0\r\n\r\n');
  },
  'sends nothing as an answer': (socket) => void socket.write(httpAnswer('')),
  ...Object.fromEntries(
    [
      'null',
      'true',
      '7',
      '"leak"',
      '[]',
      '{}',
      '{"data":null}',
      '{"data":[]}',
      '{"data":{}}',
      '{"data":"leak"}',
      '{"data":7}',
    ].map((text) => [`answers ${text}`, (socket: Socket) => void socket.write(httpAnswer(text))]),
  ),
};

function half(then: (socket: Socket) => void): Fault {
  return async (socket, received) => {
    const bytes = httpAnswer(JSON.stringify(await truth(received)));
    socket.write(bytes.subarray(0, bytes.length >> 1), () => then(socket));
  };
}

const slices = (change: (slice: SpoiltEntity, entity: SpoiltEntity) => unknown): Fault =>
  spoiled((answer) => {
    for (const entity of answer.data._entities) change(entity.tax, entity);
  });

const errorsOf =
  (make: (index: number) => object, wipe = true) =>
  (answer: Spoilt): void => {
    answer.errors = answer.data._entities.map((_, index) => make(index));
    if (wipe) for (const entity of answer.data._entities) entity.tax = null;
  };

const place = (index: number): readonly (string | number)[] => ['_entities', index, 'tax'];

const IN_WHAT_IT_SAYS: Readonly<Record<string, Fault>> = {
  'answers about no entity': spoiled((answer) => void answer.data._entities.splice(0)),
  'answers about one entity too few': spoiled((answer) => void answer.data._entities.pop()),
  'answers about one entity too many': spoiled((answer) => void answer.data._entities.push(answer.data._entities[0])),
  'answers an object where the list of entities belongs': spoiled(
    (answer) => void Object.assign(answer.data, { _entities: answer.data._entities[0] }),
  ),
  'answers null for every entity': spoiled((answer) => void answer.data._entities.fill(null)),
  'answers text for every entity': spoiled((answer) => void answer.data._entities.fill('leak')),
  'answers lists for entities': spoiled((answer) => void answer.data._entities.fill([])),
  'leaves its slice out': slices((_slice, entity) => delete entity.tax),
  'answers null for its slice and gives no reason': slices((_slice, entity) => (entity.tax = null)),
  'answers text for its slice': slices((_slice, entity) => (entity.tax = 'leak')),
  'answers a list for its slice': slices((_slice, entity) => (entity.tax = [])),
  'answers an empty slice': slices((_slice, entity) => (entity.tax = {})),
  'leaves a field of its slice out': slices((slice) => delete slice.arrears),
  'answers null where the schema has none': slices((slice) => (slice.arrears = null)),
  'answers null for a count': slices((slice) => (slice.arrears.totalCount = null)),
  'answers text for a count': slices((slice) => (slice.arrears.totalCount = '0')),
  'answers a fraction for a count': slices((slice) => (slice.arrears.totalCount = 0.5)),
  'answers an object for a count': slices((slice) => (slice.arrears.totalCount = { leak: 1 })),
  'answers an object where a list belongs': slices((slice) => (slice.creditRatings.nodes = { leak: 1 })),
  'answers null for a record': slices((slice) => (slice.creditRatings.nodes = [null])),
  'answers a list within the list': slices((slice) => (slice.creditRatings.nodes = [slice.creditRatings.nodes])),
  'answers a value that its enum does not have': slices((slice) => (slice.creditRatings.nodes[0].item.class = 'LEAK')),
  'answers a mark that does not exist': slices((slice) => (slice.creditRatings.nodes[0].marks = ['LEAK'])),
  'answers a number for a text': slices((slice) => (slice.creditRatings.nodes[0].grade.code = 7)),
  'leaves a field of a record out': slices((slice) => delete slice.creditRatings.nodes[0].grade),
  'adds what nobody asked for': slices((slice) => (slice.leak = 'leak')),
  'adds fields of the credit office': slices((_slice, entity) => (entity.name = 'leak')),
  'adds another root field': spoiled((answer) => void Object.assign(answer.data, { subject: { name: 'leak' } })),
  'tries to change every object’s prototype': async (socket, received) => {
    const text = JSON.stringify(await truth(received)).replaceAll('"arrears":', '"__proto__":{"leak":1},"arrears":');
    socket.write(httpAnswer(text));
  },
  'gives another department’s answer': async (socket) => {
    const entities = SUBJECTS.map(() => ({ market: { registration: null, penalties: { totalCount: 0 } } }));
    socket.write(httpAnswer(JSON.stringify({ data: { _entities: entities } })));
  },
  'gives an error without a place': spoiled(
    errorsOf(() => ({ message: 'connect ECONNREFUSED 10.9.8.7:5432', extensions: { code: 'INTERNAL_SERVER_ERROR' } })),
  ),
  'gives an error without a code': spoiled(errorsOf((index) => ({ message: 'leak', path: place(index) }))),
  'gives an error of another world': spoiled(
    errorsOf((index) => ({ message: 'leak', path: place(index), extensions: { code: 'ORA-00942' } })),
  ),
  'gives an error in a place where there is something': spoiled(
    errorsOf(
      (index) => ({ message: '税务部门暂未应答', path: place(index), extensions: { code: 'SOURCE_UNAVAILABLE' } }),
      false,
    ),
  ),
  'gives an error in a place that does not exist': spoiled(
    errorsOf(() => ({ message: 'leak', path: ['_entities', 99, 'leak'], extensions: { code: 'BAD_USER_INPUT' } })),
  ),
  'gives errors that are no list': spoiled((answer) => ({ ...answer, errors: { leak: 1 } })),
  'gives errors that are no objects': spoiled((answer) => ({ ...answer, errors: [null, 'leak'] })),
  'says that it is silent, in its own words': spoiled(
    errorsOf((index) => ({
      message: 'leak: postgres at 10.9.8.7:5432 is down',
      path: place(index),
      extensions: { code: 'SOURCE_UNAVAILABLE', department: 'market', retryAfter: 999_999, stacktrace: ['leak'] },
    })),
  ),
};

describe.each([
  ['on the wire', ON_THE_WIRE],
  ['in what it says', IN_WHAT_IT_SAYS],
])('A department that is wrong %s', (_title, faults) => {
  it.each(Object.entries(faults))('costs its own slice when it %s', async (_name, fault) => {
    tax.do(fault);
    const [profile, search] = await Promise.all([city.ask(PROFILE, { identifier: CODE }), city.ask(SEARCH)]);
    expectSilence(profile, wholeProfile, [['subject', 'tax']]);
    expectSilence(search, wholeSearch, EACH_HIT);
    tax.do(honest);
    expect((await city.ask(PROFILE, { identifier: CODE })).data).toEqual(wholeProfile.data);
  });
});

describe('A department that is late', () => {
  // In a hurry a crowded machine makes other departments late, too: that is no answer to this question, so it is asked again.
  it.each(Object.entries(LATE))('costs its own slice when it %s', { retry: 4 }, async (_name, fault) => {
    tax.do(fault);
    const [profile, search] = await Promise.all([askInAHurry(PROFILE, { identifier: CODE }), askInAHurry(SEARCH)]);
    expectSilence(profile, wholeProfile, [['subject', 'tax']]);
    expectSilence(search, wholeSearch, EACH_HIT);
  });

  it('costs no count of its sections: they are told from the index, with their instant', { retry: 4 }, async () => {
    const question = `query ($identifier: String!) { subject(identifier: $identifier) {
      recordCounts { class count asOf } records { totalCount } tax { arrears { totalCount } } } }`;
    await city.followed();
    tax.do(() => undefined);
    const { data, errors } = await askInAHurry(question, { identifier: CODE });
    expect(errors).toEqual([{ message: WORDS, path: ['subject', 'tax'], extensions: SILENT }]);
    const { recordCounts, records } = data.subject;
    expect(records.totalCount).toBe(1);
    for (const one of recordCounts)
      expect(one).toEqual({
        class: one.class,
        count: one.class === 'EVALUATION' ? 1 : 0,
        asOf: expect.stringMatching(/^20/u),
      });
    expect(recordCounts.length).toBeGreaterThan(6);
  });

  it('does not keep a connection on which it was given up', { retry: 4 }, async () => {
    const hung: Socket[] = [];
    tax.do((socket) => void hung.push(socket));
    // Each a question of its own to the department: the same would be asked once.
    const profiles = [1, 2, 3, 4, 5].map((index) => PROFILE.replace('tax {', `tax { part${index}: __typename`));
    await Promise.all(profiles.map((profile) => askInAHurry(profile, { identifier: CODE })));
    expect(hung.length).toBe(5);
    await expect.poll(() => hung.filter((socket) => tax.open.has(socket)).length, { timeout: 10_000 }).toBe(0);
  });
});

describe('A department that is down', () => {
  it('costs its own slice, and is back with the next question once it is up', async () => {
    await tax.refuse();
    expectSilence(await city.ask(PROFILE, { identifier: CODE }), wholeProfile, [['subject', 'tax']]);
    expectSilence(await city.ask(SEARCH), wholeSearch, EACH_HIT);
    await tax.admit();
    tax.do(honest);
    expect((await city.ask(PROFILE, { identifier: CODE })).data).toEqual(wholeProfile.data);
  });

  it('is named at the alias that the question gave it', async () => {
    await tax.refuse();
    const { data, errors } = await city.ask(
      'query Q($a: String!, $b: String!) { one: subject(identifier: $a) { paid: tax { arrears { totalCount } } } two: subject(identifier: $b) { mine: tax { arrears { totalCount } } name } }',
      { a: CODE, b: SUBJECTS[1]?.code },
    );
    await tax.admit();
    expect(errors.map(({ path }) => path).sort()).toEqual(
      [
        ['one', 'paid'],
        ['two', 'mine'],
      ].sort(),
    );
    expect(data).toEqual({ one: { paid: null }, two: { mine: null, name: SUBJECTS[1]?.name } });
  });

  it('says nothing about what was not asked of it', async () => {
    await tax.refuse();
    const { data, errors } = await city.ask(
      'query Q($a: String!, $taxed: Boolean!) { subject(identifier: $a) { name tax @include(if: $taxed) { arrears { totalCount } } } }',
      { a: CODE, taxed: false },
    );
    await tax.admit();
    expect({ data, errors }).toEqual({ data: { subject: { name: SUBJECTS[0]?.name } }, errors: [] });
  });
});

describe('A department’s own errors', () => {
  const says = (message: string, extensions: object): Fault =>
    spoiled(errorsOf((index) => ({ message, path: place(index), extensions })));
  const only = async (): Promise<Answer['errors'][number] | undefined> => {
    const answer = await city.ask(PROFILE, { identifier: CODE });
    expect(answer.data).toEqual(withoutTax(wholeProfile.data));
    expect(answer.errors.length).toBe(1);
    expect(answer.errors[0]?.path).toEqual(['subject', 'tax']);
    expectNothingForeign(answer.text);
    return answer.errors[0];
  };

  it('about the caller’s input reach the caller as they are', async () => {
    tax.do(honest);
    const answer = await city.ask(
      'query Q($a: String!) { subject(identifier: $a) { name tax { arrears(first: 1000) { totalCount } } } }',
      { a: CODE },
    );
    expect(answer.status).toBe(200);
    expect(answer.data).toEqual({ subject: { name: SUBJECTS[0]?.name, tax: null } });
    expect(answer.errors).toMatchObject([
      { path: ['subject', 'tax', 'arrears'], extensions: { code: 'BAD_USER_INPUT', department: 'tax' } },
    ]);
    expect(answer.errors[0]?.message).toMatch(/1 至 100/u);
  });

  it('about the caller’s input are put in our words where they say more than that', async () => {
    const message = '参数有误: postgres://leak@10.9.8.7:5432';
    tax.do(
      says(message, { code: 'BAD_USER_INPUT', argument: 'first', reason: 'leak at /srv/x.ts', expected: { leak: 1 } }),
    );
    const error = await only();
    expect(error?.message).toBe('税务部门不接受此处的查询参数。');
    expect(error?.extensions).toEqual({ code: 'BAD_USER_INPUT', department: 'tax', argument: 'first' });
  });

  it('of its own making are told in our words, with its reference where that is one', async () => {
    const reference = '6f1c3b0e-5a47-4d2c-9d0e-1f2a3b4c5d6e';
    tax.do(says('leak', { code: 'INTERNAL_SERVER_ERROR', reference }));
    const error = await only();
    expect(error?.message).toContain(reference);
    expect(error?.extensions).toEqual({ code: 'INTERNAL_SERVER_ERROR', reference, department: 'tax' });
    tax.do(says('leak', { code: 'INTERNAL_SERVER_ERROR', reference: 'leak 10.9.8.7' }));
    expect((await only())?.message).toMatch(/^服务内部出错/u);
  });

  it.each([
    ['AUTHORIZATION_REQUIRED', '字段 tax 须经信用主体授权方可查询。'],
    ['FORBIDDEN', '字段 tax 不对当前身份开放。'],
  ])('of rights (%s) are told in our words', async (code, message) => {
    tax.do(says('leak', { code, leak: 1 }));
    expect(await only()).toEqual({ message, path: ['subject', 'tax'], extensions: { code, department: 'tax' } });
  });

  it('cannot speak for another department', async () => {
    tax.do(says('不对。', { code: 'BAD_USER_INPUT', department: 'courts' }));
    expect((await only())?.extensions).toEqual({ code: 'BAD_USER_INPUT', department: 'tax' });
  });
});

describe('The joined answer', () => {
  it('never hides a null that breaks the schema where no client looks, even where a department of our own is wrong', async () => {
    const broken: Transport = {
      department: 'tax',
      title: '税务部门',
      isNear: true,
      ask: async () => ({ data: { _entities: [{ tax: { creditRatings: null, arrears: { totalCount: 0 } } }] } }),
      close: async () => undefined,
    };
    const ask = await city.another({ transports: new Map([...city.city.transports, ['tax', broken]]) });
    const { status, data, errors, text } = await ask(PROFILE, { identifier: CODE });
    expect({ status, data }).toEqual({ status: 200, data: withoutTax(wholeProfile.data) });
    expect(errors).toMatchObject([{ extensions: { code: 'INTERNAL_SERVER_ERROR', reference: expect.any(String) } }]);
    expect(errors[0]?.path?.slice(0, 2)).toEqual(['subject', 'tax']);
    expect(text).not.toMatch(/valueCompletion|Cannot return null/u);
  });

  it('does not come with the plan of it, whatever header asks for one', async () => {
    tax.do(honest);
    const headers = {
      'Apollo-Query-Plan-Experimental': '1',
      'Apollo-Query-Plan-Experimental-Format': 'internal',
      'apollo-federation-include-trace': 'ftv1',
    };
    const answer = await city.ask(PROFILE, { identifier: CODE }, headers);
    expect(answer.data).toEqual(wholeProfile.data);
    expect(Object.keys(JSON.parse(answer.text))).toEqual(['data', 'extensions']);
    const { cost: _cost, ...told } = JSON.parse(answer.text).extensions;
    expect(told).toEqual({ isComplete: true });
  });
});
