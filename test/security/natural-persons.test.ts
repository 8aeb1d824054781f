import { beforeAll, describe, expect, it } from 'vitest';
import { ANONYMOUS, type Caller } from '../../gateway/access/caller.ts';
import { personThrough } from '../../gateway/access/person.ts';
import { createLog } from '../../platform/log.ts';
import { arrears, csv, idNumber, penalty, personDebtor, personPenalty } from '../departments/made-up.ts';
import { madeUpCode } from '../departments/submitted.ts';
import { testCity } from '../support/city.ts';

// One person with a penalty, which is nobody's business, and an entry on the court's list, which the law publishes; another
// with a penalty alone; a company. Who sees what of them, at every way to them.

const city = await testCity();
let caller: Caller = ANONYMOUS;
const ask = await city.another({ identify: async () => caller });
const LISTED = idNumber('19800229', '001');
const PRIVATE = idNumber('19910704', '002');
const COMPANY = madeUpCode('MA7KQ2X5');

interface Persons {
  readonly listed: string;
  readonly hidden: string;
  readonly listedEntry: string;
  readonly hiddenPenalty: string;
}
let persons: Persons;

beforeAll(async () => {
  await city.take('courts.dishonest-debtor', csv([personDebtor('钱某某', LISTED)]));
  await city.take(
    'market.penalty',
    csv([
      personPenalty('钱某某', LISTED),
      personPenalty('孙某某', PRIVATE, { 行政处罚决定书文号: '云市监罚〔2026〕19号' }),
      penalty('云泽市青禾食品有限公司', COMPANY, { 行政处罚决定书文号: '云市监罚〔2026〕20号' }),
    ]),
  );
  await city.followed();
  const { admin } = city.database;
  const [entry] = await admin<{ id: string; subject: string }[]>`
    select id, subject_id as subject from courts.dishonest_debtor_entries`;
  const [penaltyRow] = await admin<{ id: string; subject: string }[]>`
    select id, subject_id as subject from market.administrative_penalties where counterpart_name = '孙某某'`;
  if (!entry || !penaltyRow) throw new Error('the files were not stored');
  persons = {
    listed: entry.subject,
    hidden: penaltyRow.subject,
    listedEntry: entry.id,
    hiddenPenalty: penaltyRow.id,
  };
});

const as = (role: Caller['role'], more: Partial<Caller> = {}): Caller => ({
  ...ANONYMOUS,
  role,
  client: 'test',
  ...more,
});
async function asked(who: Caller, query: string, variables = {}, purpose?: string) {
  caller = who;
  return ask(query, variables, purpose ? { 'credit-purpose': purpose } : {});
}

const PUBLIC = [ANONYMOUS, as('PORTAL'), as('SUBJECT')] as const;
const NEVER = [as('ANALYST'), as('BANK')] as const;
const BOARD = `{ records(first: 50) { totalCount nodes { id item { code } title subject { id name kind
  market { penalties { totalCount nodes { counterpartName } } }
  courts { dishonestDebtorEntries { nodes { counterpartName } } } } } } }`;
const boardOf = async (who: Caller, purpose?: string) => {
  const { data, errors } = await asked(who, BOARD, {}, purpose);
  expect(errors).toEqual([]);
  return data.records as {
    totalCount: number;
    nodes: {
      id: string;
      item: { code: string };
      title: string;
      subject: { id: string; name: string; kind: string; market: { penalties: { totalCount: number } } };
    }[];
  };
};

