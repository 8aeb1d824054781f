import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANONYMOUS, type Caller } from '../../gateway/access/caller.ts';
import { chooseCityCodes } from '../../schema/codes/city.ts';
import { idNumber, csv as ofPersons, personPenalty } from '../departments/made-up.ts';
import { codeOf, csv, PENALTIES, penalty, RATINGS } from '../graph/files.ts';
import { type Answer, testCity } from '../support/city.ts';
import { authorizeAll, newKey, SOMEBODY_ELSE } from '../support/lending.ts';
import { type Cell, cellsOf, wholeOf } from './cells.ts';
import { FIELDS } from './matrices.ts';
import { everything, fieldsOf, isOfRecords, typesOf } from './places.ts';
import { type Asking, headersOf, STANDINGS, viewOf } from './standings.ts';

// The lines of fields.csv that are about no record: the roots, the subject, the index, and what the gateway keeps itself
// (authorizations, loans, delegations, packages, looks, alarms, receipts). Every role asks for all of it, over HTTP.

const folder = await mkdtemp(join(tmpdir(), 'credit-graph-own-'));
await writeFile(
  join(folder, 'bulk-look-rules.csv'),
  '# source: a test\n# date: 2026-11-21\n# verified: no (a test)\ncode,label,alarmAbove,stopAbove,basis,from,until\nCREDIT_OFFICE,信用办,1,,测试,2020-01-01,\n',
);
afterAll(async () => {
  chooseCityCodes(undefined);
  await rm(folder, { recursive: true });
});

const PERSON = idNumber('19910704', '002');
const [OURS, NAME] = [codeOf(1), '云泽甲木机械有限公司'];
const OFFICE = { name: '某单位', creditCode: codeOf(9) };
let caller: Caller = ANONYMOUS;
const city = await testCity({
  audit: {},
  gateway: { identify: async () => caller },
  environment: { CODES_DIR: folder },
});

const names = Object.keys(STANDINGS);
const standingOf = (name: string): Asking => {
  const asked = { department: 'tax', subject: OURS };
  const standing = STANDINGS[name]?.(asked) ?? STANDINGS[name]?.({ ...asked, department: 'credit' });
  if (!standing) throw new Error(`nobody stands as ${name}`);
  const { client } = standing.caller;
  return { ...standing, caller: { ...standing.caller, organisation: client === null ? null : OFFICE } };
};
async function asked(name: string, query: string, variables: Record<string, unknown> = {}): Promise<Answer> {
  const standing = standingOf(name);
  caller = standing.caller;
  // A company is seen by one authorization in a question: where a package presents one, the header presents none beside it.
  const { purpose } = standing;
  return city.ask(query, variables, headersOf(query.includes('financingPackages') ? { purpose } : standing));
}

const LOAN =
  'loan: { loanNumber: "L-1", month: "MONTH", product: "CREDIT_LOAN", appliedOn: "2026-10-01", approvedOn: "2026-10-02", amount: "100", balance: "100" }';
const loan = (authorization: string, month: string): string =>
  `mutation { reportLoan(authorization: "${authorization}", ${LOAN.replace('MONTH', month)}, idempotencyKey: "${newKey()}") { month } }`;

/** Ids of what the gateway keeps: an authorization for each change, a receipt of each client, a delegation. */
const kept = { grant: '', decline: '', revoke: '', delegation: '' };
const receipts = new Map<string, string>();
let record = '';

async function changed(name: string, field: string, values: string): Promise<string> {
  const answer = await asked(name, `mutation { ${field}(${values}, idempotencyKey: "${newKey()}") { id } }`);
  if (!answer.data) throw new Error(answer.text);
  return answer.data[field].id;
}

