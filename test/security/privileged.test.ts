import { describe, expect, it } from 'vitest';
import { ANONYMOUS, type Caller } from '../../gateway/access/caller.ts';
import type { RecordFilter } from '../../platform/records/list-arguments.ts';
import { satisfies, statement } from '../../platform/records/statement.ts';
import { eyesOf, visibleRows } from '../../platform/records/visibility.ts';
import { codeOf, csv, PENALTIES, penalty, RATINGS, subjectsFile } from '../graph/files.ts';
import { testCity } from '../support/city.ts';
import { authorizeAll } from '../support/lending.ts';
import { viewerAs } from '../support/viewers.ts';
import { headersOf, STANDINGS } from './standings.ts';

// What only some see beyond the public, asked for by everybody: the past as it stood, facets of one's own file, subjects that are
// known from hidden rows alone.

const city = await testCity();
let caller: Caller = ANONYMOUS;
const ask = await city.another({ identify: async () => caller });

const [OURS, THEIRS, GHOST] = [codeOf(1), codeOf(2), codeOf(3)];
const [NAME, OTHER, UNSEEN] = ['云泽往昔木业有限公司', '云泽旁人贸易有限公司', '云泽无影商行有限公司'];
const OFFICE = '云泽市税务局';
/** The clock is the machine's own: what ended, ended yesterday. */
const dayAfter = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const fine = (number: number, yuan: number, ends = '') =>
  penalty(NAME, OURS, `云市监罚〔2026〕${number}号`, dayAfter(number - 300), yuan, ends);

async function instant(): Promise<string> {
  await new Promise((resolve) => setTimeout(resolve, 10));
  const now = new Date();
  await new Promise((resolve) => setTimeout(resolve, 10));
  return now.toISOString();
}

city.setNow(new Date());
await city.take(
  'credit.subject',
  subjectsFile([
    [NAME, OURS],
    [OTHER, THEIRS],
  ]),
);
await city.take('market.penalty', csv(PENALTIES, fine(1, 1000), fine(2, 2000), fine(3, 3000)));
const ratings = (grade: string) =>
  csv(`${RATINGS},得分`, [NAME, OURS, 2025, grade, OFFICE, 91], [OTHER, THEIRS, 2025, 'A', OFFICE, 92]);
await city.take('tax.credit-rating', ratings('A'));
const then = await instant();
// The first fine was a slip, the second is taken back, the third has been published long enough; the rating is a B after all.
await city.take(
  'market.penalty',
  csv(`${PENALTIES},当前状态`, [...fine(1, 100), '0'], [...fine(2, 2000), '1'], [...fine(3, 3000, dayAfter(-1)), '0']),
);
await city.take('tax.credit-rating', ratings('B'));
await city.take('tax.credit-rating', csv(RATINGS, [UNSEEN, GHOST, 2025, 'C', OFFICE]));
await city.followed();
await authorizeAll(city, [OURS, GHOST]);
city.setNow(new Date(Date.now() + 60_000));

/** Asks as somebody, who stands to this subject's records in the market's department as the name says. */
async function as(
  name: string,
  query: string,
  headers: Record<string, string> = {},
  asked = { department: 'market', subject: OURS },
) {
  const standing = STANDINGS[name]?.(asked);
  if (!standing) return undefined;
  caller = standing.caller;
  return ask(query, {}, { ...headers, ...headersOf(standing) });
}

const names = Object.keys(STANDINGS);
const SEES_ALL = [
  'SUBJECT OWN',
  'DEPARTMENT OWN+PURPOSE',
  'DEPARTMENT OWN+PERSONS',
  'CREDIT_OFFICE+PURPOSE',
  'AUDITOR+PURPOSE',
];
/** Who sees a rating of B, which is for whom the subject lets see it and for officials. */
const SEES_RATING = [...SEES_ALL, 'BANK+GRANT', 'DEPARTMENT OTHER+PURPOSE', 'DEPARTMENT OTHER+PERSONS'];

describe('The past as it stood', () => {
  const QUESTION = `{
    subject(identifier: "${OURS}") {
      market { penalties { totalCount nodes { documentNumber fine { amount } } } }
      tax { creditRatings { totalCount nodes { grade { code } } } }
      records { totalCount nodes { documentNumber grade { code } amount { amount } versions { version } } }
    }
    records { totalCount nodes { subject { id } documentNumber grade { code } amount { amount } } }
  }`;
  type Fine = { documentNumber: string | null; fine?: { amount: string }; amount?: { amount: string } };
  const finesIn = (nodes: readonly Fine[]) =>
    Object.fromEntries(
      nodes.flatMap(({ documentNumber, fine: own, amount }) =>
        documentNumber ? [[Number(/(\d)号/u.exec(documentNumber)?.[1]), Number((own ?? amount)?.amount)]] : [],
      ),
    );

  it.each(names)('is told to %s or to nobody: withdrawn, ended and replaced records', async (name) => {
    for (const [known, all] of [
      [then, { 1: 1000, 2: 2000, 3: 3000 }],
      [null, { 1: 100, 2: 2000, 3: 3000 }],
    ] as const) {
      const answered = await as(name, QUESTION, known === null ? {} : { 'credit-as-of': known });
      if (!answered) continue;
      const { data, errors } = answered;
      expect(errors).toEqual([]);
      const { market, tax, records } = data.subject;
      const fines = SEES_ALL.includes(name) ? all : { 1: all[1] };
      const grade = SEES_RATING.includes(name) ? [known === null ? 'B' : 'A'] : [];
      const expected = { fines, grade, total: Object.keys(fines).length + grade.length };
      const gradesIn = (nodes: readonly { grade: { code: string } | null }[]) =>
        nodes.flatMap((node) => (node.grade ? [node.grade.code] : []));
      expect([
        name,
        known,
        { fines: finesIn(market.penalties.nodes), grade: gradesIn(tax.creditRatings.nodes) },
      ]).toEqual([name, known, { fines, grade }]);
      expect(market.penalties.totalCount).toBe(Object.keys(fines).length);
      const told = (page: { totalCount: number; nodes: readonly (Fine & { grade: { code: string } | null })[] }) => ({
        fines: finesIn(page.nodes),
        grade: gradesIn(page.nodes),
        total: page.totalCount,
      });
      expect([name, told(records)]).toEqual([name, expected]);
      const own = data.records.nodes.filter(({ subject }: { subject: { id: string } }) => subject.id === OURS);
      expect([name, finesIn(own)]).toEqual([name, fines]);
      const versions = records.nodes.map((node: { versions: unknown[] }) => node.versions.length);
      expect(Math.max(...versions)).toBe(known === null ? 2 : 1);
    }
  });
});

