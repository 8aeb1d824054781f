import { describe, expect, it } from 'vitest';
import type { Transport } from '../../platform/subgraph/transport.ts';
import type { Answer } from '../support/city.ts';
import type { Fault } from '../support/faulty-department.ts';
import {
  CODE,
  cityBeforeTax,
  errorsOf,
  expectNothingForeign,
  PROFILE,
  place,
  SUBJECTS,
  withoutTax,
} from './silent-tax.ts';

const { tax, city, honest, spoiled, wholeProfile } = await cityBeforeTax();

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
