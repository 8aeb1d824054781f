import { getNamedType, isEnumType } from 'graphql';
import { columnName, directiveArguments } from '../../platform/records/kind.ts';
import { searchedTexts } from '../../subgraphs/credit/record-index/search.ts';
import { codeOf } from '../graph/files.ts';
import type { TestCity } from '../support/city.ts';
import type { Random } from '../support/random.ts';
import type { Kept } from './askers.ts';
import { columnsIn } from './conditions.ts';
import { FIELDS } from './matrices.ts';
import type { Place } from './places.ts';
import type { Ghost, Slot } from './slots.ts';
import type { PlantedTokens } from './tokens-planted.ts';

type Row = Readonly<Record<string, unknown>>;

/** What a version says: as a row of its department's table, and as a line of the index. */
export interface Values {
  readonly row: Row;
  readonly header: Row;
}

interface Column {
  readonly name: string;
  readonly type: string;
  /** Digits before the point, where it is a number. */
  readonly digits: number;
  /** Coordinates of the fields that show it. */
  readonly fields: readonly string[];
  /** What may stand in it: any text, codes (a text that is none shows as it is), or what the SDL alone knows. */
  readonly words: 'ANY' | 'CODES' | 'FIXED';
}

/** A record type of a department, with a record of it to make others of. */
export interface Kind {
  readonly place: Place;
  readonly type: string;
  readonly department: string;
  readonly table: string;
  /** Whether records of it are published at all. */
  readonly isPublic: boolean;
  readonly columns: readonly Column[];
  readonly base: Values;
}

export async function kindsOf(places: readonly Place[], { city, database }: TestCity): Promise<readonly Kind[]> {
  const { admin } = database;
  return Promise.all(
    places.map(async (place): Promise<Kind> => {
      const department = place.path.length > 1 ? (place.path[0] ?? '') : 'credit';
      const kind = city.near.get(department)?.kinds.get(place.type);
      if (!kind) throw new Error(`${place.path.join('.')} is kept nowhere`);
      const [base] = await admin.unsafe<{ row: Row; header: Row }[]>(
        `select to_jsonb(t) as row, to_jsonb(r) as header from ${kind.table} t join credit.record_index r using (id, version)
         where t.superseded_at is null order by t.access_level = 'PUBLIC' desc, t.id limit 1`,
      );
      if (!base) throw new Error(`${kind.table} holds no record`);
      const [schema = '', table = ''] = kind.table.replaceAll('"', '').split('.');
      const found = await admin<{ name: string; type: string; digits: number | null }[]>`
        select column_name as name, data_type as type, numeric_precision - numeric_scale as digits
        from information_schema.columns where table_schema = ${schema} and table_name = ${table}`;
      const fields = Object.values(kind.type.getFields());
      const columns = found.map(({ name, type, digits }): Column => {
        const shown = fields.filter(({ name: field }) =>
          kind.fields.get(field)?.columns.some(({ key }) => columnName(key) === name),
        );
        const isCoded = shown.some((field) => directiveArguments(field.astNode?.directives, 'coded').length > 0);
        const isFixed =
          STRUCTURE.test(name) ||
          shown.some((field) => ['Grade', 'ListType'].includes(getNamedType(field.type).name)) ||
          shown.some((field) => isEnumType(getNamedType(field.type)));
        return {
          name,
          type,
          digits: digits ?? 0,
          fields: shown.map((field) => `${place.type}.${field.name}`),
          words: isFixed ? 'FIXED' : isCoded ? 'CODES' : 'ANY',
        };
      });
      const isPublic = base.row.access_level === 'PUBLIC';
      return { place, type: place.type, department, table: kind.table, isPublic, columns, base };
    }),
  );
}

const STRUCTURE =
  /^(?:id|version|item|subject_id|access_level|withheld_reason|content_hash|natural_key|import_id|marks|published_on|publication_ends_on|is_publication_provisional|source|recorded_at|superseded_at)$|_currency$/u;

export function newSlot(kind: Kind, kept: Kept, number: number): Slot {
  const id = `record-${String(number).padStart(5, '0')}`;
  return { kind, kept, id, version: 1, isEarlier: false, isThere: true, values: kind.base };
}

export function newGhost(code: string, tokens: PlantedTokens): Ghost {
  const kept: Kept = { department: 'credit', subject: code, condition: 'PUBLISHED', isOfGhost: true };
  tokens.known(code, kept);
  return { code, kept, name: `云泽${tokens.text(kept, null)}有限公司`, isThere: true };
}

/** A natural person, whom a published list names or nobody but those who may meet persons. */
export function newPerson(surname: string, isListed: boolean, tokens: PlantedTokens): Ghost {
  const found = { department: 'credit', subject: '', isOfGhost: false };
  const code = `person-${tokens.text({ ...found, condition: isListed ? 'LISTED_PERSON' : 'PERSONAL' }, null).toLowerCase()}`;
  const kept: Kept = { ...found, subject: code, condition: 'PERSONAL' };
  return { code, kept, person: { surname, isListed }, name: fullName(surname, kept, tokens), isThere: true };
}

