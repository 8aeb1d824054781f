import { getNamedType } from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import { ANONYMOUS, type Caller } from '../../gateway/access/caller.ts';
import { csvText } from '../../platform/catalogue/csv-text.ts';
import { filedItems } from '../../platform/catalogue/filed-items.ts';
import { rowSchema } from '../../platform/catalogue/row-schema.ts';
import type { RecordKind } from '../../platform/records/kind.ts';
import { departments } from '../../subgraphs/index.ts';
import { type Answer, testCity } from '../support/city.ts';
import { allItems, authorizeAll, authorizeItems } from '../support/lending.ts';
import { cellsOf } from './cells.ts';
import { CONDITIONS, UNVERIFIED, variantsOf } from './conditions.ts';
import { FIELDS, ROWS } from './matrices.ts';
import { allOf, everything, fieldsOf, isOfRecords, type Place, placesOfRecords, typesOf } from './places.ts';
import { type Asked, type Asking, headersOf, STANDINGS, viewOf } from './standings.ts';
import { missingIn, storedRows } from './stored.ts';

// Who sees what, cell by cell: fields.csv and rows.csv are kept by hand, each line with its rule. The answers are asked of
// the gateway over HTTP by every role; a cell that changes on one side alone is a failure.

const names = Object.keys(STANDINGS);

const city = await testCity();
let caller: Caller = ANONYMOUS;
const ask = await city.another({ identify: async () => caller, deadlineMs: 20_000 });

/** A list, the subject whose list is asked, and the record there in each condition. */
interface Filled extends Asked {
  readonly place: Place;
  readonly kind: RecordKind;
  readonly ids: ReadonlyMap<string, string>;
  /** Whose record the one is that is of an unconfirmed subject. */
  readonly unverified: string;
  readonly stored: Awaited<ReturnType<typeof storedRows>>;
}
const filled: Filled[] = [];

beforeAll(async () => {
  for (const item of filedItems(departments)) {
    const { examples } = rowSchema(item) as { readonly examples: readonly Record<string, unknown>[] };
    const headers = item.columns.map(({ header }) => header);
    const rows = examples.map((row) => headers.map((header) => String(row[header] ?? '')));
    await city.take(item.code, csvText([headers, ...rows]));
  }
  await city.followed();
  for (const place of placesOfRecords()) {
    const [first = ''] = place.path;
    const department = place.path.length > 1 ? first : 'credit';
    const kind = city.city.near.get(department)?.kinds.get(place.type);
    if (!kind) throw new Error(`${place.path.join('.')} is kept nowhere`);
    const variants = await variantsOf(kind.table, city.database.admin, [...CONDITIONS, UNVERIFIED]);
    const stored = await storedRows(kind.table, [...variants.ids.values()], city.database.admin);
    filled.push({ place, department, kind, stored, ...variants });
  }
  await authorizeAll(
    city,
    filled.map(({ subject }) => subject),
  );
});

async function asking(one: Asking, query: string, variables: Readonly<Record<string, unknown>> = {}) {
  caller = one.caller;
  return ask(query, variables, headersOf(one));
}

const within = (path: readonly string[], selection: string): string =>
  path.reduceRight((inner, name) => `${name} { ${inner} }`, selection);

/** How somebody stands to the records of a subject that is not the one whose file or authorization they have. */
const toOthers = (name: string): string => OTHERS[name] ?? name;
const OTHERS: Readonly<Record<string, string>> = { 'SUBJECT OWN': 'SUBJECT OTHER', 'BANK+GRANT': 'BANK+GRANT OTHER' };

/** The records of both subjects, with the column that holds for whoever asked. */
function recordsIn(data: Answer['data'], name: string, { path, isConnection }: Place) {
  return ['subject', 'unverified'].flatMap((root) => {
    const held = path.reduce((value, part) => value?.[part], data[root]);
    const records: Readonly<Record<string, unknown>>[] = (isConnection ? held?.nodes : held && [held]) ?? [];
    return records.map((record) => [root === 'unverified' ? toOthers(name) : name, record] as const);
  });
}

