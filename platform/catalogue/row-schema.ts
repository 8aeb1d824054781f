import { exampleOf, exampleRow } from './example-row.ts';
import type { FiledColumn, FiledItem } from './filed-items.ts';
import { fewWords, fillingOf, unitOf } from './filling.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

const DAY = '\\d{4}-\\d{2}-\\d{2}';
const UNITS = { YUAN: '元', TEN_THOUSAND_YUAN: '万元' } as const;

/**
 * JSON Schema 2020-12 of one row of an item's file: a property for each column of its template, an empty cell being no
 * property. It is narrower than reading, which takes other spellings of days, amounts and words too.
 */
export function rowSchema(item: FiledItem): JsonSchema {
  const required = item.columns.filter(({ column }) => column.isRequired).map(({ header }) => header);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `urn:credit-graph:row:${item.code}`,
    title: item.title,
    description: `目录项 ${item.code} 报送文件的一行。空单元格不写该键。自然人的证件号码等列不收,故此处没有。`,
    type: 'object',
    properties: Object.fromEntries(item.columns.map((filed) => [filed.header, propertyOf(filed)])),
    required,
    additionalProperties: false,
    examples: [exampleValues(item)],
    'x-item': item.code,
    'x-department': item.department,
    'x-submission': item.submission,
  };
}

function propertyOf(filed: FiledColumn): JsonSchema {
  const { column, header, field } = filed;
  const example = exampleOf(filed);
  const words = column.describes.words?.();
  const few = fewWords(filed);
  const unit = unitOf(filed);
  return {
    title: field?.name === filed.name ? field.title : header,
    description: [field?.name === 'subject' ? undefined : field?.description, `${fillingOf(filed)}。`]
      .filter((part) => part && part !== '。')
      .join(' '),
    ...formOf(filed),
    ...(example !== undefined && { examples: [jsonValue(filed, example)] }),
    ...(words?.table && { 'x-code-table': words.table.name }),
    ...(few && { 'x-codes': few.terms.map(({ code, label, aliases }) => ({ code, label, aliases })) }),
    ...(unit && { 'x-unit': UNITS[unit] }),
    ...(field && { 'x-field': field.name, 'x-access-level': field.level }),
    ...(column.keeping === 'WITHHELD' && { 'x-withheld': true }),
    'x-aliases': column.aliases.slice(1),
  };
}

/** What the value must be like, as far as one column can tell. */
function formOf(filed: FiledColumn): JsonSchema {
  const { kind, maxLength, min, max, mayBeNegative, isOpenEnded, pattern } = filed.column.describes;
  const labels = fewWords(filed)?.terms.map(({ label }) => label);
  switch (kind) {
    case 'DATE':
      return isOpenEnded
        ? { type: 'string', pattern: `^(?:${DAY}|长期)$` }
        : { type: 'string', format: 'date', pattern: `^${DAY}$` };
    case 'MONTH':
      return { type: 'string', pattern: '^\\d{4}-(?:0[1-9]|1[0-2])$' };
    case 'PERIOD':
      return { type: 'string', pattern: `^${DAY}至(?:${DAY}|长期)$` };
    case 'INTEGER':
      return {
        ...{ type: ['integer', 'string'], pattern: min !== undefined && min < 0 ? '^-?\\d+$' : '^\\d+$' },
        ...(min !== undefined && { minimum: min }),
        ...(max !== undefined && { maximum: max }),
      };
    case 'NUMBER':
    case 'AMOUNT':
      return {
        ...{ type: ['number', 'string'], pattern: `^${mayBeNegative ? '-?' : ''}\\d{1,16}(?:\\.\\d{1,6})?$` },
        ...(!mayBeNegative && { minimum: 0 }),
        ...(max !== undefined && { maximum: max }),
      };
    case 'CODE':
      return labels ? { type: 'string', enum: labels } : { type: 'string', minLength: 1 };
    case 'CODES': {
      const one = `(?:${(labels ?? ['.+']).map(escaped).join('|')})`;
      return { type: 'string', pattern: `^${one}(?:;${one})*$` };
    }
    default:
      return {
        ...{ type: 'string', minLength: 1 },
        ...(maxLength !== undefined && { maxLength }),
        ...(pattern !== undefined && { pattern }),
      };
  }
}

/** A whole number is one in JSON; amounts stay exact text. */
function jsonValue({ column }: FiledColumn, cell: string): string | number {
  return column.describes.kind === 'INTEGER' ? Number(cell) : cell;
}

function exampleValues(item: FiledItem): Readonly<Record<string, string | number>> {
  const row = exampleRow(item);
  const filled = item.columns.filter(({ header }) => row[header] !== undefined);
  return Object.fromEntries(filled.map((filed) => [filed.header, jsonValue(filed, row[filed.header] ?? '')]));
}

function escaped(words: string): string {
  return words.replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&');
}
