import { describe, expect, it } from 'vitest';
import { codesBeside } from '../../schema/codes/city.ts';
import { table as codes } from '../../schema/codes/index.ts';
import { credit } from '../../subgraphs/credit/index.ts';
import { listTypeNamed, listTypeOf, missingParts } from '../../subgraphs/credit/listings/list-types.ts';
import { type Cells, madeUpCode, one, submitTo } from './submitted.ts';

const listTypes = codesBeside(credit.folder, 'list-types')();
const code = madeUpCode('MA7KQ2X5');
const row: Cells = {
  主体名称: '云泽市青禾食品有限公司',
  统一社会信用代码: code,
  名单名称: '统计严重失信企业',
  列入事由: '提供不真实统计资料',
  列入依据: '《中华人民共和国统计法》',
  认定文号: '云统失信〔2026〕1号',
  列入日期: '2026-03-05',
  列入部门: '云泽市统计局',
};

/** What an item's sheet makes of a row with these changes. */
const submitted = (item: string, changes: Cells = {}) => one(submitTo(credit.sheets[item])({ ...row, ...changes }));
const SERIOUS = 'credit.serious-dishonesty-listing';
const ATTENTION = 'credit.key-attention-listing';

describe('A type of list', () => {
  const types = listTypes.rows.map((one) => listTypeOf(one.code, '2026-11-21'));

  it('is there for each statutory list of the data standard', () => {
    const names = [
      ...['失信被执行人', '重大税收违法失信主体', '严重违法失信名单', '拖欠农民工工资失信联合惩戒对象名单'],
      ...['政府采购严重违法失信行为记录名单', '安全生产严重失信主体名单', '统计严重失信企业', '海关失信企业'],
      ...['医疗保障严重失信名单', '军队采购失信名单'],
    ];
    const found = names.map((name) => listTypeNamed(name, '2026-11-21'));
    expect(found.map((type) => type?.polarity)).toEqual(names.map(() => 'SERIOUS_DISHONESTY'));
    expect(new Set(found.map((type) => type?.code)).size).toBe(names.length);
  });

  it('has a polarity, a publicity and a source; of serious dishonesty also one of the four fields', () => {
    for (const type of types) {
      expect(codes('list-polarities').get(type?.polarity ?? '')).toBeDefined();
      expect(type?.source).toBeTruthy();
      const isSerious = type?.polarity === 'SERIOUS_DISHONESTY';
      expect(codes('dishonesty-fields').get(type?.field ?? '') !== undefined).toBe(isSerious);
      expect(type?.level).toBe(type?.polarity === 'KEY_ATTENTION' ? 'GOVERNMENT' : 'PUBLIC');
    }
  });

  it('has all eight parts, or says which it lacks', () => {
    const lacking = types.flatMap((type) => (type && missingParts(type).length > 0 ? [type.code] : []));
    expect(lacking).toEqual(['HEALTH_INSURANCE', 'MILITARY_PROCUREMENT']);
    const military = listTypeOf('MILITARY_PROCUREMENT', '2026-11-21');
    expect(military && missingParts(military)).toEqual([
      ...['制定主体', '认定标准', '认定程序', '异议处理', '移出机制', '应用奖惩'],
    ]);
  });

  it('tells from when to when it is in force', () => {
    expect(listTypeOf('WAGE_ARREARS', '2026-11-21')).toMatchObject({
      validFrom: '2022-01-01',
      validTo: null,
      isVerified: false,
      isNational: true,
    });
    expect(listTypeOf('HONEST_ENTERPRISE', '2026-11-21')).toMatchObject({ validFrom: null, isNational: false });
  });
});

describe('An entry on a list', () => {
  it('of serious dishonesty is public', async () => {
    const { draft, reasons } = await submitted(SERIOUS);
    expect(reasons).toEqual([]);
    expect(draft).toMatchObject({ accessLevel: 'PUBLIC', own: { listType: 'STATISTICS' } });
  });

  it('of key attention is for government alone, and needs no document', async () => {
    const { draft, reasons } = await submitted(ATTENTION, { 名单名称: '重点关注对象名单', 认定文号: '' });
    expect(reasons).toEqual([]);
    expect(draft).toMatchObject({ accessLevel: 'GOVERNMENT', own: { listType: 'KEY_ATTENTION' } });
  });

  it.each([
    [SERIOUS, { 名单名称: '重点关注名单' }, 'LIST_POLARITY'],
    [ATTENTION, {}, 'LIST_POLARITY'],
    [ATTENTION, { 名单名称: '云泽市不受欢迎企业名单' }, 'UNKNOWN_LIST'],
    [SERIOUS, { 认定文号: '' }, 'NO_DOCUMENT'],
    [SERIOUS, { 名单名称: '医疗保障严重失信名单' }, 'LIST_INCOMPLETE'],
  ])('for %s with %o is refused', async (item, changes, reason) => {
    expect((await submitted(item, changes)).reasons).toEqual([reason]);
  });

  it('on a list that lacks parts is refused with the parts it lacks', async () => {
    const { messages } = await submitted(SERIOUS, { 名单名称: '军队采购失信名单' });
    expect(messages).toEqual([
      '“军队采购失信名单”尚未启用：名单制度缺少制定主体、认定标准、认定程序、异议处理、移出机制、应用奖惩。',
    ]);
  });
});