beforeAll(async () => {
  await city.take(
    'credit.subject',
    csv(
      '机构名称,统一社会信用代码,行政区划,行业代码,曾用名',
      [NAME, OURS, '990102', 'C3411', '云泽旧木机械有限公司'],
      ['云泽旁人贸易有限公司', SOMEBODY_ELSE, '990102', 'C3411', ''],
    ),
  );
  await city.take('market.penalty', csv(PENALTIES, penalty(NAME, OURS, '罚1号', '2026-01-06', 100)));
  await city.take('market.penalty', ofPersons([personPenalty('钱某某', PERSON)]));
  await city.take('tax.credit-rating', csv(RATINGS, [NAME, OURS, 2024, 'A', '云泽市税务局']));
  await city.followed();
  await authorizeAll(city, [OURS]);
  const [row] = await city.database.admin<
    { id: string }[]
  >`select id from market.administrative_penalties where subject_id = ${OURS}`;
  record = row?.id ?? '';
  const request = `subject: "${OURS}", blocks: ["tax"], purpose: PRE_LOAN, until: "2026-12-31"`;
  for (const change of ['grant', 'decline', 'revoke'] as const)
    kept[change] = await changed('BANK', 'requestAuthorization', request);
  await changed('SUBJECT OWN', 'grantAuthorization', `id: "${kept.revoke}"`);
  await asked('BANK', loan(kept.revoke, '2026-10'));
  const delegated = await asked(
    'SUBJECT OWN',
    'mutation ($number: String!, $key: String!) { delegateDecisions(idNumber: $number, until: "2026-12-31", idempotencyKey: $key) { id } }',
    { number: PERSON, key: newKey() },
  );
  kept.delegation = delegated.data.delegateDecisions.id;
  // Everybody looks at both companies; who is traced has a receipt, and the credit office an alarm.
  const look = `{ ${[OURS, SOMEBODY_ELSE].map((code, at) => `s${at}: subject(identifier: "${code}") { name market { penalties { nodes { id } } } verdicts { outcome } }`).join(' ')} }`;
  for (const name of names) {
    const { text } = await asked(name, look);
    const { receipt } = JSON.parse(text).extensions;
    if (receipt) receipts.set(name, receipt.id);
  }
  await city.audit?.countLooks();
});

/** Types without records: all but slices, record types and what only they lead to, and pages. */
const types = typesOf(everything).filter((type) => !isOfRecords(type));

/** What somebody asks of each root field. */
function questionsOf(name: string): readonly string[] {
  const roots: Readonly<Record<string, string>> = {
    subject: `(identifier: "${OURS}")`,
    subjects: '(search: "云泽", first: 2)',
    subjectsByIdentifier: `(identifiers: ["云泽旧木机械有限公司", "${OURS}", "没有此名"])`,
    matchSubjects: `(name: "${NAME}", first: 2)`,
    personSubject: '(idNumber: $number, name: "钱某某")',
    records: '(first: 5)',
    record: `(id: "${record}")`,
    receipt: `(id: "${receipts.get(name) ?? receipts.get('CREDIT_OFFICE+PURPOSE')}")`,
    financingPackages: `(requests: [{ identifier: "${OURS}", authorization: "${kept.revoke}" }, { identifier: "${OURS}", authorization: "${'x'.repeat(28)}" }])`,
    loanStatistics: '(from: "2026-10", until: "2026-11")',
  };
  const view = viewOf(standingOf(name).caller);
  const fields = fieldsOf(view, 'Query').map((field) => {
    const target = String(field.type).replace(/[[\]!]/gu, '');
    const selection = ['Subject', 'CatalogueItem'].includes(target)
      ? wholeOf(view, target)
      : target.startsWith('RecordSummary')
        ? `${field.name === 'record' ? '' : '{ nodes '}${wholeOf(view, 'RecordSummary')}${field.name === 'record' ? '' : ' }'}`
        : wholeOf(view, target);
    return `${field.name}${roots[field.name] ?? ''} ${selection}`;
  });
  // A package presents its authorization for the whole of its question: it is asked by itself.
  const parts = [fields.filter((text) => !isPackage(text)), fields.filter(isPackage)].filter(
    ({ length }) => length > 0,
  );
  return parts.map((part) => {
    const text = part.join(' ');
    return `query ${text.includes('$number') ? '($number: String!) ' : ''}{ ${text} }`;
  });
}

const isPackage = (text: string): boolean => text.startsWith('financingPackages');