describe('The matrix of fields', () => {
  it('has a line for every field of every type but pages and edges', () => {
    const wanted = typesOf(everything).flatMap((type) =>
      fieldsOf(everything, type).map((field) => `${type}.${field.name}`),
    );
    expect([...FIELDS.keys()].sort()).toEqual(wanted.sort());
    for (const line of FIELDS.values()) expect(line.rule).toMatch(/\p{Script=Han}|GB/u);
  });

  it.each(names)('is the schema that %s knows: a field that is absent never existed', (name) => {
    const asked = { department: 'tax', subject: '91990103MA2N7K1R10' };
    const standing = STANDINGS[name]?.(asked) ?? STANDINGS[name]?.({ ...asked, department: 'credit' });
    if (!standing) throw new Error(`nobody stands as ${name}`);
    const view = viewOf(standing.caller);
    for (const [field, line] of FIELDS) {
      const [type = '', own] = field.split('.');
      const isThere = fieldsOf(view, type).some((one) => one.name === own);
      expect([name, field, isThere ? 'there' : 'absent']).toEqual([
        name,
        field,
        line[name] === 'absent' ? 'absent' : 'there',
      ]);
    }
  });

  it.each(names)(
    'is what %s is answered of a record in each condition, field by field, and is what is stored',
    async (name) => {
      let cells = 0;
      const wrongs: (readonly unknown[])[] = [];
      for (const one of filled) {
        const standing = STANDINGS[name]?.(one);
        if (!standing) continue;
        const { place, subject, unverified, ids } = one;
        const view = viewOf(standing.caller);
        const selection = allOf(view, place.type);
        if (selection === '' || !fieldsOf(view, 'Subject').some((field) => field.name === place.path[0])) continue;
        const list = place.path.at(-1);
        const leaf = place.isConnection
          ? `${list}(first: 50, filter: { ids: $ids }) { nodes ${selection} }`
          : `${list} ${selection}`;
        const lists = within(place.path.slice(0, -1), leaf);
        const query = `query ($subject: String!, $unverified: String!${place.isConnection ? ', $ids: [ID!]!' : ''}) {
        subject(identifier: $subject) { ${lists} } unverified: subject(identifier: $unverified) { ${lists} } }`;
        const answer = await asking(standing, query, { subject, unverified, ids: [...ids.values()] });
        for (const { field, outcome, isReached, value, root } of cellsOf(view, query, answer)) {
          const [type = ''] = field.split('.');
          if (!isReached && !isOfRecords(type)) continue;
          cells += 1;
          const expected = FIELDS.get(field)?.[root === 'unverified' ? toOthers(name) : name];
          if (outcome !== expected || (outcome !== 'seen' && (value ?? null) !== null))
            wrongs.push([field, outcome, value]);
        }
        for (const [column, record] of recordsIn(answer.data, name, place)) {
          const row = one.stored.get(String(record.id)) ?? {};
          for (const { name: field } of fieldsOf(view, place.type)) {
            if (FIELDS.get(`${place.type}.${field}`)?.[column] !== 'seen') continue;
            const missing = missingIn(record[field], field, row, one.kind);
            if (missing.length > 0)
              wrongs.push([`${place.type}.${field}`, 'is stored and not told', missing, JSON.stringify(record[field])]);
          }
        }
      }
      expect([name, wrongs]).toEqual([name, []]);
      expect(cells).toBeGreaterThan(name.includes('OFFICE OWN+') ? 300 : 1_900);
    },
  );
});

