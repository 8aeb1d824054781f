import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkDigit, isRegistrationNumber } from '../../schema/identifiers/registration-number.ts';
import { madeUpCode } from '../departments/submitted.ts';
import { idNumbers, legacyIdNumbers } from '../schema/numbers.ts';
import { isFar, testCity } from '../support/city.ts';
import { codeOf, csv, RATINGS } from './files.ts';

const city = await testCity();
const STORY = codeOf(1);
const FORMER_CODE = codeOf(2);
const OLD_NUMBER = `33010200001234${checkDigit('33010200001234')}`;
const [SHOP_EAST, SHOP_WEST] = [madeUpCode('MA900001', '92'), madeUpCode('MA900002', '92')];
/** Lawfully issued, and its check character does not fit: schema/codes/credit-code-exceptions.csv. */
const EXCEPTION = '91350100M0001TGQXM';
const UNCONFIRMED = codeOf(50);

await city.take(
  'credit.subject',
  csv(
    '机构名称,统一社会信用代码,注册号,原统一社会信用代码,行政区划,曾用名',
    ['云泽晨光机械有限公司', STORY, OLD_NUMBER, FORMER_CODE, '990102', '云泽市第二机床厂'],
    ['云泽好味早餐店', SHOP_EAST, '', '', '990102', ''],
    ['云泽好味早餐店', SHOP_WEST, '', '', '990103', ''],
    ['云泽早试点有限公司', EXCEPTION, '', '', '', ''],
    ['云泽旧名有限公司', codeOf(5), '', '', '', '云泽新名有限公司'],
    ['云泽新名有限公司', codeOf(6), '', '', '', ''],
    ...Array.from({ length: 60 }, (_, index) => [
      `云泽第${100 + index}木业有限公司`,
      codeOf(100 + index),
      '',
      '',
      '',
      '',
    ]),
  ),
);
await city.take('tax.credit-rating', csv(RATINGS, ['云泽无人知晓有限公司', UNCONFIRMED, 2024, 'A', '云泽市税务局']));

/** B1 of the design: a bank identifies a page of borrowers, codes, old numbers and names in one column. */
const B1 = `query B1Identify($identifiers: [String!]!) {
  subjectsByIdentifier(identifiers: $identifiers) {
    identifier outcome message
    subject { id creditCode name isVerified }
    candidates { matchedName reasons score subject { creditCode name district { label } } }
  }
}`;
async function identified(...identifiers: readonly string[]) {
  const { status, data, errors } = await city.ask(B1, { identifiers });
  expect({ status, errors }).toEqual({ status: 200, errors: [] });
  return data.subjectsByIdentifier;
}
const replaced = (at: number, by: string) => `${STORY.slice(0, at)}${by}${STORY.slice(at + 1)}`;
const FOUND = { outcome: 'FOUND', subject: { id: STORY, name: '云泽晨光机械有限公司', isVerified: true } };