/** What somebody asks to be changed, one after the other. */
function changesOf(name: string): readonly string[] {
  const key = () => `idempotencyKey: "${newKey()}"`;
  const changes: Readonly<Record<string, string>> = {
    requestAuthorization: `subject: "${OURS}", blocks: ["tax"], purpose: PRE_LOAN, until: "2026-12-31", ${key()}`,
    grantAuthorization: `id: "${kept.grant}", ${key()}`,
    declineAuthorization: `id: "${kept.decline}", ${key()}`,
    revokeAuthorization: `id: "${kept.revoke}", ${key()}`,
    delegateDecisions: `idNumber: $number, until: "2026-12-31", ${key()}`,
    endDelegation: `id: "${kept.delegation}", ${key()}`,
    reportLoan: `authorization: "${kept.revoke}", ${LOAN.replace('MONTH', '2026-11')}, ${key()}`,
  };
  const view = viewOf(standingOf(name).caller);
  return fieldsOf(view, 'Mutation').map((field) => {
    const target = String(field.type).replace('!', '');
    const number = changes[field.name]?.includes('$number') ? '($number: String!) ' : '';
    return `mutation ${number}{ ${field.name}(${changes[field.name]}) ${wholeOf(view, target)} }`;
  });
}

const told = new Map<string, readonly Cell[]>();

describe('What is about no record', () => {
  it('are the roots, and what the gateway keeps itself', () => {
    expect(types).toEqual(expect.arrayContaining(['Query', 'Mutation', 'Authorization', 'Alarm', 'Access', 'Receipt']));
  });

  it.each(names)('is answered to %s as its lines say, field by field, and what is not is null', async (name) => {
    const view = viewOf(standingOf(name).caller);
    const cells: Cell[] = [];
    const questions = [...questionsOf(name), ...changesOf(name)];
    for (const query of questions) {
      const variables = query.includes('$number') ? { number: PERSON } : {};
      const answer = await asked(name, query, variables);
      expect(answer.status, `${query} ${answer.text}`).toBe(200);
      cells.push(...cellsOf(view, query, answer));
    }
    told.set(name, cells);
    const outcomes = new Map<string, Cell[]>();
    for (const cell of cells) {
      const { field, outcome, value } = cell;
      if (outcome !== 'seen') expect([name, field, value ?? null]).toEqual([name, field, null]);
      outcomes.set(field, [...(outcomes.get(field) ?? []), cell]);
    }
    const wrongs = types.flatMap((type) =>
      fieldsOf(everything, type).flatMap(({ name: own }) => {
        const field = `${type}.${own}`;
        const isThere = fieldsOf(view, type).some((one) => one.name === own);
        const found = isThere ? said(outcomes.get(field)) : 'absent';
        const expected = FIELDS.get(field)?.[name];
        return found === expected ? [] : [`${field}: ${found}, and the line says ${expected}`];
      }),
    );
    expect([name, wrongs]).toEqual([name, []]);
  });

  it('is more than null to somebody: every field has a value in some answer', () => {
    const all = [...told.values()].flat();
    const valued = new Set(all.flatMap(({ field, value }) => (value === null || value === undefined ? [] : [field])));
    const wanted = types.flatMap((type) => fieldsOf(everything, type).map((field) => `${type}.${field.name}`));
    expect(wanted.filter((field) => !valued.has(field)).sort()).toEqual(ELSEWHERE);
  });
});

/** What is null here: departments that are silent, points that are counted, a second version, days that no source gives. */
const ELSEWHERE = [
  'FinancingPackageResult.retryAfter',
  'Identifier.validFrom',
  'Identifier.validTo',
  'NamePeriod.from',
  'NamePeriod.until',
  'RecordVersion.supersededAt',
  'Verdict.retryAfter',
  'ViewerLimits.remaining',
  'ViewerLimits.resetsIn',
];

/** What became of a field wherever somebody got to it; where nobody did, of what leads there. */
function said(cells: readonly Cell[] = []): string {
  const reached = cells.filter(({ isReached }) => isReached);
  const outcomes = new Set((reached.length > 0 ? reached : cells).map(({ outcome }) => outcome));
  // Where a list that was open is empty, what was closed elsewhere tells nothing more.
  if (outcomes.has('hidden')) return 'hidden';
  return outcomes.size === 0 ? 'unasked' : [...outcomes].sort().join(' and ');
}
