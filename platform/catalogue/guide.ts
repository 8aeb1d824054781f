import type { FiledColumn, FiledItem } from './filed-items.ts';
import { fillingOf } from './filling.ts';

const BEGIN = '<!-- 以下由 npm run catalogue -- --document 生成,请勿手改 -->';
const END = '<!-- 生成部分到此为止 -->';

/** The document with what stands between its markers replaced. @throws Error for a document without them. */
export function withGenerated(document: string, generated: string): string {
  const [from, until] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (from < 0 || until < from) throw new Error('the document has no markers of a generated part');
  return `${document.slice(0, from + BEGIN.length)}\n\n${generated}\n${document.slice(until)}`;
}

/** One line for each item. */
export function itemsTable(items: readonly FiledItem[]): string {
  const rows = items.map((item) => [
    ...[`\`${item.code}\``, item.title, item.department.label, item.frequency?.label ?? '', item.submission.label],
  ]);
  return table([['目录项', '名称', '部门', '更新频率', '报送方式'], ...rows]);
}

/** The columns of every item: first those that all have alike, then each item's own. */
export function columnsDocument(items: readonly FiledItem[]): string {
  const shared = sharedColumns(items);
  const isShared = (column: FiledColumn) => shared.some((one) => rowOf(one).join() === rowOf(column).join());
  const sections = items.map((item) => {
    const own = item.columns.filter((column) => !isShared(column));
    return `## ${item.title}(\`${item.code}\`)\n\n${columnsTable(own)}`;
  });
  return `# 各目录项的列

${BEGIN}

报送文件的列。表头可以用“列”中的写法,也可以用“也可写作”中的任一写法;列的先后不限。怎样导入见 [导入指南](import.zh-CN.md)。
“必填”为“是”的,每行都要填;为“视情况”的,平常留空:它代替别的列,或者事后才填(如移出日期)。

## 各目录项都有的列

${columnsTable(shared)}
除“统一社会信用代码”外,各号码列在没有统一社会信用代码时填写,至少填一个。

${sections.join('\n')}`;
}

function sharedColumns(items: readonly FiledItem[]): readonly FiledColumn[] {
  const [first, ...others] = items.filter(({ entry }) => entry !== null);
  return (first?.columns ?? []).filter((column) =>
    others.every((item) => item.columns.some((one) => one.name === column.name && one.header === column.header)),
  );
}

function columnsTable(columns: readonly FiledColumn[]): string {
  return table([['列', '必填', '填什么', '也可写作', '公开属性'], ...columns.map(rowOf)]);
}

function rowOf(filed: FiledColumn): readonly string[] {
  const { column, header, field } = filed;
  const need = column.isRequired ? '是' : column.describes.isOccasional ? '视情况' : '否';
  const level = column.keeping === 'WITHHELD' ? '读取而不留存' : (field?.level.label ?? '');
  return [header, need, fillingOf(filed), column.aliases.slice(1).join('、'), level];
}

function table([titles = [], ...rows]: readonly (readonly string[])[]): string {
  const lines = [titles, titles.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`).join('');
}
