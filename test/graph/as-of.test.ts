import { describe, expect, it } from 'vitest';
import { testCity } from '../support/city.ts';
import { codeOf, csv, PENALTIES, penalty, subjectsFile } from './files.ts';

const city = await testCity();
const CODE = codeOf(1);
const LATER = codeOf(2);
const [OLD_NAME, NAME] = ['云泽晨光木业有限公司', '云泽晨光家居有限公司'];

/** An instant after all that is recorded so far and before all that follows. */
async function now(): Promise<string> {
  await new Promise((resolve) => setTimeout(resolve, 10));
  const instant = new Date();
  await new Promise((resolve) => setTimeout(resolve, 10));
  return instant.toISOString();
}

const dayAfter = (days: number) => new Date(Date.now() + days * 86_400_000);
const dayOf = (instant: Date) => instant.toISOString().slice(0, 10);
// The clock is the machine's own: the fines are of late, for their publication ends by law after three years.
const fine = (number: number, yuan: number, ends = '') =>
  penalty(OLD_NAME, CODE, `云市监罚〔2024〕${number}号`, dayOf(dayAfter(number - 300)), yuan, ends);
const soon = dayOf(dayAfter(1));

city.setNow(new Date());
const beforeAll = await now();
await city.take('credit.subject', subjectsFile([[OLD_NAME, CODE]]));
await city.take(
  'market.penalty',
  csv(PENALTIES, fine(1, 1000), fine(2, 2000), fine(3, 3000), fine(4, 0), fine(5, 500, soon)),
);
const first = await now();
// The fine of the first was a slip, the second is taken back, the fourth was no mere warning.
await city.take(
  'market.penalty',
  csv(
    `${PENALTIES},当前状态`,
    [...fine(1, 100), '0'],
    [...fine(2, 2000), '1'],
    [...fine(3, 3000), '0'],
    [...fine(4, 400), '0'],
  ),
);
const second = await now();
await city.take(
  'credit.subject',
  subjectsFile(
    [
      [NAME, CODE, `${OLD_NAME}(至2024-06-30)`],
      ['云泽后来有限公司', LATER, ''],
    ],
    ',曾用名',
  ),
);
const third = await now();
city.setNow(dayAfter(0.01));

const PENALTIES_OF = `subject(identifier: "${CODE}") { name formerNames { name until } market { penalties {
  totalCount nodes { documentNumber version marks fine { amount } } } } }`;
type Node = { documentNumber: string; version: number; marks: string[]; fine: { amount: string } };
const amounts = (data: { subject: { market: { penalties: { totalCount: number; nodes: Node[] } } } }) => {
  const { totalCount, nodes } = data.subject.market.penalties;
  expect(nodes).toHaveLength(totalCount);
  return Object.fromEntries(nodes.map((node) => [node.documentNumber.replace(/^.*〕|号$/gu, ''), node.fine.amount]));
};

const byHeader = (known: string) => city.ask(`{ ${PENALTIES_OF} }`, {}, { 'Credit-As-Of': known });
const byDirective = (known: string) => city.ask(`query @asOf(known: "${known}") { ${PENALTIES_OF} }`);
const byVariable = (known: string) =>
  city.ask(`query ($known: DateTime!) @asOf(known: $known) { ${PENALTIES_OF} }`, { known });

