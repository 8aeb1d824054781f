import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { chooseCityCodes } from '../../schema/codes/city.ts';
import { credit } from '../../subgraphs/credit/index.ts';
import { listTypeOf } from '../../subgraphs/credit/listings/list-types.ts';
import { scratchFiles } from '../support/files.ts';
import { madeUpCode, one, submitTo } from './submitted.ts';

/** A city's own table: its key attention is published by a local regulation until 2025, and by nobody since; one list has ended. */
const given = readFileSync(fileURLToPath(new URL('codes/list-types.csv', credit.folder)), 'utf8').split('\n');
const header = given.find((line) => line.startsWith('code,'))?.split(',') ?? [];
const row = (cells: Readonly<Record<string, string>>) => header.map((column) => cells[column] ?? '').join(',');
const parts = {
  issuer: '市人大常委会',
  scope: '本市企业',
  criteria: '两次轻微失信',
  procedure: '告知后认定',
  channels: '本市信用网站',
  objection: '向认定部门提出',
  removal: '满一年移出',
  measures: '提示',
  isNational: 'no',
  source: '一份虚构的地方性法规',
  verified: 'yes',
};
const attention = { ...parts, code: 'KEY_ATTENTION', polarity: 'KEY_ATTENTION' };
const path = scratchFiles()(
  'list-types.csv',
  [
    '# source: a test',
    '# date: 2026-11-21',
    '# verified: no (invented)',
    header.join(','),
    row({ ...attention, label: '关注名单', level: 'PUBLIC', from: '2020-01-01', until: '2025-01-01' }),
    row({ ...attention, label: '重点关注名单', level: 'GOVERNMENT', from: '2025-01-01' }),
    row({
      ...parts,
      code: 'ENDED',
      label: '旧激励名单',
      polarity: 'INCENTIVE',
      from: '2015-01-01',
      until: '2024-07-01',
    }),
  ].join('\n'),
);
chooseCityCodes(dirname(path));
afterAll(() => chooseCityCodes(undefined));

const entry = (item: string, name: string, day: string) =>
  one(
    submitTo(credit.sheets[item])({
      主体名称: '云泽市青禾食品有限公司',
      统一社会信用代码: madeUpCode('MA7KQ2X5'),
      名单名称: name,
      列入事由: '事由',
      列入依据: '依据',
      列入日期: day,
      列入部门: '云泽市商务局',
    }),
  );

describe('A type of list that changed', () => {
  it('is for each entry what it was on the day of listing', async () => {
    const levels = ['2024-12-31', '2025-01-01'].map(async (day) => {
      const { draft } = await entry('credit.key-attention-listing', '重点关注名单', day);
      return [draft?.own.listType, draft?.accessLevel];
    });
    expect(await Promise.all(levels)).toEqual([
      ['KEY_ATTENTION', 'PUBLIC'],
      ['KEY_ATTENTION', 'GOVERNMENT'],
    ]);
    expect(listTypeOf('KEY_ATTENTION', '2024-12-31')).toMatchObject({
      legalName: '关注名单',
      validFrom: '2020-01-01',
      validTo: '2024-12-31',
      isVerified: true,
      isNational: false,
    });
    expect(listTypeOf('KEY_ATTENTION', '2026-01-01')).toMatchObject({ legalName: '重点关注名单', validTo: null });
  });

  it('that is at its end takes no more entries, and keeps those of its time', async () => {
    expect((await entry('credit.incentive-listing', '旧激励名单', '2024-06-30')).reasons).toEqual([]);
    const { reasons, messages } = await entry('credit.incentive-listing', '旧激励名单', '2024-07-01');
    expect(reasons).toEqual(['LIST_ENDED']);
    expect(messages.join()).toContain('2024-06-30');
  });
});
