import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { csvText } from '../platform/catalogue/csv-text.ts';
import { type FiledItem, filedItems } from '../platform/catalogue/filed-items.ts';
import { columnsDocument, itemsTable, withGenerated } from '../platform/catalogue/guide.ts';
import { overviewLines, overviewOf, tableLines, tablesOf } from '../platform/catalogue/overview.ts';
import { rowSchema } from '../platform/catalogue/row-schema.ts';
import { departments } from '../subgraphs/index.ts';
import { command, say } from './command.ts';

const HELP = `写出目录、报送模板和数据规格,供报送单位和其系统使用。内容取自各部门的 SDL 和表样,不连数据库。
用法:npm run catalogue -- [目录项…] [--into <文件夹>]
     npm run catalogue -- --document
  --into <文件夹>  写到哪里(默认 ./catalogue)
  --document       更新 docs/ 中由此生成的部分
写出:
  <目录项>.csv           报送模板:只有表头,可用 Excel 打开,填好即可导入
  <目录项>.schema.json   一行数据的 JSON Schema(2020-12)
  catalogue.csv、catalogue.json  目录总表:字段、公开属性、必填、类型、长度、代码表
  codes/<代码表>.csv     各列用到的代码表`;

const DOCUMENTS = join(fileURLToPath(new URL('..', import.meta.url)), 'docs');
const GUIDE = join(DOCUMENTS, 'import.zh-CN.md');
const COLUMNS = join(DOCUMENTS, 'import-columns.zh-CN.md');

await command(HELP, async (_config, args) => {
  const items = filedItems(departments);
  if (args.includes('--document')) {
    if (args.length > 1) throw new Error('--document 单独使用。用 npm run catalogue -- --help 查看用法。');
    writeFileSync(GUIDE, withGenerated(readFileSync(GUIDE, 'utf8'), itemsTable(items)));
    writeFileSync(COLUMNS, columnsDocument(items));
    say('docs/import.zh-CN.md、docs/import-columns.zh-CN.md 已更新。');
    return;
  }
  const { into, names } = argumentsOf(args);
  const unknown = names.find((name) => items.every(({ code }) => code !== name));
  if (unknown) throw new Error(`没有名为 ${unknown} 的目录项。可用的有:${items.map(({ code }) => code).join('、')}。`);
  const chosen = names.length === 0 ? items : items.filter(({ code }) => names.includes(code));
  const files = filesOf(chosen);
  mkdirSync(join(into, 'codes'), { recursive: true });
  for (const [name, content] of files) writeFileSync(join(into, name), content);
  say(`${into}:${chosen.length} 个目录项,共 ${files.length} 个文件。`);
});

function argumentsOf(args: readonly string[]): { readonly into: string; readonly names: readonly string[] } {
  const names: string[] = [];
  let into = 'catalogue';
  for (let at = 0; at < args.length; at += 1) {
    const [name = '', given] = (args[at] ?? '').split(/=(.*)/su);
    if (!name.startsWith('--')) names.push(name);
    else if (name !== '--into') throw new Error(`不认识选项 ${name}。用 npm run catalogue -- --help 查看用法。`);
    else into = given ?? args[++at] ?? '';
  }
  if (into === '' || into.startsWith('--')) throw new Error('选项 --into 之后应写明文件夹。');
  return { into, names };
}

function filesOf(items: readonly FiledItem[]): readonly (readonly [string, string])[] {
  return [
    ...items.map((item) => [`${item.code}.csv`, csvText([item.columns.map(({ header }) => header)])] as const),
    ...items.map((item) => [`${item.code}.schema.json`, json(rowSchema(item))] as const),
    ['catalogue.csv', csvText(overviewLines(items))] as const,
    ['catalogue.json', json(overviewOf(items))] as const,
    ...tablesOf(items).map((table) => [`codes/${table.name}.csv`, csvText(tableLines(table))] as const),
  ];
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