describe.each([
  ['the header', byHeader],
  ['the directive', byDirective],
  ['the directive with a variable', byVariable],
])('As of an instant given by %s', (_way, ask) => {
  it('a corrected record is read as it was known then, and now as it is', async () => {
    expect(amounts((await ask(first)).data)).toEqual({ 1: '1000.00', 3: '3000.00', 5: '500.00' });
    expect(amounts((await ask(second)).data)).toEqual({ 1: '100.00', 3: '3000.00', 4: '400.00', 5: '500.00' });
    const { data } = await city.ask(`{ ${PENALTIES_OF} }`);
    expect(amounts(data)).toEqual({ 1: '100.00', 3: '3000.00', 4: '400.00', 5: '500.00' });
    const versions = data.subject.market.penalties.nodes.map(({ version, marks }: Node) => [version, marks]);
    expect(versions).toEqual([
      [1, []],
      [2, ['CORRECTED']],
      [1, []],
      [2, ['CORRECTED']],
    ]);
  });

  it('a subject bears the name that it had', async () => {
    expect((await ask(first)).data.subject).toMatchObject({ name: OLD_NAME, formerNames: [] });
    const renamed = { name: NAME, formerNames: [{ name: OLD_NAME, until: '2024-06-30' }] };
    expect((await ask(third)).data.subject).toMatchObject(renamed);
  });

  it('a subject that was not known is null', async () => {
    const { data, errors } = await ask(beforeAll);
    expect({ data, errors }).toEqual({ data: { subject: null }, errors: [] });
  });

  it('the future is refused', async () => {
    const tomorrow = dayAfter(1).toISOString();
    const { status, data, errors } = await ask(tomorrow);
    expect({ status, data }).toEqual({ status: 400, data: null });
    expect(errors).toMatchObject([
      { message: `所知时刻 ${tomorrow} 晚于现在,无从回答。`, extensions: { code: 'BAD_USER_INPUT' } },
    ]);
  });

  it.each([
    '昨天',
    '2026-01-01',
    '2026-01-01T10:00:00',
    '2026-02-30T10:00:00Z',
    '0000-01-01T00:00:00Z',
    '2026-01-01T00:00:00+16:00',
    '2026-01-01T24:00:00Z',
    '1767225600',
    "2026-01-01T00:00:00Z'; --",
  ])('what is no instant is refused: %s', async (known) => {
    const { status, data, errors } = await ask(encodeHeader(known));
    expect({ status, data }).toEqual({ status: 400, data: null });
    expect(errors[0]?.message).toContain('带时区的 ISO 8601 时刻');
    expect(['BAD_USER_INPUT', 'GRAPHQL_VALIDATION_FAILED']).toContain(errors[0]?.extensions.code);
  });
});

/** Headers carry no Chinese; what matters is that it is no instant. */
function encodeHeader(text: string): string {
  return encodeURI(text).replaceAll('%20', ' ');
}

describe('What a visitor may no longer see', () => {
  it('is absent at every instant: withdrawn, or its publication over', async () => {
    for (const known of [first, second, third]) {
      const { data } = await byHeader(known);
      expect(amounts(data)).not.toHaveProperty('2');
      expect(amounts(data)).toHaveProperty('5');
    }
    city.setNow(dayAfter(3));
    for (const known of [first, second, third]) expect(amounts((await byHeader(known)).data)).not.toHaveProperty('5');
    city.setNow(dayAfter(0.01));
  });
});

describe('The instant', () => {
  it('of the directive goes before that of the header, however wrong that is', async () => {
    for (const header of [second, 'never', dayAfter(9).toISOString()]) {
      const { data } = await city.ask(
        `query @asOf(known: "${first}") { ${PENALTIES_OF} }`,
        {},
        { 'credit-as-of': header },
      );
      expect(amounts(data)).toMatchObject({ 1: '1000.00' });
    }
  });

  it('holds for searches, nested subjects and all departments alike', async () => {
    const question = `query @asOf(known: "${first}") {
      subjects { totalCount asOf nodes { name market { penalties(filter: { amount: { from: 900 } }) { totalCount nodes { subject { name } } } } } } }`;
    const { data, errors } = await city.ask(question);
    expect(errors).toEqual([]);
    expect(data.subjects).toMatchObject({ totalCount: 1, asOf: first });
    const [subject] = data.subjects.nodes;
    expect(subject).toEqual({
      name: OLD_NAME,
      market: { penalties: { totalCount: 2, nodes: Array(2).fill({ subject: { name: OLD_NAME } }) } },
    });
    expect((await city.ask('{ subjects { totalCount } }')).data.subjects.totalCount).toBe(2);
  });

  it('may be written in any offset', async () => {
    const inShanghai = new Date(Date.parse(first) + 8 * 3_600_000).toISOString().replace('Z', '+08:00');
    expect(amounts((await byHeader(inShanghai)).data)).toEqual(amounts((await byHeader(first)).data));
  });

  it('is now where the header is empty', async () => {
    expect(amounts((await byHeader('')).data)).toEqual(amounts((await city.ask(`{ ${PENALTIES_OF} }`)).data));
  });
});
