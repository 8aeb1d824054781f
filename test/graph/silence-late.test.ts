import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Fault, httpAnswer } from '../support/faulty-department.ts';
import {
  CODE,
  cityBeforeTax,
  EACH_HIT,
  expectSilence,
  PROFILE,
  SEARCH,
  SILENT,
  SUBJECTS,
  WORDS,
} from './silent-tax.ts';

const { tax, city, askInAHurry, truth, honest, half, wholeProfile, wholeSearch } = await cityBeforeTax();

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

describe('A department that is late', () => {
  it.each(Object.entries(LATE))('costs its own slice when it %s', async (_name, fault) => {
    tax.do(fault);
    const [profile, search] = await Promise.all([askInAHurry(PROFILE, { identifier: CODE }), askInAHurry(SEARCH)]);
    expectSilence(profile, wholeProfile, [['subject', 'tax']]);
    expectSilence(search, wholeSearch, EACH_HIT);
  });

  it('costs no count of its sections: they are told from the index, with their instant', async () => {
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

  it('does not keep a connection on which it was given up', async () => {
    const hung: Socket[] = [];
    tax.do((socket) => void hung.push(socket));
    // Each a question of its own to the department: the same would be asked once.
    const profiles = [1, 2, 3, 4, 5].map((index) => PROFILE.replace('tax {', `tax { part${index}: __typename`));
    await Promise.all(profiles.map((profile) => askInAHurry(profile, { identifier: CODE })));
    expect(hung.length).toBe(5);
    await expect.poll(() => hung.filter((socket) => tax.asking.has(socket)).length, { timeout: 10_000 }).toBe(0);
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