describe('The matrix of rows', () => {
  it('has a line for every condition that a record can be in', () => {
    expect([...ROWS.keys()].sort()).toEqual([...CONDITIONS, UNVERIFIED].sort());
  });

  it.each(names)(
    'is what %s is answered, in lists, in counts, in the timeline, on the board and by address',
    async (name) => {
      let cells = 0;
      for (const one of filled) {
        const standing = STANDINGS[name]?.(one);
        if (!standing || !one.place.isConnection) continue;
        const wanted = [...one.ids].filter(([condition]) => ROWS.get(condition)?.[name] === 'seen').map(([, id]) => id);
        const [slice, list = slice] = one.place.path;
        const type =
          one.place.path.length > 1
            ? getNamedType(fieldsOf(everything, 'Subject').find((field) => field.name === slice)?.type as never)
            : 'Subject';
        const [reach, reachOther] = [name, toOthers(name)].map((column) =>
          [`Subject.${slice}`, `${String(type)}.${list}`]
            .map((field) => FIELDS.get(field)?.[column])
            .find((cell) => cell !== 'seen'),
        );
        const ids = [...one.ids.values()];
        const lines = '(first: 50, filter: { ids: $ids }) { totalCount nodes { id } }';
        const ofSubject = `timeline: records${lines} ${reach === 'absent' ? '' : within(one.place.path.slice(0, -1), `${list}${lines}`)}`;
        const addresses = ids.map((_id, at) => `r${at}: record(id: $id${at}) { id }`).join(' ');
        const { data, errors } = await asking(
          standing,
          `query ($subject: String!, $unverified: String!, $ids: [ID!]!, ${ids.map((_id, at) => `$id${at}: ID!`).join()}) {
           subject(identifier: $subject) { ${ofSubject} } unverified: subject(identifier: $unverified) { ${ofSubject} } board: records${lines} ${addresses} }`,
          {
            subject: one.subject,
            unverified: one.unverified,
            ids,
            ...Object.fromEntries(ids.map((id, at) => [`id${at}`, id])),
          },
        );
        if (!data.subject) throw new Error(JSON.stringify(errors) + one.subject + one.place.path.join('.'));
        const label = [name, one.place.path.join('.')];
        const told = (page: { nodes: { id: string }[]; totalCount: number } | null | undefined) =>
          page ? [page.totalCount, ...page.nodes.map(({ id }) => id).sort()] : null;
        const pageOf = (some: readonly string[]) => [some.length, ...[...some].sort()];
        const isOther = (id: string): boolean => id === one.ids.get(UNVERIFIED);
        const seen = pageOf(wanted.filter((id) => !isOther(id)));
        const others = pageOf(wanted.filter(isOther));
        expect([...label, 'timeline', told(data.subject.timeline)]).toEqual([...label, 'timeline', seen]);
        expect([...label, 'unverified', told(data.unverified.timeline)]).toEqual([...label, 'unverified', others]);
        expect([...label, 'board', told(data.board)]).toEqual([...label, 'board', pageOf(wanted)]);
        cells += one.ids.size;
        const found = ids.filter((_id, at) => data[`r${at}`] !== null);
        expect([...label, 'address', found.sort()]).toEqual([...label, 'address', [...wanted].sort()]);
        if (reach === 'absent') continue;
        for (const [root, cell, expected] of [
          ['subject', reach, seen],
          ['unverified', reachOther, others],
        ] as const) {
          const page = one.place.path.reduce((value, part) => value?.[part], data[root]);
          expect([...label, root, told(page)]).toEqual([...label, root, cell === undefined ? expected : null]);
        }
        const refused = [reach, reachOther].filter((cell) => cell !== undefined);
        expect([...label, errors.map((error) => error.extensions.code)]).toEqual([...label, refused]);
      }
      expect(cells).toBeGreaterThan(name.includes('OFFICE OWN+') ? 15 : 150);
    },
  );
});

describe('An authorization of a single item, and one of all items but that', () => {
  it('opens that item’s records alone, and all but them, in lists, counts, the timeline, on the board and by address', async () => {
    const bank = STANDINGS.BANK?.({ department: 'tax', subject: '' });
    if (!bank) throw new Error('no bank stands');
    let items = 0;
    for (const { place, subject, department, ids } of filled) {
      const kind = city.city.near.get(department)?.kinds.get(place.type);
      const id = ids.get('LEVEL_AUTHORIZED');
      const { items: own = [] } = kind ?? {};
      if (id === undefined || !place.isConnection) continue;
      const codes = own.map(({ code }) => code);
      const others = allItems(city).filter((code) => !codes.includes(code));
      for (const [granted, count] of [
        [codes, 1],
        [others, 0],
      ] as const) {
        const authorization = await authorizeItems(city, subject, granted);
        const list = place.path.at(-1);
        const question = within(place.path.slice(0, -1), `${list}(filter: { ids: [$id] }) { totalCount nodes { id } }`);
        const { data } = await asking(
          { ...bank, authorization },
          `query ($subject: String!, $id: ID!) {
             subject(identifier: $subject) { records(filter: { ids: [$id] }) { totalCount nodes { id } } ${question} }
             board: records(filter: { ids: [$id] }) { totalCount } record(id: $id) { id } }`,
          { subject, id },
        );
        const told = place.path.reduce((value, part) => value?.[part], data.subject);
        expect([
          place.path.join('.'),
          granted === codes,
          data.subject.records.totalCount,
          told?.totalCount ?? 0,
        ]).toEqual([place.path.join('.'), granted === codes, count, count]);
        expect([data.board.totalCount, data.record?.id ?? null]).toEqual([count, count === 1 ? id : null]);
      }
      items += codes.length;
    }
    expect(items).toBeGreaterThan(20);
  });
});