describe('A facet of a field that is seen in one’s own file alone', () => {
  const kind = city.city.near.get('tax')?.kinds.get('TaxCreditRating');
  if (!kind) throw new Error('no ratings are kept');
  // No list that everybody sees has such a facet yet; a score, which is for the subject and for officials, would be one.
  const scored = { ...kind, facets: { ...kind.facets, amount: 'score' } };
  const found = async (standing: Parameters<typeof viewerAs>[0], filter: RecordFilter) => {
    const to = statement();
    const eyes = eyesOf({ ...viewerAs({ ...standing }), today: dayAfter(1) }, to);
    const rows = await city.database.admin.unsafe<{ subject: string }[]>(
      `select r.subject_id as subject ${visibleRows(scored, 'r', null, eyes)}${satisfies(scored, filter, eyes, to)} order by 1`,
      to.parameters as never[],
    );
    return rows.map(({ subject }) => subject);
  };
  const score = (from: string, until: string): RecordFilter => ({ amount: { from, until } });

  it('is satisfied there, and nowhere else by whatever value', async () => {
    const own = { role: 'SUBJECT', ownSubject: THEIRS } as const;
    await city.database.admin`update tax.tax_credit_ratings set access_level = 'PUBLIC' where superseded_at is null`;
    expect(await found(own, {})).toEqual([OURS, THEIRS, GHOST]);
    expect(await found(own, score('92', '92'))).toEqual([THEIRS]);
    for (const [from, until] of [
      ['0', '100'],
      ['91', '91'],
      ['0', '91.5'],
    ] as const)
      expect(await found(own, score(from, until))).toEqual(from === '0' && until === '100' ? [THEIRS] : []);
    expect(await found({}, score('0', '100'))).toEqual([]);
    expect(await found({ role: 'BANK', purpose: 'PRE_LOAN_REVIEW' }, score('0', '100'))).toEqual([]);
    expect(await found({ role: 'AUDITOR' }, score('0', '100'))).toEqual([]);
    expect(await found({ role: 'AUDITOR', purpose: 'AUDIT_INSPECTION' }, score('91', '92'))).toEqual([OURS, THEIRS]);
    await city.database
      .admin`update tax.tax_credit_ratings set access_level = 'AUTHORIZED' where superseded_at is null and grade <> 'A'`;
  });
});

describe('A subject that is known from hidden rows alone', () => {
  const QUESTION = `{
    subject(identifier: "${GHOST}") { id name tax { creditRatings { totalCount } } records { totalCount } }
    byCode: subjectsByIdentifier(identifiers: ["${GHOST}"]) { outcome subject { id } }
    byName: subjectsByIdentifier(identifiers: ["${UNSEEN}"]) { outcome candidates { subject { id } } }
    matchSubjects(name: "${UNSEEN}", first: 20) { subject { id } }
    subjects(search: "云泽无影") { totalCount }
    records(filter: { items: ["tax.credit-rating"], grades: ["C"] }) { totalCount nodes { subject { id } } }
  }`;
  const asked = { department: 'tax', subject: GHOST };
  const KNOW_IT = ['SUBJECT OWN', 'CREDIT_OFFICE+PURPOSE', 'AUDITOR+PURPOSE'];

  it.each(names)('exists for %s or does not, by every way', async (name) => {
    const answered = await as(name, QUESTION, {}, asked);
    if (!answered) return;
    const { data, errors } = answered;
    expect(errors).toEqual([]);
    const isKnown = KNOW_IT.includes(name);
    expect([name, data.subject]).toEqual([
      name,
      isKnown
        ? { id: GHOST, name: UNSEEN, tax: { creditRatings: { totalCount: 1 } }, records: { totalCount: 1 } }
        : null,
    ]);
    expect(data.byCode[0]).toEqual(
      isKnown ? { outcome: 'FOUND', subject: { id: GHOST } } : { outcome: 'UNKNOWN', subject: null },
    );
    // Nobody finds it by its name: that is for subjects that their registry confirmed.
    expect(data.byName[0].outcome).toBe('UNKNOWN');
    expect(JSON.stringify([data.byName, data.matchSubjects])).not.toContain(GHOST);
    expect(data.subjects.totalCount).toBe(0);
    expect([name, data.records.totalCount]).toEqual([name, isKnown ? 1 : 0]);
    if (!isKnown) expect(answered.text).not.toContain(`"id":"${GHOST}"`);
  });

  it('is answered to all others as one is that nobody knows', async () => {
    const unknown = codeOf(4);
    for (const name of names.filter((one) => !KNOW_IT.includes(one))) {
      const told = (await as(name, QUESTION, {}, asked))?.text;
      const toldOfNobody = (await as(name, QUESTION.replaceAll(GHOST, unknown), {}, asked))?.text;
      expect([name, told]).toEqual([name, toldOfNobody]);
    }
  });
});
