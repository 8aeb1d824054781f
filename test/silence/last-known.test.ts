import fc from 'fast-check';
import { buildASTSchema, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { lastKnownAnswers } from '../../gateway/departments/last-known.ts';
import { registeredPolicy } from '../../gateway/departments/last-known-policy.ts';
import { committedSupergraph } from '../../gateway/supergraph/committed.ts';
import { calledBy, callerAs } from '../support/callers.ts';
import { TODAY } from '../support/city.ts';
import { httpAnswer } from '../support/faulty-department.ts';
import { CODE, NAME, ratings, SILENT, said, taxElsewhere, WHOLE, WITHOUT_TAX } from './tax-elsewhere.ts';

const { tax, honest, withoutDatabase, city, gatewayBefore } = await taxElsewhere();
const schema = buildASTSchema(parse(committedSupergraph(), { noLocation: true }), { assumeValidSDL: true });
const callers = {
  portal: callerAs('PORTAL', 'portal'),
  other: callerAs('PORTAL', 'other-portal'),
  analyst: callerAs('ANALYST', 'analyst'),
  bank: callerAs('BANK', 'river-bank'),
  office: callerAs('DEPARTMENT OTHER+PURPOSE', 'market-office', { department: 'tax', subject: '' }),
};
let now = TODAY;
const { ask } = await gatewayBefore({
  identify: calledBy(callers),
  now: () => now,
  limits: { milliseconds: 30_000, trustedProxies: ['127.0.0.1'] },
  budgets: { lastKnown: registeredPolicy(schema), breaker: { silences: 1_000, pauseMs: 3_600_000 } },
});
const later = (seconds: number): void => {
  now = new Date(TODAY.getTime() + seconds * 1_000);
};

/** Asks while the department answers, then, so much later, while it does not. */
async function whenSilent(
  query: string,
  { headers = {}, seconds = 60 }: { readonly headers?: Record<string, string>; readonly seconds?: number } = {},
) {
  now = TODAY;
  tax.do(honest);
  const { 'cache-control': _wish, ...others } = headers;
  const whole = await ask(query, others);
  expect(whole.errors).toEqual([]);
  expect([JSON.parse(whole.text).extensions.stale, whole.headers.get('age')]).toEqual([undefined, null]);
  tax.do((socket) => void socket.write(httpAnswer('no JSON')));
  later(seconds);
  return ask(query, headers);
}
const staleIn = ({ text }: { readonly text: string }): unknown => JSON.parse(text).extensions.stale;

describe('What a silent department last knew', () => {
  it('stands in for it to the public, marked with its instant and age', async () => {
    const answer = await whenSilent(ratings());
    expect(said(answer)).toEqual({ data: WHOLE, errors: [] });
    expect(staleIn(answer)).toEqual([{ department: 'tax', asOf: TODAY.toISOString(), ageSeconds: 60 }]);
    expect([answer.headers.get('age'), answer.headers.get('cache-control')]).toEqual(['60', 'no-store']);
    expect(said(await whenSilent(ratings(), { headers: { 'test-as': 'portal' } }))).toEqual({
      data: WHOLE,
      errors: [],
    });
  });

  it('stands in where the department itself says that its database is silent', async () => {
    await whenSilent(ratings());
    tax.do(withoutDatabase);
    const answer = await ask(ratings());
    expect(said(answer)).toEqual({ data: WHOLE, errors: [] });
    expect(staleIn(answer)).toMatchObject([{ department: 'tax' }]);
  });

  it('does so for as long as the policy has it, and no longer', async () => {
    expect(said(await whenSilent(ratings(), { seconds: 600 }))).toEqual({ data: WHOLE, errors: [] });
    expect(said(await whenSilent(ratings(), { seconds: 601 }))).toEqual({ data: WITHOUT_TAX, errors: [SILENT] });
    const penalties = `{ subject(identifier: "${CODE}") { name tax { penalties { totalCount } } } }`;
    expect((await whenSilent(penalties, { seconds: 120 })).data.subject.tax).toEqual({ penalties: { totalCount: 0 } });
    expect((await whenSilent(penalties, { seconds: 121 })).data.subject.tax).toBeNull();
  });

  it('does not where a list takes rights away or holds persons, not even by a count', async () => {
    for (const list of ['arrears', 'majorViolations']) {
      const answer = await whenSilent(
        `{ subject(identifier: "${CODE}") { name tax { creditRatings { totalCount } ${list} { totalCount } } } }`,
        { seconds: 1 },
      );
      expect(said(answer)).toEqual({ data: WITHOUT_TAX, errors: [SILENT] });
      expect(staleIn(answer)).toBeUndefined();
    }
  });

  it('is nobody’s who is more than the public', async () => {
    for (const name of ['analyst', 'bank', 'office'])
      expect(said(await whenSilent(ratings(), { headers: { 'test-as': name } }))).toEqual({
        data: WITHOUT_TAX,
        errors: [SILENT],
      });
    const office = { 'test-as': 'office', 'credit-purpose': 'SUPERVISION' };
    expect((await whenSilent(ratings(), { headers: office })).data).toEqual(WITHOUT_TAX);
  });

  it.each([
    ['a portal', { 'test-as': 'portal' }, { 'test-as': 'other' }],
    ['a stranger', { 'x-forwarded-for': '192.0.2.1' }, { 'x-forwarded-for': '192.0.2.2' }],
  ])('is told to %s who was told it before, and to another as if nobody had ever asked', async (_who, one, other) => {
    now = TODAY;
    tax.do(honest);
    for (const alias of ['asked', 'alone']) {
      const headers = alias === 'asked' ? one : other;
      expect((await ask(ratings(alias), headers)).data.subject.tax).toEqual({ [alias]: { totalCount: 1 } });
    }
    tax.do((socket) => void socket.write(httpAnswer('no JSON')));
    later(60);
    const again = await ask(ratings('asked'), one);
    expect([again.data.subject.tax, staleIn(again)]).toMatchObject([
      { asked: { totalCount: 1 } },
      [{ ageSeconds: 60 }],
    ]);
    const [asked, never] = [await ask(ratings('asked'), other), await ask(ratings('never'), other)];
    expect(said(asked)).toEqual({ data: WITHOUT_TAX, errors: [SILENT] });
    expect(asked.text).toBe(never.text);
    const told = ({ headers }: typeof asked) =>
      [...headers].filter(([name]) => !['date', 'x-request-id'].includes(name)).sort();
    expect(told(asked)).toEqual(told(never));
    // It has its own, which is nobody else's either.
    expect(said(await ask(ratings('alone'), one))).toEqual({ data: WITHOUT_TAX, errors: [SILENT] });
    expect(staleIn(await ask(ratings('alone'), other))).toMatchObject([{ ageSeconds: 60 }]);
  });

  it('is nobody’s who asks for what was known at an instant', async () => {
    now = new Date(Date.now() + 1_000);
    const known = { 'credit-as-of': new Date().toISOString() };
    tax.do(honest);
    expect(said(await ask(ratings(), known))).toEqual({ data: WHOLE, errors: [] });
    tax.do((socket) => void socket.write(httpAnswer('no JSON')));
    expect(said(await ask(ratings(), known))).toEqual({ data: WITHOUT_TAX, errors: [SILENT] });
  });

  it.each(['no-cache', 'no-store', 'max-age=0, No-Cache'])(
    'is not told to who says Cache-Control: %s',
    async (wish) => {
      const answer = await whenSilent(ratings(), { headers: { 'cache-control': wish } });
      expect(said(answer)).toEqual({ data: WITHOUT_TAX, errors: [SILENT] });
    },
  );

  it('ends with the day in Shanghai', async () => {
    const midnight = Date.parse('2026-11-22T00:00:00+08:00');
    const before = (midnight - TODAY.getTime()) / 1_000 - 30;
    later(before);
    tax.do(honest);
    await ask(ratings());
    tax.do((socket) => void socket.write(httpAnswer('no JSON')));
    later(before + 29);
    expect(said(await ask(ratings()))).toEqual({ data: WHOLE, errors: [] });
    later(before + 31);
    expect(said(await ask(ratings()))).toEqual({ data: WITHOUT_TAX, errors: [SILENT] });
  });

  it('is the last that it knew: what was withdrawn before does not come back', async () => {
    now = TODAY;
    tax.do(honest);
    const query = ratings('withdrawn');
    expect((await ask(query)).data.subject.tax).toEqual({ withdrawn: { totalCount: 1 } });
    await city.database.admin`update tax.tax_credit_ratings set withheld_reason = 'WITHDRAWN'`;
    later(2);
    expect((await ask(query)).data.subject.tax).toEqual({ withdrawn: { totalCount: 0 } });
    await city.database.admin`update tax.tax_credit_ratings set withheld_reason = null`;
    tax.do((socket) => void socket.write(httpAnswer('no JSON')));
    later(10);
    expect((await ask(query)).data.subject.tax).toEqual({ withdrawn: { totalCount: 0 } });
  });

  it('tells nothing of what is hidden: with it and without it the same, byte for byte', async () => {
    const told = async () => [(await whenSilent(ratings())).text, (await whenSilent(ratings(), { seconds: 601 })).text];
    const ofOffice = async () => {
      tax.do(honest);
      return (await ask(ratings(), { 'test-as': 'office', 'credit-purpose': 'SUPERVISION' })).data.subject.tax;
    };
    const before = [await told(), await ofOffice()];
    await city.take(
      'tax.credit-rating',
      `纳税人名称,统一社会信用代码,评价年度,信用等级,评价单位\n${NAME},${CODE},2024,B,云泽市税务局\n`,
    );
    expect(await told()).toEqual(before[0]);
    expect([before[1], await ofOffice()]).toEqual([
      { creditRatings: { totalCount: 1 } },
      { creditRatings: { totalCount: 2 } },
    ]);
  });

  it('is not used while the department answers, whatever it answers', async () => {
    now = TODAY;
    tax.do(honest);
    await ask(ratings());
    later(5);
    const answer = await ask(ratings());
    expect([answer.data, staleIn(answer)]).toEqual([WHOLE, undefined]);
  });
});

describe('The credit office’s last known', () => {
  it('leaves names and withholds lists, each null with its error', async () => {
    now = TODAY;
    let isDown = false;
    const credit = city.city.transports.get('credit');
    if (!credit) throw new Error('credit is not here');
    const failing: typeof credit = {
      ...credit,
      ask: async (...given) => {
        if (isDown) throw new Error('down');
        return credit.ask(...given);
      },
    };
    tax.do(honest);
    const before = await gatewayBefore({
      transports: new Map([...city.city.transports, ['credit', failing]]),
      now: () => now,
      budgets: { lastKnown: registeredPolicy(schema) },
    });
    const query = `{ subject(identifier: "${CODE}") { name isVerified listings { totalCount } recordCounts { count } } }`;
    const whole = await before.ask(query);
    expect(whole.data.subject).toMatchObject({ name: NAME, isVerified: true, listings: { totalCount: 0 } });
    isDown = true;
    later(30);
    const { data, errors, text } = await before.ask(query);
    expect(data).toEqual({ subject: { name: NAME, isVerified: true, listings: null, recordCounts: null } });
    expect(errors.map(({ path, extensions }) => [path, extensions.code, extensions.department])).toEqual([
      [['subject', 'listings'], 'SOURCE_UNAVAILABLE', 'credit'],
      [['subject', 'recordCounts'], 'SOURCE_UNAVAILABLE', 'credit'],
    ]);
    expect(JSON.parse(text).extensions.stale).toEqual([
      { department: 'credit', asOf: TODAY.toISOString(), ageSeconds: 30 },
    ]);
  });
});

describe('The memory of last known answers', () => {
  const answer = (text: string) => ({ data: { text } });

  it('is bounded, the oldest going first, and takes no answer that is in part or larger than one may be', () => {
    const kept = lastKnownAnswers({ bytes: 100, bytesEach: 60 });
    for (const key of ['a', 'b', 'c']) kept.keep(key, answer(`${key}`.repeat(30)), TODAY);
    expect(['a', 'b', 'c'].map((key) => kept.of(key)?.data.text)).toEqual([undefined, 'b'.repeat(30), 'c'.repeat(30)]);
    kept.keep('large', answer('x'.repeat(60)), TODAY);
    kept.keep('part', { ...answer('y'), errors: [{ message: 'z' }] }, TODAY);
    expect([kept.of('large'), kept.of('part'), kept.of('c')?.data.text]).toEqual([
      undefined,
      undefined,
      'c'.repeat(30),
    ]);
  });

  it('tells what was kept last of a question or nothing, and what was just kept, in whatever room', () => {
    const asked = fc.record({
      key: fc.constantFrom(...'abcdefgh'),
      text: fc.string({ unit: 'binary', maxLength: 40 }),
    });
    fc.assert(
      fc.property(fc.array(asked, { maxLength: 60 }), fc.integer({ min: 1, max: 400 }), (all, bytes) => {
        const kept = lastKnownAnswers({ bytes, bytesEach: 150 });
        const last = new Map<string, string>();
        for (const { key, text } of all) {
          kept.keep(key, answer(text), TODAY);
          last.set(key, text);
          const size = Buffer.byteLength(JSON.stringify({ text }));
          expect(kept.of(key)?.data.text).toBe(size > Math.min(bytes, 150) ? undefined : text);
          const told = [...last].filter(([one]) => kept.of(one));
          for (const [one, wanted] of told) expect(kept.of(one)?.data.text).toBe(wanted);
        }
      }),
    );
  });

  it('keeps what was asked last, whichever was answered last', () => {
    const kept = lastKnownAnswers();
    kept.keep('same', answer('newer'), new Date(TODAY.getTime() + 1));
    kept.keep('same', answer('older'), TODAY);
    expect(kept.of('same')?.data.text).toBe('newer');
  });

  it('forgets what no policy could tell any more', () => {
    const kept = lastKnownAnswers();
    kept.keep('old', answer('x'), TODAY);
    kept.keep('new', answer('y'), new Date(TODAY.getTime() + 3_600_001));
    expect([kept.of('old'), kept.of('new')?.data.text]).toEqual([undefined, 'y']);
  });
});