export const fullName = (surname: string, kept: Kept, tokens: PlantedTokens): string =>
  `${surname}${tokens.text(kept, null)}`;

/** Values anew: tokens in whatever is hidden from somebody, plain ones in what everybody sees, and in some of the rest. */
export function withValues(slot: Slot, random: Random, tokens: PlantedTokens): Values {
  const { kind, kept, id, version, isEarlier } = slot;
  const isOpen = kept.condition === 'PUBLISHED';
  const row: Record<string, unknown> = { ...kind.base.row };
  for (const column of kind.columns) {
    if (column.words === 'FIXED') continue;
    const isHiddenField = column.fields.length > 0 && column.fields.every(isHiddenFromSome);
    const isPlain = isOpen ? !isHiddenField : random.chance(0.3);
    row[column.name] = isPlain
      ? plain(column, kind.base.row[column.name], random)
      : planted(column, kept, random, tokens);
  }
  Object.assign(row, {
    id,
    version,
    subject_id: kept.subject,
    source: [],
    recorded_at: version > 1 ? REPLACED_AT : random.pick(RECORDED_AT),
    ...columnsIn(kept.condition),
    ...(isEarlier ? { superseded_at: REPLACED_AT } : {}),
  });
  return { row, header: headerOf(slot, row, random, tokens) };
}

const RECORDED_AT = ['2026-03-01T00:00:00+00:00', '2026-05-01T00:00:00+00:00', '2026-06-01T00:00:00.25+00:00'];
const REPLACED_AT = '2026-09-01T00:00:00+00:00';

/** Whether somebody sees records of this type and not this field of them. */
function isHiddenFromSome(field: string): boolean {
  return FIELDS.get(field)?.ANONYMOUS !== 'seen';
}

function headerOf({ kind, kept }: Slot, row: Row, random: Random, tokens: PlantedTokens): Row {
  const { header: base } = kind.base;
  const header: Record<string, unknown> = { ...base };
  for (const name of Object.keys(base)) if (name in row) header[name] = row[name];
  const isPlain = kept.condition === 'PUBLISHED' || random.chance(0.3);
  const says = (text: unknown): string => (isPlain ? String(text) : `${text} ${tokens.text(kept, null)}`);
  header.title = isPlain ? `${base.title}第${random.below(9)}号` : says(base.title);
  header.year = base.year === null ? null : random.pick(YEARS);
  header.types = isPlain ? base.types : [...(base.types as string[]), tokens.text(kept, null)];
  header.type_labels = isPlain ? base.type_labels : (header.types as string[]).map(says);
  header.amount = base.amount === null ? null : isPlain ? String(random.below(9_000)) : tokens.number(12, kept, null);
  if (base.grade !== null) {
    header.grade = isPlain ? random.pick(['A', 'B', String(base.grade)]) : tokens.text(kept, null);
    header.grade_label = says(base.grade_label);
  }
  const [title, number, authority] = [header.title, header.document_number ?? '', header.authority_name].map(String);
  Object.assign(header, searchedTexts([title ?? '', number ?? '', authority ?? '']).columns);
  return header;
}

export const YEARS = [2021, 2022, 2023, 2024, 2025];

function plain({ name, type, words }: Column, base: unknown, random: Random): unknown {
  if (name.endsWith('credit_code')) return random.pick([base, codeOf(950)]);
  if (name === 'year') return random.pick(YEARS);
  if (type === 'date') return dayIn(random);
  if (type === 'boolean') return random.chance(0.5);
  if (type === 'numeric') return String(random.below(90));
  if (type === 'integer' || type === 'bigint') return random.below(90);
  if (type === 'text' && words === 'ANY') return `${base ?? '甲'}·${random.below(9)}`;
  return base;
}

function planted(column: Column, kept: Kept, random: Random, tokens: PlantedTokens): unknown {
  const { name, type, digits } = column;
  const line = IN_LINES[name];
  const fields = line === undefined ? column.fields : [...column.fields, line];
  if (name.endsWith('credit_code')) return random.pick([null, codeOf(950)]);
  if (type === 'date') return dayIn(random);
  if (type === 'boolean') return random.chance(0.5);
  if (type === 'numeric') return tokens.number(digits, kept, fields);
  if (type === 'integer' || type === 'bigint') return tokens.integer(kept, fields);
  if (type === 'ARRAY') return [tokens.text(kept, fields)];
  return tokens.text(kept, fields);
}

/** Columns that a line of the index says as the record does: who sees the line sees them, whether or not its list is open. */
const IN_LINES: Readonly<Record<string, string>> = {
  authority_name: 'RecordSummary.authority',
  document_number: 'RecordSummary.documentNumber',
};

function dayIn(random: Random): string {
  return `${random.pick([2024, 2025, 2026])}-0${1 + random.below(9)}-${10 + random.below(19)}`;
}
