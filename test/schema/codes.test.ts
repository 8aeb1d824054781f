import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { codeTables, readCodeTable, table } from '../../schema/codes/index.ts';
import { identify } from '../../schema/identifiers/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'codes-'));
afterAll(() => rmSync(folder, { recursive: true }));

function written(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}
const notes = '# source: a test\n# date: 2026-11-21\n# verified: no (invented)\n';

describe('the code tables', () => {
  it.each([
    'counterpart-categories',
    'credit-code-exceptions',
    'credit-code-kinds',
    'currencies',
    'dishonest-behaviours',
    'enterprise-types',
    'identifier-types',
    'industries',
    'penalty-types',
    'performance-statuses',
    'procedures',
    'regions',
    'registration-statuses',
    'tax-types',
  ])('include %s', (name) => {
    expect(codeTables().names).toContain(name);
  });

  it.each(codeTables().names.map((name) => ({ name })))(
    '$name says where it is from, and each code means one thing today',
    ({ name }) => {
      const read = table(name);
      expect(read.source.length).toBeGreaterThan(10);
      expect(read.date).toMatch(/^\d{4}-\d\d-\d\d$/);
      const inForce = read.rows.filter((row) => row.until === undefined).map((row) => row.code);
      expect(new Set(inForce).size).toBe(inForce.length);
    },
  );

  const chosenByLabel = codeTables().names.filter((name) => !/regions|industries|credit-code/.test(name));
  it.each(chosenByLabel.map((name) => ({ name })))('$name finds each row by its label and each alias', ({ name }) => {
    for (const row of table(name).rows) {
      for (const label of [row.label, ...row.aliases])
        expect([label, table(name).byLabel(label)?.code]).toEqual([label, row.code]);
    }
  });

  it('do not know a table without a file', () => {
    expect(() => table('colours')).toThrow('colours');
  });
});

describe('the regions', () => {
  const regions = table('regions');

  it('are those of GB/T 2260 in plausible number', () => {
    const count = (level: string) =>
      regions.rows.filter((row) => row.extra.level === level && row.extra.kind === 'STATUTORY').length;
    expect(count('PROVINCE')).toBe(34);
    expect(count('CITY')).toBeGreaterThan(330);
    expect(count('COUNTY')).toBeGreaterThan(2800);
  });

  it.each([
    ['421303', '曾都区', '421300'],
    ['411081', '禹州市', '411000'],
    ['450226', '三江侗族自治县', '450200'],
    ['130984', '河间市', '130900'],
    ['420117', '新洲区', '420100'],
    ['110105', '朝阳区', '110000'],
    ['429004', '仙桃市', '420000'],
  ])('%s is %s under %s', (code, label, parent) => {
    expect(regions.get(code)).toMatchObject({ code, label, extra: { parent } });
  });

  it('have parents that exist and successors in force', () => {
    for (const row of regions.rows) {
      const { parent, successor } = row.extra;
      if (row.extra.level !== 'NATION') expect([row.code, regions.get(parent ?? '')?.code]).toEqual([row.code, parent]);
      if (successor) expect(regions.get(successor)?.until).toBeUndefined();
      if (row.extra.kind === 'HISTORIC') expect(row.until).toBeDefined();
    }
  });

  it('keep abolished codes, and tell what one meant on a day', () => {
    expect(regions.get('411023')).toMatchObject({ label: '许昌县', until: '2017', extra: { successor: '411003' } });
    expect(regions.get('450206')?.label).toBe('柳江区');
    expect(regions.onDate('1990-05-01').get('450206')?.label).toBe('市郊区');
    expect(regions.onDate('2010-05-01').get('450206')).toBeUndefined();
    expect(regions.onDate('2016-12-31').get('411023')?.label).toBe('许昌县');
    expect(regions.onDate('2017-01-01').get('411023')).toBeUndefined();
  });

  it('prefer today’s code for a name, and give none where several places share it', () => {
    expect(regions.byLabel('曾都区')?.code).toBe('421303');
    expect(regions.byLabel('许昌县')?.code).toBe('411023');
    expect(regions.byLabel('鼓楼区')).toBeUndefined();
  });

  it('hold the invented city, marked as such', () => {
    const city = regions.rows.filter((row) => row.extra.kind === 'DEMONSTRATION');
    expect(city.map((row) => row.label)).toEqual([
      '泽州省',
      '云泽市',
      '临江区',
      '望湖区',
      '青石区',
      '云台区',
      '芦汀县',
      '广泽市',
    ]);
  });
});

