import { afterAll, describe, expect, it } from 'vitest';
import { createLog } from '../../platform/log.ts';
import { viewerKeyOf } from '../../platform/subgraph/department.ts';
import { listenForGateway } from '../../platform/subgraph/listen.ts';
import { farTransport } from '../../platform/subgraph/transport.ts';
import { viewerSigner } from '../../platform/viewer/token.ts';
import { csv, oldNumber, penalty, rating, registered } from '../departments/made-up.ts';
import { madeUpCode } from '../departments/submitted.ts';
import { testCity } from '../support/city.ts';
import { TEST_SECRET } from '../support/database.ts';
import { beTold, keeping } from './keeping.ts';

// Whatever a kept answer rests on: once it has changed, nobody who asks later is told the answer of before.

const city = await testCity();
const { kept, post, outcomes } = await keeping(city);
const code = (number: number): string => madeUpCode(`MA8CHN${String(number).padStart(2, '0')}`);
const list = (name: string, number: string, changes = {}) =>
  city.take('credit.subject', csv([registered(name, { 统一社会信用代码: number }, changes)]));
/** Each has a document of its own. */
const fine = (number: string, ten: string) => {
  const document = { 行政处罚决定书文号: `云市监罚〔2026〕${number.slice(14, 16)}号`, '罚款金额(万元)': ten };
  return city.take('market.penalty', csv([penalty('云泽受罚有限公司', number, document)]));
};
const rate = (name: string, number: string, changes = {}) =>
  city.take('tax.credit-rating', csv([rating(name, number, changes)]));

const FINES = '{ subject(identifier: "%") { id market { penalties { nodes { fine { amount } } } } } }';
const NAMES = '{ subject(identifier: "%") { id name } }';
const OLD = oldNumber('00008261');

interface Case {
  readonly what: string;
  readonly query: string;
  readonly before: () => unknown;
  readonly change: () => unknown;
  /** What stands in the answer afterwards and not before, or the other way round. */
  readonly shows: string;
}

const CASES: readonly Case[] = [
  {
    what: 'a record is corrected',
    query: FINES.replace('%', code(1)),
    before: () => fine(code(1), '0.2'),
    change: () => fine(code(1), '0.3'),
    shows: '"amount":"3000.00"',
  },
  {
    what: 'a subject that had no record gets one',
    query: FINES.replace('%', code(2)),
    before: () => list('云泽受罚有限公司', code(2)),
    change: () => fine(code(2), '0.4'),
    shows: '"amount":"4000.00"',
  },
  {
    what: 'a subject that nobody knew is listed',
    query: NAMES.replace('%', code(3)),
    before: () => undefined,
    change: () => list('云泽新来有限公司', code(3)),
    shows: '云泽新来有限公司',
  },
  {
    what: 'a subject that was known from hidden rows alone gets one that may be seen',
    query: NAMES.replace('%', code(4)),
    before: () => rate('云泽露面有限公司', code(4), { 信用等级: 'B', 评价年度: '2023' }),
    change: () => rate('云泽露面有限公司', code(4), { 信用等级: 'A', 评价年度: '2024' }),
    shows: '云泽露面有限公司',
  },
  {
    what: 'a subject gets another name',
    query: NAMES.replace('%', code(5)),
    before: () => list('云泽旧名有限公司', code(5)),
    change: () => list('云泽新名有限公司', code(5), { 曾用名: '云泽旧名有限公司' }),
    shows: '云泽新名有限公司',
  },
  {
    what: 'a subject that was asked for by its registration number gets a credit code',
    query: NAMES.replace('%', OLD),
    before: () => city.take('tax.credit-rating', csv([rating('云泽换号有限公司', '', { 工商注册号: OLD })])),
    change: () =>
      city.take(
        'credit.subject',
        csv([registered('云泽换号有限公司', { 统一社会信用代码: code(6), 工商注册号: OLD })]),
      ),
    shows: code(6),
  },
  {
    what: 'a search finds one more',
    query: '{ subjects(search: "云泽检索") { nodes { name } } }',
    before: () => list('云泽检索甲有限公司', code(7)),
    change: () => list('云泽检索乙有限公司', code(8)),
    shows: '云泽检索乙有限公司',
  },
  {
    what: 'a board of all departments has one more',
    query: '{ records(filter: { items: ["market.penalty"] }) { nodes { subject { id } } } }',
    before: () => list('云泽受罚有限公司', code(9)),
    change: () => fine(code(9), '0.5'),
    shows: code(9),
  },
  {
    what: 'a timeline and its counts have one more',
    query: `{ subject(identifier: "${code(10)}") { id records { nodes { title } } recordCounts { count } } }`,
    before: () => list('云泽受罚有限公司', code(10)),
    change: () => fine(code(10), '0.6'),
    shows: '"nodes":[{',
  },
  {
    what: 'an item is submitted for the first time, and verdicts tell so',
    query: `{ subject(identifier: "${code(11)}") { id verdicts { item { code } outcome } } }`,
    before: () => list('云泽结论有限公司', code(11)),
    change: () =>
      city.take(
        'tax.arrears',
        `纳税人名称,统一社会信用代码,公告日期,欠税税种,欠税余额,公告机关\n云泽欠税有限公司,${code(12)},2026-10-10,增值税,100,云泽市税务局\n`,
      ),
    shows: '"item":{"code":"tax.arrears"},"outcome":"NONE"',
  },
];

describe('An answer that was kept is told no more once', () => {
  it.each(CASES.map((one) => [one.what, one] as const))('%s', async (_what, { query, before, change, shows }) => {
    await before();
    await city.followed();
    await beTold();
    const earlier = await kept(query);
    expect(earlier.text).not.toContain(shows);
    await change();
    await city.followed();
    await beTold();
    expect((await post(query)).text).toContain(shows);
  });
});

describe('A department behind HTTP', () => {
  it('tells its changes as a near one does', async () => {
    const market = city.city.near.get('market');
    if (!market) throw new Error('the market department is not here');
    const listening = await listenForGateway(market, { host: '127.0.0.1', port: 0 }, createLog('silent'));
    const url = new URL(`http://127.0.0.1:${listening.port}/graphql`);
    const far = farTransport('market', '市场监管部门', url, viewerSigner('market', viewerKeyOf(TEST_SECRET, 'market')));
    const transports = new Map([...city.city.transports, ['market', far] as const]);
    const elsewhere = await keeping(city, { cache: { transports }, gateway: { transports } });
    afterAll(async () => {
      await elsewhere.cache.stop();
      await far.close();
      await listening.close(1_000);
    });
    await fine(code(30), '0.1');
    const question = FINES.replace('%', code(30));
    expect((await elsewhere.kept(question)).text).toContain('"amount":"1000.00"');
    await fine(code(30), '0.9');
    await beTold();
    expect((await elsewhere.post(question)).text).toContain('"amount":"9000.00"');
  });
});

describe('An answer about somebody else', () => {
  it('stays', async () => {
    await list('云泽不变有限公司', code(20));
    const other = FINES.replace('%', code(20));
    await kept(other);
    await fine(code(21), '0.7');
    await city.followed();
    await beTold();
    await kept(FINES.replace('%', code(21)));
    const { miss } = outcomes;
    await kept(other);
    expect(outcomes.miss).toBe(miss);
  });
});
