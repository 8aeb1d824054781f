import { type GraphQLSchema, isEnumType, isObjectType } from 'graphql';
import { codeTable } from '../../schema/codes/city.ts';
import type { Term } from '../../schema/codes/index.ts';
import { IDENTIFIER_FIELDS } from '../import/counterpart.ts';
import { type CatalogueEntry, type CatalogueField, catalogueOf } from '../records/catalogue.ts';
import { type RecordKind, recordKinds } from '../records/kind.ts';
import type { Column, Columns } from '../sheets/index.ts';
import type { DepartmentCard } from '../subgraph/card.ts';
import { subgraphSchema } from '../subgraph/schema.ts';
import { departmentSources } from '../subgraph/sdl.ts';

/** A catalogue item as whoever submits a file of it must know it: out of the SDL and its sheet, nothing else. */
export interface FiledItem {
  readonly code: string;
  readonly title: string;
  readonly department: Term;
  /** Null for what becomes no record and stands in no catalogue (the registry's list of subjects). */
  readonly entry: CatalogueEntry | null;
  readonly class: Term | null;
  readonly frequency: Term | null;
  readonly submission: Term;
  readonly columns: readonly FiledColumn[];
  readonly fields: readonly FiledField[];
}

/** A column that may be filled in; those that are never read are none. */
export interface FiledColumn {
  readonly name: string;
  /** The header that templates use. */
  readonly header: string;
  readonly column: Column<unknown>;
  /** The field of the graph that answers it, where there is one of its own. */
  readonly field: FiledField | null;
}

export interface FiledField extends Omit<CatalogueField, 'level'> {
  readonly level: Term;
  /** What the SDL says of it, in Chinese. */
  readonly description: string;
  /** The columns that it is made of, by name. */
  readonly columns: readonly string[];
}

const SUBMISSIONS: Readonly<Record<CatalogueEntry['submission'], string>> = {
  CHANGES: '增量(报新增和变更)',
  FULL_LIST: '全量(未列者即终止)',
};

/** Every importable item of these departments, in their order. */
export function filedItems(cards: readonly DepartmentCard[]): readonly FiledItem[] {
  return cards.flatMap((card) => {
    const schema = subgraphSchema(departmentSources(card));
    const kinds = recordKinds(schema, card);
    const department = { code: card.name, label: card.title };
    const own = Object.entries(card.intakes ?? {}).map(([code, { sheet }]): FiledItem => {
      const columns = filedColumns(sheet.columns, []);
      const submission = { code: 'CHANGES', label: SUBMISSIONS.CHANGES };
      return {
        ...{ code, title: sheet.title, department, submission, columns },
        ...{ entry: null, class: null, frequency: null, fields: [] },
      };
    });
    const records = catalogueOf(schema, card).flatMap((entry): readonly FiledItem[] => {
      const sheet = card.sheets[entry.code];
      const kind = kinds.get(entry.type);
      if (!sheet || !kind) return [];
      const fields = entry.fields.map((field) => filedField(field, kind, schema, sheet.columns));
      return [
        {
          ...{ code: entry.code, title: entry.title, department, entry, fields },
          class: { code: entry.class, label: classLabel(schema, entry.class) },
          frequency: labelled('update-frequencies', entry.updated),
          submission: { code: entry.submission, label: SUBMISSIONS[entry.submission] },
          columns: filedColumns(sheet.columns, fields),
        },
      ];
    });
    return [...own, ...records];
  });
}

function filedColumns(columns: Columns, fields: readonly FiledField[]): readonly FiledColumn[] {
  return Object.entries(columns)
    .filter(([, column]) => column.keeping !== 'NEVER')
    .map(([name, column]) => ({
      ...{ name, column, header: column.aliases[0] ?? name },
      field:
        fields.find((field) => field.name === name) ?? fields.find((field) => field.columns.includes(name)) ?? null,
    }));
}

function filedField(field: CatalogueField, kind: RecordKind, schema: GraphQLSchema, columns: Columns): FiledField {
  const type = schema.getType(kind.type.name);
  const description = isObjectType(type) ? type.getFields()[field.name]?.description : undefined;
  const parts: readonly string[] =
    field.name === 'subject' ? IDENTIFIER_FIELDS : (kind.fields.get(field.name)?.columns.map(({ key }) => key) ?? []);
  return {
    ...field,
    level: labelled('publicity-attributes', field.level),
    description: chineseOf(description),
    columns: parts.filter((name) => columns[name] !== undefined && columns[name].keeping !== 'NEVER'),
  };
}

function labelled(table: string, code: string): Term {
  return { code, label: codeTable(table).get(code)?.label ?? code };
}

/** The section's name: its description up to the Chinese full stop. */
function classLabel(schema: GraphQLSchema, code: string): string {
  const classes = schema.getType('RecordClass');
  const description = isEnumType(classes) ? classes.getValue(code)?.description : undefined;
  return description?.split('。')[0] ?? code;
}

/** Descriptions say it in Chinese first, then in English. */
function chineseOf(description: string | null | undefined): string {
  return /^.*\p{Script=Han}[^\n]*?。/u.exec(description?.trim() ?? '')?.[0] ?? '';
}
