import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type Fault, httpAnswer } from '../support/faulty-department.ts';
import {
  CODE,
  cityBeforeTax,
  EACH_HIT,
  errorsOf,
  expectSilence,
  PROFILE,
  place,
  SEARCH,
  type SpoiltEntity,
  SUBJECTS,
} from './silent-tax.ts';

const { tax, city, truth, honest, spoiled, half, wholeProfile, wholeSearch } = await cityBeforeTax();

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

const slices = (change: (slice: SpoiltEntity, entity: SpoiltEntity) => unknown): Fault =>
  spoiled((answer) => {
    for (const entity of answer.data._entities) change(entity.tax, entity);
  });

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