describe('A page of borrowers', () => {
  it('of 100 mixed inputs gives 100 results in their order, those given twice answered twice', async () => {
    const kinds = [
      [STORY, 'FOUND'],
      [OLD_NUMBER, 'FOUND'],
      [FORMER_CODE, 'FOUND_BY_FORMER_CODE'],
      ['云泽晨光机械有限公司', 'FOUND'],
      ['云泽市第二机床厂', 'FOUND'],
      ['云泽好味早餐店', 'AMBIGUOUS'],
      ['云泽晨广机械有限公司', 'UNKNOWN'],
      [codeOf(999), 'UNKNOWN'],
      [replaced(11, 'O'), 'MALFORMED'],
      ['', 'MALFORMED'],
    ] as const;
    const column = Array.from({ length: 100 }, (_, index) => kinds[(index * 7) % kinds.length] ?? kinds[0]);
    const results = await identified(...column.map(([text]) => text));
    expect(
      results.map(({ identifier, outcome }: { identifier: string; outcome: string }) => [identifier, outcome]),
    ).toEqual(column);
    expect(results[0]).toEqual(results[10]);
  });

  it.skipIf(isFar)('costs one statement for all numbers and one for all names', async () => {
    const statementsOf = async (...identifiers: readonly string[]) => {
      await identified(...identifiers);
      return city.statements.map((text) => /\/\* (\S+) \*\//u.exec(text)?.[1]).sort();
    };
    const [numbers, names] = ['numbers', 'names'].map((kind) => `credit.Query.subjectsByIdentifier.${kind}`);
    expect(await statementsOf(STORY, OLD_NUMBER, codeOf(999), replaced(11, 'O'))).toEqual([numbers]);
    expect(await statementsOf('云泽晨光机械有限公司', '云泽好味早餐店', '不存在的公司')).toEqual([names]);
    expect(await statementsOf(STORY, '云泽好味早餐店', FORMER_CODE, '云泽晨广机械有限公司')).toEqual([names, numbers]);
    expect(await statementsOf()).toEqual([]);
    expect(await statementsOf('', '1')).toHaveLength(1);
  });

  it('of more than 100 is refused, one of none is empty', async () => {
    const { errors } = await city.ask(B1, { identifiers: Array(101).fill(STORY) });
    expect(errors).toMatchObject([
      {
        message: expect.stringContaining('至多 100 个标识,收到 101 个'),
        path: ['subjectsByIdentifier'],
        extensions: { code: 'BAD_USER_INPUT', argument: 'identifiers' },
      },
    ]);
    expect(await identified()).toEqual([]);
  });

  it('carries what other departments and lists hold, in each place what that place asks', async () => {
    const { data, errors } = await city.ask(
      `query ($identifiers: [String!]!) { subjectsByIdentifier(identifiers: $identifiers) { outcome
        subject { tax { creditRatings { totalCount nodes { year } } } lists: listings(first: 1) { totalCount } }
        candidates(first: 1) { subject { name lists: listings(first: 2) { nodes { reason } } courts { dishonestDebtorEntries { totalCount } } } } } }`,
      { identifiers: [UNCONFIRMED, '云泽好味早餐店', '不存在'] },
    );
    expect(errors).toEqual([]);
    expect(data.subjectsByIdentifier).toEqual([
      {
        outcome: 'FOUND',
        subject: { tax: { creditRatings: { totalCount: 1, nodes: [{ year: 2024 }] } }, lists: { totalCount: 0 } },
        candidates: [],
      },
      {
        outcome: 'AMBIGUOUS',
        subject: null,
        candidates: [
          {
            subject: {
              name: '云泽好味早餐店',
              lists: { nodes: [] },
              courts: { dishonestDebtorEntries: { totalCount: 0 } },
            },
          },
        ],
      },
      { outcome: 'UNKNOWN', subject: null, candidates: [] },
    ]);
  });

  it('cannot ask for more objects than a question may have, by asking for a hundred subjects at once', async () => {
    const { status, errors } = await city.ask(
      `query ($identifiers: [String!]!) { subjectsByIdentifier(identifiers: $identifiers) {
        subject { tax { creditRatings(first: 100) { nodes { subject { listings(first: 10) { nodes { id } } } } } } } } }`,
      { identifiers: Array(100).fill(STORY) },
    );
    expect({ status, code: errors[0]?.extensions.code }).toEqual({ status: 400, code: 'QUESTION_TOO_LARGE' });
  });
});

describe('An identifier is', () => {
  it.each([
    ['a credit code', STORY],
    ['a credit code in lower case with gaps', ` ${STORY.slice(0, 9).toLowerCase()} ${STORY.slice(9)}`],
    ['a registration number', OLD_NUMBER],
    ['an organisation code', `${STORY.slice(8, 16)}-${STORY.slice(16, 17)}`],
  ])('FOUND by %s', async (_way, text) => {
    expect(await identified(text)).toMatchObject([{ ...FOUND, identifier: text, candidates: [], message: null }]);
  });

  it('FOUND_BY_FORMER_CODE by a code that it had before', async () => {
    expect(await identified(FORMER_CODE)).toMatchObject([
      { ...FOUND, outcome: 'FOUND_BY_FORMER_CODE', message: '此为曾用号码。' },
    ]);
  });

  it('FOUND by a code of the exception table, and where nobody confirmed the subject', async () => {
    expect(await identified(EXCEPTION, UNCONFIRMED)).toMatchObject([
      { outcome: 'FOUND', subject: { id: EXCEPTION } },
      { outcome: 'FOUND', subject: { id: UNCONFIRMED, isVerified: false } },
    ]);
  });

  it.each([
    ['its name', '云泽晨光机械有限公司', ['EXACT'], '1', null],
    ['a former name', '云泽市第二机床厂', ['EXACT', 'FORMER_NAME'], '0.98', '此为曾用名。'],
    ['its name in the traditional script and full width', '雲澤晨光機械　有限公司', ['SCRIPT_OR_WIDTH'], '0.99', null],
  ])('FOUND by %s, which its one candidate explains', async (_way, text, reasons, score, message) => {
    expect(await identified(text)).toMatchObject([
      { ...FOUND, message, candidates: [{ reasons, score, subject: { creditCode: STORY } }] },
    ]);
  });

  it('AMBIGUOUS where two shops have one name: both, with their districts', async () => {
    const [{ outcome, subject, message, candidates }] = await identified('云泽好味早餐店');
    expect({ outcome, subject, message }).toEqual({
      outcome: 'AMBIGUOUS',
      subject: null,
      message: expect.stringMatching(/^有2 个信用主体|^有 2 个信用主体/u),
    });
    expect(candidates.map((one: { subject: unknown }) => one.subject)).toEqual(
      expect.arrayContaining([
        { creditCode: SHOP_EAST, name: '云泽好味早餐店', district: { label: '临江区' } },
        { creditCode: SHOP_WEST, name: '云泽好味早餐店', district: { label: '望湖区' } },
      ]),
    );
    expect(candidates).toHaveLength(2);
  });

  it('AMBIGUOUS where one has a name that another had, the one who has it first', async () => {
    expect(await identified('云泽新名有限公司')).toMatchObject([
      {
        outcome: 'AMBIGUOUS',
        candidates: [{ subject: { creditCode: codeOf(6) } }, { subject: { creditCode: codeOf(5) } }],
      },
    ]);
  });

  it('UNKNOWN by a name that is only like one, which is a candidate', async () => {
    expect(await identified('云泽晨广机械有限公司', '全然不同的名称')).toMatchObject([
      {
        outcome: 'UNKNOWN',
        subject: null,
        candidates: [{ subject: { creditCode: STORY }, reasons: ['TYPO', 'PINYIN'] }],
      },
      { outcome: 'UNKNOWN', subject: null, candidates: [] },
    ]);
  });

  it('UNKNOWN by the name of a subject that nobody confirmed, and by a number of nobody', async () => {
    expect(await identified('云泽无人知晓有限公司', codeOf(999))).toMatchObject([
      { outcome: 'UNKNOWN', subject: null },
      { outcome: 'UNKNOWN', subject: null, candidates: [], message: '号码格式正确,没有以此为号码的信用主体。' },
    ]);
  });

  it('MALFORMED with an O typed for a zero: the near miss is named, and whose it is', async () => {
    const [result] = await identified(replaced(11, 'O'));
    expect(result).toMatchObject({
      outcome: 'MALFORMED',
      subject: null,
      message: expect.stringContaining(`是否应为“${STORY}”`),
      candidates: [{ subject: { creditCode: STORY }, reasons: ['TYPO'] }],
    });
  });

  it.each([
    ['a place too few', STORY.slice(1), '17位'],
    ['a wrong check character', replaced(17, STORY.endsWith('A') ? 'B' : 'A'), '校验位不符'],
    ['nothing', ' 　', '标识为空'],
    ['a sign', '?', '1位'],
    ['one character', '云', '名称应为 2 至 100 个字'],
    ['far too much', '云'.repeat(2_000), '名称应为 2 至 100 个字'],
  ])('MALFORMED with %s', async (_way, text, said) => {
    expect(await identified(text)).toMatchObject([
      { identifier: text, outcome: 'MALFORMED', subject: null, candidates: [], message: expect.stringContaining(said) },
    ]);
  });
});

describe("A citizen's ID number among identifiers", () => {
  const oldIdNumbers = legacyIdNumbers.filter((number) => !isRegistrationNumber(number));
  const around = fc.constantFrom(['', ''], ['张三', ''], ['', '(身份证)'], [' ', ' ']);

  it('is MALFORMED and never said again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(idNumbers, oldIdNumbers), around, async (number, [before, behind]) => {
        const answer = await city.ask(B1, { identifiers: [`${before}${number}${behind}`, STORY] });
        expect(answer.data.subjectsByIdentifier).toMatchObject([{ outcome: 'MALFORMED', subject: null }, FOUND]);
        expect(answer.text).not.toContain(number);
      }),
      { numRuns: 60 },
    );
  });
});
