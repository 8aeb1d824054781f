import { type CreditCode, organizationCodeOf } from '../../schema/identifiers/credit-code.ts';
import { nameKey } from '../../schema/identifiers/name-key.ts';
import type { Kept } from './askers.ts';
import type { Kind, Values } from './values.ts';

/** One version of one record, as its department and the index keep it, whether it is there or not. */
export interface Slot {
  readonly kind: Kind;
  kept: Kept;
  readonly id: string;
  readonly version: number;
  /** Whether it is what a published record said before: its existence shows, what it said may be hidden. */
  readonly isEarlier: boolean;
  isThere: boolean;
  values: Values;
}

/** A subject that is known from hidden rows alone, or a natural person, whose full name is hidden from most. */
export interface Ghost {
  readonly code: string;
  readonly kept: Kept;
  /** What everybody sees of a person's name, and whether a published list names it; absent for others. */
  readonly person?: { readonly surname: string; readonly isListed: boolean };
  name: string;
  isThere: boolean;
}

/** SQL that makes tables and index hold these slots and ghosts as they are: sent as one text, it is one transaction. */
export function applied(slots: readonly Slot[], ghosts: readonly Ghost[]): string {
  const tables = new Map<string, { readonly gone: string[]; readonly there: object[] }>();
  const of = (table: string) => {
    const known = tables.get(table) ?? { gone: [], there: [] };
    tables.set(table, known);
    return known;
  };
  for (const { kind, id, version, isThere, values } of slots) {
    for (const [table, row] of [
      [kind.table, values.row],
      ['credit.record_index', values.header],
    ] as const) {
      of(table).gone.push(`('${id}', ${version})`);
      if (isThere) of(table).there.push(row);
    }
  }
  const statements = [...tables].flatMap(([table, { gone, there }]) => [
    `delete from ${table} where (id, version) in (${gone.join()})`,
    inserted(table, there),
  ]);
  return [...statements, SEARCHED, ...ghosts.flatMap(ghostly)].join(';\n');
}

/** The texts of all lines, as a follower adds them. */
const SEARCHED = `insert into credit.searched_texts
  select distinct on (k.text_key) k.text_key, k.text, array(select substr(k.text, i, 2) from generate_series(1, length(k.text) - 1) i)
  from credit.record_index r, unnest(array[r.title_key, r.document_key, r.authority_key], string_to_array(r.search_key, ' ')) k(text_key, text)
  where r.access_level <> 'PERSONAL' and k.text_key is not null on conflict do nothing`;

function inserted(table: string, rows: readonly object[]): string {
  const json = JSON.stringify(rows).replaceAll("'", "''");
  return `insert into ${table} select * from json_populate_recordset(null::${table}, '${json}')`;
}

/** As the credit office registers whom a row that is not public names. */
function ghostly({ code, name, isThere, person }: Ghost): readonly string[] {
  const numbers = person
    ? []
    : [
        { type: 'CREDIT_CODE', value: code },
        { type: 'ORGANIZATION_CODE', value: organizationCodeOf(code as CreditCode) },
      ];
  const gone = ['subjects:id', 'subject_identifiers:subject_id', 'subject_names:subject_id'].map((place) => {
    const [table, column] = place.split(':');
    return `delete from credit.${table} where ${column} = '${code}'`;
  });
  if (!isThere) return gone;
  const subject = {
    id: code,
    version: 1,
    recorded_at: '2026-02-01T00:00:00Z',
    content_hash: 'UNVERIFIED',
    import_id: 0,
    credit_code: person ? null : code,
    name,
    masked_name: person ? `${person.surname}**` : null,
    kind: person ? 'NATURAL_PERSON' : 'ENTERPRISE',
    is_verified: false,
    is_shown: person?.isListed ?? false,
    former_names: [],
    identifiers: numbers.map((one) => ({ ...one, validFrom: null, validTo: null, isCurrent: true })),
    source: [],
  };
  if (person) return [...gone, inserted('credit.subjects', [subject])];
  return [
    ...gone,
    inserted('credit.subjects', [subject]),
    inserted(
      'credit.subject_identifiers',
      numbers.map((one) => ({ ...one, subject_id: code })),
    ),
    inserted('credit.subject_names', [{ subject_id: code, key: nameKey(name), name, is_former: false }]),
  ];
}
