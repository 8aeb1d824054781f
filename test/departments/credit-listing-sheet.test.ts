import { describe, expect, it } from 'vitest';
import { codesBeside } from '../../schema/codes/city.ts';
import { table as codes } from '../../schema/codes/index.ts';
import { credit } from '../../subgraphs/credit/index.ts';
import { listTypeNamed, listTypeOf, missingParts } from '../../subgraphs/credit/listings/list-types.ts';
import { departments } from '../../subgraphs/index.ts';
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
    [SERIOUS, { 有效期至: '2026-03-04' }, 'ENDS_BEFORE_START'],
    [SERIOUS, { 公示截止期: '2026-03-04' }, 'PUBLICATION_ENDS_BEFORE_START'],
    [SERIOUS, { 移出日期: '2026-03-04' }, 'REMOVED_BEFORE_START'],
    [SERIOUS, { 列入日期: '2098-03-05' }, 'DECIDED_IN_FUTURE'],
  ])('for %s with %o is refused', async (item, changes, reason) => {
    expect((await submitted(item, changes)).reasons).toEqual([reason]);
  });

  it.each([
    ['失信被执行人名单', 'courts.dishonest-debtor'],
    ['重大税收违法失信主体', 'tax.major-violation'],
    ['严重违法失信企业名单', 'market.serious-violation'],
    ['拖欠农民工工资黑名单', 'labour.wage-arrears'],
  ])('on the list %s is refused: %s holds it, and one listing is one record', async (name, item) => {
    const { reasons, messages } = await submitted(SERIOUS, { 名单名称: name });
    expect(reasons).toEqual(['LIST_OF_ANOTHER_ITEM']);
    expect(messages.join()).toContain(item);
    expect(departments.some(({ sheets }) => item in (sheets ?? {}))).toBe(true);
  });

  it.each([
    ['统计严重失信企业', '2027-03-05', '2026-09-05'],
    ['安全生产严重失信主体名单', '2029-03-05', '2027-03-05'],
    ['政府采购严重违法失信行为记录名单', '2029-03-05', null],
    ['海关失信企业', null, null],
  ])(
    'on the list %s is published until %s by the list’s own term, and may be repaired from %s',
    async (name, end, repair) => {
      const { draft } = await submitted(SERIOUS, { 名单名称: name });
      expect(draft).toMatchObject({
        effectiveUntil: end,
        publicationEndsOn: end,
        repairEligibleFrom: repair,
        isPublicationProvisional: end !== null,
      });
    },
  );

  it('ends as its source says, within the list’s longest term', async () => {
    const name = { 名单名称: '安全生产严重失信主体名单' };
    const ends = async (until: string) => {
      const { draft, marks } = await submitted(SERIOUS, { ...name, 有效期至: until });
      return [draft?.publicationEndsOn, ...marks];
    };
    expect(await ends('2027-01-31')).toEqual(['2027-01-31']);
    expect(await ends('2029-03-05')).toEqual(['2029-03-05']);
    expect(await ends('2029-03-06')).toEqual(['2029-03-05', 'PUBLICATION_SHORTENED']);
    expect(await ends('长期')).toEqual(['2029-03-05']);
  });

  it('is the same entry however the authority’s name is written', async () => {
    const [half, full] = [{ 列入部门: '云泽市统计局(市调查队)' }, { 列入部门: '云泽市统计局（市调查队）' }];
    const keys = [await submitted(SERIOUS, half), await submitted(SERIOUS, full)].map(({ draft }) => draft?.naturalKey);
    expect(keys[0]).toEqual(keys[1]);
  });

  it('on a list that lacks parts is refused with the parts it lacks', async () => {
    const { messages } = await submitted(SERIOUS, { 名单名称: '军队采购失信名单' });
    expect(messages).toEqual([
      '“军队采购失信名单”尚未启用：名单制度缺少制定主体、认定标准、认定程序、异议处理、移出机制、应用奖惩。',
    ]);
  });
});