describe('the other tables', () => {
  it('have the industries of GB/T 4754-2017', () => {
    const industries = table('industries');
    const count = (level: string) => industries.rows.filter((row) => row.extra.level === level).length;
    expect([count('SECTION'), count('DIVISION'), count('GROUP')]).toEqual([20, 97, 473]);
    expect(industries.get('A0111')).toMatchObject({ label: '稻谷种植', extra: { parent: 'A011' } });
    expect(industries.byLabel('0111')?.code).toBe('A0111');
    for (const row of industries.rows) {
      if (row.extra.level !== 'SECTION') expect(industries.get(row.extra.parent ?? '')).toBeDefined();
    }
  });

  it('have the 13 kinds of penalty of 2021 in order of severity, and the rest', () => {
    const penalties = table('penalty-types');
    const today = penalties.onDate('2026-11-21');
    expect(today.rows.map((row) => Number(row.extra.severity))).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
    ]);
    expect(today.rows.at(0)?.code).toBe('WARNING');
    expect(today.rows.at(-1)?.code).toBe('OTHER');
    const combined = (date: string) => penalties.onDate(date).get('SUSPEND_OR_REVOKE_LICENCE')?.code;
    expect([combined('2021-07-14'), combined('2021-07-15')]).toEqual(['SUSPEND_OR_REVOKE_LICENCE', undefined]);
    expect(penalties.byLabel('吊销执照')?.code).toBe('REVOKE_LICENCE');
  });

  it.each([
    '警告',
    '罚款',
    '没收违法所得',
    '没收非法财物',
    '责令停产停业',
    '暂扣或者吊销许可证',
    '暂扣或者吊销执照',
    '行政拘留',
    '其他',
  ])('understand the penalty wording of 2018: %s', (wording) => {
    expect(table('penalty-types').byLabel(wording)).toBeDefined();
  });

  it.each([
    ['registration-statuses', '存续(在营、开业、在册)', 'IN_BUSINESS'],
    ['registration-statuses', ' 吊销,未注销 ', 'REVOKED'],
    ['currencies', '人民币元', 'CNY'],
    ['currencies', 'rmb', 'CNY'],
    ['performance-statuses', '全部未履行', 'NONE_PERFORMED'],
    ['dishonest-behaviours', '违反财产报告制度的', 'VIOLATES_PROPERTY_REPORTING'],
    ['counterpart-categories', '法人及非法人组织', 'LEGAL_ENTITY'],
    ['procedures', '简易', 'SUMMARY'],
    ['enterprise-types', '有限责任公司(自然人独资)', '1151'],
    ['tax-types', '城建税', 'URBAN_MAINTENANCE_TAX'],
  ])('%s understands %s', (name, label, code) => {
    expect(table(name).byLabel(label)?.code).toBe(code);
  });

  it('have the 18 taxes in force', () => {
    expect(table('tax-types').onDate('2026-11-21').rows).toHaveLength(18);
  });

  it('name the types that identify gives', () => {
    for (const text of ['914403001922038216', '310230001716146', '192203821']) {
      expect(table('identifier-types').get(identify(text).type ?? '')).toBeDefined();
    }
  });
});

describe('a city’s own table', () => {
  it('stands in place of ours, and only that one', () => {
    written('procedures.csv', `${notes}code,label,aliases,from,until\nFAST,快速办理,快办|速裁,,\n`);
    const own = codeTables(folder);
    expect(own.table('procedures').rows.map((row) => row.code)).toEqual(['FAST']);
    expect(own.table('procedures').byLabel('速裁')?.code).toBe('FAST');
    expect(own.table('currencies').get('CNY')?.label).toBe('人民币');
    expect(table('procedures').get('FAST')).toBeUndefined();
  });

  it('may be any table in this form, with a byte-order mark, CRLF and columns of its own', () => {
    const path = written(
      'grades.csv',
      `\uFEFF${notes}code,label,rank,from,until\nG,"绿牌, 诚信",1,,\n`.replaceAll('\n', '\r\n'),
    );
    const read = readCodeTable(path);
    expect(read).toMatchObject({ name: 'grades', source: 'a test', isVerified: false });
    expect(read.get('G')).toEqual({
      code: 'G',
      label: '绿牌, 诚信',
      aliases: [],
      from: undefined,
      until: undefined,
      extra: { rank: '1' },
    });
  });

  it.each([
    ['code,label,from,until\nA,甲,,\n', 'source'],
    [`${notes}code,label\nA,甲\n`, 'from'],
    [`${notes}code,label,from,until\n`, '没有任何一行'],
    [`${notes}code,label,from,until\nA,,,\n`, '不能为空'],
    [`${notes}code,label,from,until\nA,甲,,\nA,乙,,\n`, '出现两次'],
    [`${notes}code,label,from,until\nA,甲,,2010\nA,乙,2009,\n`, '出现两次'],
    [`${notes}code,label,from,until\nA,甲,1.7.2021,\n`, '1.7.2021'],
    [`${notes}code,label,from,until\nA,甲,2021,2020\n`, '不早于'],
    [`${notes}code,label,from,until\nA,甲,\n`, 'broken.csv'],
    [`${notes.replace('no (', 'maybe (')}code,label,from,until\nA,甲,,\n`, 'verified'],
  ])('with a mistake is refused with the file and the reason: case %#', (text, reason) => {
    const path = written('broken.csv', text);
    expect(() => readCodeTable(path)).toThrow('broken.csv');
    expect(() => readCodeTable(path)).toThrow(reason);
  });

  it('in a folder that does not exist is a mistake', () => {
    expect(() => codeTables(join(folder, 'nowhere'))).toThrow('nowhere');
  });
});
