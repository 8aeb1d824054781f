import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { date, defineSheet, money, never, readSheet, text } from '../../platform/sheets/index.ts';
import { nearHeader } from '../../platform/sheets/near-headers.ts';
import { collect, scratchFiles } from '../support/files.ts';

const write = scratchFiles();
const known = new Map([
  ['行政处罚决定书文号', 'documentNumber'],
  ['行政处罚决定文书号', 'documentNumber'],
  ['统一社会信用代码', 'creditCode'],
  ['行政相对人代码1统一社会信用代码', 'creditCode'],
  ['行政相对人代码2工商注册号', 'registrationNumber'],
  ['不予公示原因', 'withheldReason'],
  ['移出决定日期', 'removedOn'],
  ['处罚机关名称', 'authorityName'],
  ['处罚机关地址', 'authorityAddress'],
  ['案由', 'violationFacts'],
]);
const guess = (title: string) => nearHeader(title, known)?.field;

describe('A misspelt header', () => {
  it.each([
    ['政处罚决定文书号', 'documentNumber'],
    ['行政处罚决定书文', 'documentNumber'],
    ['行政处罚决定书书文号', 'documentNumber'],
    ['行政罚处决定书文号', 'documentNumber'],
    ['统一社会信用代', 'creditCode'],
    ['行政相对人代码1统一社会用代码', 'creditCode'],
  ])('%s is taken for the one that it is near to: %s', (title, field) => {
    expect(guess(title)).toBe(field);
  });

  it.each([
    ['移入决定日期', 'another character may be another fact'],
    ['予公示原因', 'what is missing says the opposite'],
    ['原处罚机关名称', 'what is added may say whose'],
    ['行政相对人代码3工商注册号', 'a digit counts'],
    ['行政相对人代码工商注册号', 'a digit counts'],
    ['处罚机关', 'more than one character is missing'],
    ['事由', 'it is too short'],
    ['由案', 'it is too short'],
  ])('%s is not, since %s', (title) => {
    expect(guess(title)).toBeUndefined();
  });

  it('between two fields is left alone', () => {
    const two = new Map([
      ['处罚决定日期甲', 'one'],
      ['处罚决定日期乙', 'other'],
    ]);
    expect(nearHeader('处罚决定日期', two)).toBeUndefined();
    expect(nearHeader('处罚决定日期', new Map([...two].slice(0, 1)))?.field).toBe('one');
  });

  it('is never a known one, and one slip in a long header is always found', () => {
    const long = [...known.keys()].filter((title) => title.length > 5);
    fc.assert(
      fc.property(fc.constantFrom(...long), fc.nat(20), (title, place) => {
        expect(guess(title)).toBe([...known].find(([alias, field]) => guess(title) === field && alias !== title)?.[1]);
        const at = place % title.length;
        const doubled = title.slice(0, at + 1) + title.slice(at);
        if (!/\d/u.test(title[at] ?? '')) expect(guess(doubled)).toBe(known.get(title));
      }),
    );
  });

  const sheet = defineSheet({
    columns: {
      name: text(['行政相对人名称'], { isRequired: true }),
      number: text(['行政处罚决定书文号'], { isRequired: true }),
      decidedOn: date(['处罚决定日期']),
      fine: money(['罚款金额(万元)', '罚款金额(元)'], { unit: 'TEN_THOUSAND_YUAN' }),
      idNumber: never(['法定代表人证件号码']),
    },
  });
  const read = (header: string, row: string) =>
    collect(readSheet(write('near.csv', `\uFEFF${header}\r\n${row}\r\n`), sheet));

  it('is read and told, and the file is not refused for it', async () => {
    const [header, row] = await read('行政相对名称,行政处罚决定书文文号,处罚决定日期', '甲,乙,2026-03-05');
    expect(header).toMatchObject({
      outcome: 'HEADER',
      presumed: { 行政相对名称: '行政相对人名称', 行政处罚决定书文文号: '行政处罚决定书文号' },
    });
    expect(row).toMatchObject({ outcome: 'ROW', values: { name: '甲', number: '乙', decidedOn: '2026-03-05' } });
  });

  it('of an amount is never guessed, nor one whose field has its header', async () => {
    const [header] = await read(
      '行政相对人名称,行政处罚决定书文号,罚金额(万元),处罚决定日期,处罚决日期',
      '甲,乙,1,2026-03-05,x',
    );
    expect(header).toMatchObject({ presumed: {}, unknown: ['罚金额(万元)', '处罚决日期'] });
  });

  it('twice for one field is guessed for neither', async () => {
    const [header] = await read(
      '行政相对人名称,行政处罚决定书文号,处罚决日期,处罚定日期',
      '甲,乙,2026-03-05,2026-03-06',
    );
    expect(header).toMatchObject({ presumed: {}, absent: expect.arrayContaining(['decidedOn']) });
  });

  it('of ID numbers leaves them out as the right one does', async () => {
    const rows = await read('行政相对人名称,行政处罚决定书文号,法定代表人证号码', '甲,乙,不是号码的字');
    expect(JSON.stringify(rows)).not.toContain('不是号码的字');
  });
});
