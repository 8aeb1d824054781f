import { Writable } from 'node:stream';
import fc from 'fast-check';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { checkDigit, isRegistrationNumber } from '../../schema/identifiers/registration-number.ts';
import { idNumbers, legacyIdNumbers } from '../schema/numbers.ts';
import { testCity } from '../support/city.ts';
import { codeOf, csv } from './files.ts';

const logged: string[] = [];
const log = pino(
  { level: 'trace' },
  new Writable({
    write(chunk, _encoding, done) {
      logged.push(String(chunk));
      done();
    },
  }),
);
const city = await testCity({ gateway: { log } });

const CODE = codeOf(1);
const FORMER_CODE = codeOf(2);
const REGISTRATION_NUMBER = `33010200001234${checkDigit('33010200001234')}`;
const OLD_NUMBER_ONLY = `33010200005678${checkDigit('33010200005678')}`;
/** Lawfully issued, and its check character does not fit: schema/codes/credit-code-exceptions.csv. */
const EXCEPTION = '91350100M0001TGQXM';

await city.take(
  'credit.subject',
  csv(
    '机构名称,统一社会信用代码,注册号,原统一社会信用代码',
    ['云泽晨光机械有限公司', CODE, REGISTRATION_NUMBER, FORMER_CODE],
    ['云泽暮雨木业厂', '', OLD_NUMBER_ONLY, ''],
    ['云泽早试点有限公司', EXCEPTION, '', ''],
  ),
);

const FIND = 'query Find($identifier: String!) { subject(identifier: $identifier) { id name } }';
const find = (identifier: string) => city.ask(FIND, { identifier });

describe('A subject is found', () => {
  const organizationCode = CODE.slice(8, 17);
  const fullWidth = CODE.replace(/./gu, (character) => String.fromCharCode(character.charCodeAt(0) + 0xfee0));
  it.each([
    ['its credit code', CODE],
    ['its credit code in lower case', CODE.toLowerCase()],
    ['its credit code in full width', fullWidth],
    ['its credit code in groups', ` ${CODE.slice(0, 4)} ${CODE.slice(4, 9)}\u00a0${CODE.slice(9)}\t`],
    ['its credit code with characters that nobody sees', `\u200b${CODE.slice(0, 8)}\ufeff${CODE.slice(8)}\u0000`],
    ['its registration number', REGISTRATION_NUMBER],
    ['its organisation code', organizationCode],
    ['its organisation code with a hyphen', `${organizationCode.slice(0, 8)}-${organizationCode.slice(8)}`],
    [
      'its organisation code in lower case with a long hyphen',
      `${organizationCode.slice(0, 8)}－${organizationCode.slice(8)}`.toLowerCase(),
    ],
    ['a credit code that it had before', FORMER_CODE],
  ])('by %s', async (_way, identifier) => {
    const { status, data, errors } = await find(identifier);
    expect({ status, errors }).toEqual({ status: 200, errors: [] });
    expect(data).toEqual({ subject: { id: CODE, name: '云泽晨光机械有限公司' } });
  });

  it('by a number that is all it has', async () => {
    expect((await find(OLD_NUMBER_ONLY)).data.subject).toEqual({ id: OLD_NUMBER_ONLY, name: '云泽暮雨木业厂' });
  });

  it('by a code of the exception table, though its check character does not fit', async () => {
    expect((await find(EXCEPTION.toLowerCase())).data.subject).toEqual({ id: EXCEPTION, name: '云泽早试点有限公司' });
  });

  it('by an identifier written into the document as well as by a variable', async () => {
    expect((await city.ask(`{ subject(identifier: "${CODE}") { id } }`)).data.subject).toEqual({ id: CODE });
  });
});

describe('A well-formed number of nobody', () => {
  const unknown = `33010200009999${checkDigit('33010200009999')}`;
  it.each([codeOf(999), unknown, codeOf(999).slice(8, 17)])('%s is null, without an error', async (identifier) => {
    const { status, data, errors } = await find(identifier);
    expect({ status, data, errors }).toEqual({ status: 200, data: { subject: null }, errors: [] });
  });
});

describe('A malformed identifier', () => {
  const replaced = (at: number, by: string) => `${CODE.slice(0, at)}${by}${CODE.slice(at + 1)}`;
  it.each([
    ['a letter O for a zero', replaced(11, 'O'), 'FORMAT', CODE],
    ['a check character that does not fit', replaced(17, CODE.endsWith('A') ? 'B' : 'A'), 'CHECKSUM', '校验位不符'],
    ['two neighbours exchanged', `${CODE.slice(0, 8)}AM${CODE.slice(10)}`, 'CHECKSUM', CODE],
    ['a place too few', CODE.slice(1), 'LENGTH', '17位'],
    ['a kind of body that does not exist', replaced(1, '8'), 'COMPONENT', '98'],
    ['nothing', '', 'FORMAT', '18位统一社会信用代码'],
    ['words', '云泽晨光机械有限公司', 'LENGTH', '收到10位'],
    ['far too much', '9'.repeat(5_000), 'LENGTH', '标识过长'],
  ])('with %s is refused in words', async (_mistake, identifier, reason, said) => {
    const { status, data, errors } = await find(identifier);
    expect({ status, data }).toEqual({ status: 200, data: { subject: null } });
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({
      message: expect.stringContaining(said),
      path: ['subject'],
      extensions: { code: 'BAD_USER_INPUT', argument: 'identifier', reason },
    });
    expect(errors[0]?.message.length).toBeLessThan(200);
  });

  it('costs its own field and not the others', async () => {
    const { data, errors } = await city.ask(
      `{ wrong: subject(identifier: "1") { id } right: subject(identifier: "${CODE}") { id } }`,
    );
    expect(data).toEqual({ wrong: null, right: { id: CODE } });
    expect(errors.map(({ path }) => path)).toEqual([['wrong']]);
  });
});

describe("A citizen's ID number", () => {
  // A number of 15 digits that passes the check of registration numbers is one.
  const oldIdNumbers = legacyIdNumbers.filter((number) => !isRegistrationNumber(number));
  const gaps = fc.constantFrom('', ' ', '-', '\u200b');
  const written = fc
    .tuple(fc.oneof(idNumbers, oldIdNumbers), gaps)
    .map(([number, gap]) => [number, `${number.slice(0, 6)}${gap}${number.slice(6)}`] as const);

  it('is refused and never said again, in the answer or in the log', async () => {
    await fc.assert(
      fc.asyncProperty(written, async ([number, text]) => {
        logged.length = 0;
        const answers = [
          await find(text),
          await city.ask(`{ subject(identifier: "${text.replaceAll('\u200b', '')}") { id } }`),
          await city.ask(FIND, { identifier: Number(number) || text }),
          await city.ask(`{ subject(identifier: ${number}) { id } }`),
          await city.ask(`{ subjects(search: "${number}", first: ${number}) { totalCount } }`),
          await city.ask(`{ ${number} }`),
          await city.ask(FIND, { identifier: codeOf(3) }, { 'x-request-id': number, 'credit-as-of': number }),
        ];
        const said = answers.map(({ text: body, requestId }) => `${body} ${requestId}`).join() + logged.join();
        expect(said).not.toContain(number);
        expect(said).not.toContain(text);
        expect(answers[0]?.errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
        expect(logged.length).toBeGreaterThan(0);
      }),
      { numRuns: 40 },
    );
  });
});