describe('What the public sees of natural persons', () => {
  it.each(PUBLIC.map((who) => [who.role, who] as const))(
    'is the list that a statute publishes, and of its subject the surname: %s',
    async (_role, who) => {
      const { totalCount, nodes } = await boardOf(who);
      expect(totalCount).toBe(2);
      const entry = nodes.find(({ item }) => item.code === 'courts.dishonest-debtor');
      expect(entry?.subject).toEqual({
        id: persons.listed,
        name: '钱**',
        kind: 'NATURAL_PERSON',
        market: { penalties: { totalCount: 0, nodes: [] } },
        courts: { dishonestDebtorEntries: { nodes: [{ counterpartName: '钱某某' }] } },
      });
      expect(JSON.stringify(nodes)).not.toContain('孙');
      const { data } = await asked(who, 'query R($id: ID!) { record(id: $id) { id } }', { id: persons.hiddenPenalty });
      expect(data).toEqual({ record: null });
    },
  );

  it('is the number as the court’s list masks it, and nothing of it anywhere else', async () => {
    const { data, text } = await asked(
      ANONYMOUS,
      `query R($id: ID!) { record(id: $id) { subject { courts { dishonestDebtorEntries { nodes { counterpartName personIdNumber } } }
        identifiers { value } formerNames { name } creditCode } } }`,
      { id: persons.listedEntry },
    );
    expect(data.record.subject).toEqual({
      courts: {
        dishonestDebtorEntries: {
          nodes: [{ counterpartName: '钱某某', personIdNumber: `${LISTED.slice(0, 10)}****${LISTED.slice(14)}` }],
        },
      },
      identifiers: [],
      formerNames: [],
      creditCode: null,
    });
    expect(text).not.toContain(LISTED.slice(6, 14));
  });

  it('does not find them: not by number, name, part of it, pinyin, pseudonym or kind', async () => {
    for (const who of [...PUBLIC, ...NEVER]) {
      const { data, errors, text } = await asked(
        who,
        `query F($texts: [String!]!, $pseudonym: String!) { subjectsByIdentifier(identifiers: $texts) { outcome subject { id } candidates { matchedName } }
          full: matchSubjects(name: "钱某某") { matchedName } sound: matchSubjects(name: "qianmoumou") { matchedName }
          subjects(search: "钱某") { totalCount } byName: subject(identifier: $pseudonym) { id } }`,
        { texts: [LISTED, '钱某某', persons.listed, '孙某某'], pseudonym: persons.listed },
      );
      expect(
        data.subjectsByIdentifier.map(({ subject, candidates }: { subject: null; candidates: [] }) => [
          subject,
          candidates,
        ]),
      ).toEqual(Array(4).fill([null, []]));
      expect([data.full, data.sound, data.subjects.totalCount]).toEqual([[], [], 0]);
      expect(errors.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
      expect(text).not.toContain(LISTED.slice(6, 14));
      const kinds = await asked(who, '{ subjects(filter: { kinds: [NATURAL_PERSON] }) { totalCount } }');
      expect(kinds.errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
    }
  });

  it.each(NEVER.map((who) => [who.role, who] as const))(
    'is nothing at all for %s, and the fields do not exist',
    async (role, who) => {
      const { totalCount, nodes } = await boardOf(who, role === 'BANK' ? 'PRE_LOAN_REVIEW' : undefined);
      expect([totalCount, nodes[0]?.subject.id]).toEqual([1, COMPANY]);
      const { data } = await asked(who, 'query R($id: ID!) { record(id: $id) { id } }', { id: persons.listedEntry });
      expect(data).toEqual({ record: null });
      for (const query of [
        '{ personSubject(idNumber: "1", name: "钱某某") { id } }',
        '{ subject(identifier: "1") { courts { dishonestDebtorEntries { nodes { personIdNumber } } } } }',
      ])
        expect((await asked(who, query)).errors[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
    },
  );
});

const PERSON =
  'query P($idNumber: String!, $name: String!) { personSubject(idNumber: $idNumber, name: $name) { id name kind market { penalties { nodes { counterpartName } } } } }';
const tax = as('DEPARTMENT', { department: 'tax' });
const office = as('CREDIT_OFFICE', { department: 'credit' });

describe('Officials', () => {
  it.each([
    ['a department', tax, 'PRACTITIONER_REVIEW'],
    ['the credit office', office, 'DATA_CORRECTION'],
    ['the auditor', as('AUDITOR'), 'AUDIT_INSPECTION'],
  ] as const)(
    'find a person by number and name for a purpose that extends to persons: %s',
    async (_who, who, purpose) => {
      const { data, errors } = await asked(who, PERSON, { idNumber: PRIVATE, name: '孙某某' }, purpose);
      expect(errors).toEqual([]);
      expect(data.personSubject).toEqual({
        id: persons.hidden,
        name: '孙某某',
        kind: 'NATURAL_PERSON',
        market: { penalties: { nodes: [{ counterpartName: '孙某某' }] } },
      });
      expect((await boardOf(who, purpose)).totalCount).toBe(4);
      for (const variables of [
        { idNumber: PRIVATE, name: '钱某某' },
        { idNumber: idNumber('19910704', '004'), name: '孙某某' },
      ])
        expect((await asked(who, PERSON, variables, purpose)).data).toEqual({ personSubject: null });
    },
  );

  it.each([
    ['without a purpose', tax, undefined],
    ['for a purpose that is about enterprises', tax, 'SUPERVISION'],
    ['in a person’s application, who shall ask for the own file', as('SUBJECT', { ownSubject: COMPANY }), undefined],
  ] as const)('do not, %s: FORBIDDEN says so', async (_what, who, purpose) => {
    const { data, errors, text } = await asked(who, PERSON, { idNumber: PRIVATE, name: '孙某某' }, purpose);
    expect(data).toEqual({ personSubject: null });
    expect(errors.map(({ path, extensions }) => [path, extensions.code])).toEqual([[['personSubject'], 'FORBIDDEN']]);
    expect(text).not.toContain(PRIVATE.slice(6, 14));
    expect((await boardOf(who, purpose)).totalCount).toBe(2);
  });

  it('see their own department’s rows about persons for such a purpose alone', async () => {
    const market = as('DEPARTMENT', { department: 'market' });
    expect((await boardOf(market, 'SUPERVISION')).totalCount).toBe(2);
    expect((await boardOf(market, 'PRACTITIONER_REVIEW')).totalCount).toBe(4);
  });

  it('are told what an ID number is, without the one they gave', async () => {
    const { errors, text } = await asked(
      tax,
      PERSON,
      { idNumber: `${PRIVATE}1`, name: '孙某某' },
      'PRACTITIONER_REVIEW',
    );
    expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(text).not.toContain(PRIVATE.slice(6, 14));
  });
});

describe('A person', () => {
  const OWN =
    '{ viewer { ownSubject { id name kind market { penalties { totalCount nodes { counterpartName } } } records { totalCount } } } }';

  it('sees the whole of the own file, and nothing of another’s', async () => {
    const { data, errors } = await asked(as('SUBJECT', { ownSubject: persons.listed }), OWN);
    expect(errors).toEqual([]);
    expect(data.viewer.ownSubject).toEqual({
      id: persons.listed,
      name: '钱某某',
      kind: 'NATURAL_PERSON',
      market: { penalties: { totalCount: 1, nodes: [{ counterpartName: '钱某某' }] } },
      records: { totalCount: 2 },
    });
    expect((await boardOf(as('SUBJECT', { ownSubject: persons.listed }))).totalCount).toBe(3);
    const other = await boardOf(as('SUBJECT', { ownSubject: persons.hidden }));
    expect(other.nodes.find(({ subject }) => subject.id === persons.listed)?.subject).toMatchObject({
      name: '钱**',
      market: { penalties: { totalCount: 0 } },
    });
  });
});

describe('Whose number it is', () => {
  const number = { type: 'ID_NUMBER', value: LISTED } as const;
  const { personKeys, transports } = city.city;

  it('is told to the gateway by the credit office, for a hash; a stranger’s is nobody’s', async () => {
    const personOf = personThrough(transports.get('credit'), personKeys, createLog('silent'));
    expect(await personOf(number)).toBe(persons.listed);
    expect(await personOf({ ...number, value: idNumber('19910704', '006') })).toBeNull();
  });

  it('is not known where nobody answers', async () => {
    const personOf = personThrough(undefined, personKeys, createLog('silent'));
    await expect(personOf(number)).rejects.toMatchObject({ extensions: { code: 'SERVICE_UNAVAILABLE' } });
  });
});

describe('How much somebody owes', () => {
  const OWING =
    '{ records(filter: { items: ["tax.arrears"], amount: { from: "1" } }) { totalCount nodes { subject { id } } } }';

  it('picks out companies and no people, but in the own file', async () => {
    await city.take(
      'tax.arrears',
      csv([arrears('钱某某', LISTED, '自然人'), arrears('云泽市青禾食品有限公司', COMPANY, '法人及非法人组织')]),
    );
    await city.followed();
    const all = await asked(ANONYMOUS, '{ records(filter: { items: ["tax.arrears"] }) { totalCount } }');
    expect(all.data.records.totalCount).toBe(2);
    for (const [who, purpose] of [
      [ANONYMOUS, undefined],
      [office, 'DATA_CORRECTION'],
      [as('SUBJECT', { ownSubject: persons.hidden }), undefined],
    ] as const)
      expect((await asked(who, OWING, {}, purpose)).data.records).toEqual({
        totalCount: 1,
        nodes: [{ subject: { id: COMPANY } }],
      });
    const own = await asked(as('SUBJECT', { ownSubject: persons.listed }), OWING);
    expect(own.data.records.totalCount).toBe(2);
  });
});

describe('What somebody did', () => {
  const FINED =
    '{ records(filter: { items: ["market.penalty"], types: ["FINE"] }) { totalCount nodes { subject { id } } } }';
  const all = FINED.replace(', types: ["FINE"]', '');

  it('picks out companies and no people, but in the own file', async () => {
    expect((await asked(office, all, {}, 'DATA_CORRECTION')).data.records.totalCount).toBe(3);
    for (const [who, purpose] of [
      [ANONYMOUS, undefined],
      [office, 'DATA_CORRECTION'],
    ] as const)
      expect((await asked(who, FINED, {}, purpose)).data.records).toEqual({
        totalCount: 1,
        nodes: [{ subject: { id: COMPANY } }],
      });
    const own = await asked(as('SUBJECT', { ownSubject: persons.hidden }), FINED);
    expect(own.data.records.nodes.map(({ subject }: { subject: { id: string } }) => subject.id).sort()).toEqual(
      [COMPANY, persons.hidden].sort(),
    );
  });
});

describe('An ID number', () => {
  it('in an address is refused, wherever it stands there, and not repeated', async () => {
    caller = ANONYMOUS;
    const query = encodeURIComponent('query Q($i: String!) { subject(identifier: $i) { id } }');
    for (const variables of [JSON.stringify({ i: LISTED }), JSON.stringify({ i: [...LISTED].join(' ') })]) {
      const response = await fetch(`${city.url}?query=${query}&variables=${encodeURIComponent(variables)}`, {
        headers: { 'apollo-require-preflight': 'true' },
      });
      const text = await response.text();
      expect([response.status, JSON.parse(text).errors[0].extensions.code]).toEqual([400, 'BAD_REQUEST']);
      expect(text).not.toContain(LISTED.slice(6, 14));
    }
  });

  it('in the text of a question is refused, since documents are kept; in a variable it is not', async () => {
    const query = PERSON.replace('query P($idNumber: String!, $name: String!)', 'query P($name: String!)');
    for (const literal of [`"${PRIVATE}"`, PRIVATE]) {
      const { data, errors, text } = await asked(
        tax,
        query.replace('idNumber: $idNumber', `idNumber: ${literal}`),
        { name: '孙某某' },
        'PRACTITIONER_REVIEW',
      );
      expect(data?.personSubject).toBeUndefined();
      expect(errors.map(({ extensions }) => extensions.code)).toEqual(['BAD_REQUEST']);
      expect(text).not.toContain(PRIVATE.slice(6, 14));
    }
  });
});
