import type { CodeTable } from '../../schema/codes/index.ts';
import type { FiledColumn, FiledItem } from './filed-items.ts';
import { kindTitle, unitOf } from './filling.ts';

const TITLES = [
  ...['目录项代码', '目录项名称', '归集部门', '栏目', '依据', '更新频率', '报送方式'],
  ...['字段', '字段名称', '公开属性', '公开属性代码', '字段类型', '报送列', '必填', '内容', '长度', '代码表'],
];

/**
 * The catalogue as one table: a line for each field that the graph answers, with the columns that it is made of, and one
 * for each column that has no field of its own.
 */
export function overviewLines(items: readonly FiledItem[]): readonly (readonly string[])[] {
  return [TITLES, ...items.flatMap(linesOf)];
}

function linesOf(item: FiledItem): readonly (readonly string[])[] {
  const about = [
    ...[item.code, item.title, item.department.label, item.class?.label ?? ''],
    ...[item.entry?.basis.join('；') ?? '', item.frequency?.label ?? '', item.submission.label],
  ];
  const answered = item.fields.map((field) => {
    const columns = item.columns.filter((one) => one.field === field);
    const [table = field.codeTable ?? ''] = columns.flatMap(tableOf);
    const names = [field.name, field.title, field.level.label, field.level.code, field.type];
    return [...about, ...names, ...columnCells(columns), table];
  });
  const others = item.columns
    .filter(({ field }) => field === null)
    .map((column) => [...about, '', '', '', '', '', ...columnCells([column]), tableOf(column)[0] ?? '']);
  return [...answered, ...others];
}

function columnCells(columns: readonly FiledColumn[]): readonly string[] {
  const each = (tell: (column: FiledColumn) => string) => [...new Set(columns.map(tell))].filter(Boolean).join('、');
  return [
    each(({ header }) => header),
    columns.length === 0 ? '' : columns.some(({ column }) => column.isRequired) ? '是' : '否',
    each(kindTitle),
    each(({ column }) => String(column.describes.maxLength ?? '')),
  ];
}

function tableOf({ column }: FiledColumn): readonly string[] {
  const table = column.describes.words?.().table;
  return table ? [table.name] : [];
}

/** The same for programs. */
export function overviewOf(items: readonly FiledItem[]): readonly object[] {
  return items.map(({ code, title, department, class: section, entry, frequency, submission, fields, columns }) => ({
    ...{ item: code, title, department, class: section, basis: entry?.basis ?? [], frequency, submission },
    fields: fields.map((field) => ({
      ...{ name: field.name, title: field.title, level: field.level, type: field.type, codeTable: field.codeTable },
      columns: columns.filter((one) => one.field === field).map(({ header }) => header),
    })),
    columns: columns.map((one) => ({
      ...{ header: one.header, field: one.field?.name ?? null, isRequired: one.column.isRequired },
      ...{ isOccasional: one.column.describes.isOccasional ?? false, type: one.column.describes.kind },
      ...{ unit: unitOf(one) ?? null, maxLength: one.column.describes.maxLength ?? null },
      ...{ codeTable: tableOf(one)[0] ?? null, aliases: one.column.aliases.slice(1) },
    })),
  }));
}

/** The code tables that columns of these items refer to, each once. */
export function tablesOf(items: readonly FiledItem[]): readonly CodeTable[] {
  const tables = items.flatMap(({ columns }) =>
    columns.flatMap(({ column }) => column.describes.words?.().table ?? []),
  );
  return [...new Map(tables.map((table) => [table.name, table])).values()];
}

/** A code table for spreadsheets, with what a label may also be called. */
export function tableLines(table: CodeTable): readonly (readonly string[])[] {
  const rows = table.rows.map((row) => [row.code, row.label, row.aliases.join('|'), row.from ?? '', row.until ?? '']);
  return [['代码', '名称', '也可写作', '启用', '停用'], ...rows];
}
