import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { codeOf, nameOf } from '../city/patterns.ts';

/** One kind of file that is measured. */
export interface MeasuredKind {
  readonly item: string;
  readonly title: string;
  /** The table that its rows end in. */
  readonly schema: string;
  readonly table: string;
  readonly header: readonly string[];
  /** Row `index` of the file, about this subject; `turn` counts the rows of that subject. */
  row(index: number, subject: number, turn: number): readonly string[];
}

/** How many rows a subject has in a file. */
export const ROWS_PER_SUBJECT = 10;

const AUTHORITIES = ['云泽市市场监督管理局', '临江区市场监督管理局', '北岸区市场监督管理局', '西岭县市场监督管理局'];
const FACTS =
  '当事人经营超过保质期的食品,经执法人员现场检查并抽样取证,货值金额计人民币一千二百元,当事人对违法事实无异议,以上事实有现场笔录、询问笔录、照片及进货票据为证。';

export const KINDS: readonly MeasuredKind[] = [
  {
    item: 'market.penalty',
    title: '行政处罚',
    schema: 'market',
    table: 'administrative_penalties',
    header: [
      '行政相对人名称',
      '行政相对人类别',
      '统一社会信用代码',
      '法定代表人',
      '行政处罚决定书文号',
      '违法行为类型',
      '违法事实',
      '处罚依据',
      '处罚类别',
      '处罚内容',
      '罚款金额(万元)',
      '处罚决定日期',
      '公示截止期',
      '处罚机关',
    ],
    row(index, subject, turn) {
      const yuan = 1000 + (index % 50) * 100;
      const isFine = index % 5 !== 0;
      return [
        nameOf(subject),
        '法人及非法人组织',
        codeOf(subject),
        '某某',
        `云市监罚〔2024〕${subject}-${turn}号`,
        '经营超过保质期的食品',
        FACTS,
        '《中华人民共和国食品安全法》第一百二十四条第一款第五项',
        isFine ? '罚款' : '警告',
        isFine ? `罚款${yuan}元,自收到决定书之日起十五日内缴纳。` : '警告,责令立即改正。',
        isFine ? String(yuan / 10_000) : '',
        `2024-${two(1 + (index % 12))}-${two(1 + (index % 28))}`,
        '',
        AUTHORITIES[index % AUTHORITIES.length] ?? '',
      ];
    },
  },
  {
    item: 'tax.credit-rating',
    title: '纳税信用评价',
    schema: 'tax',
    table: 'tax_credit_ratings',
    header: ['纳税人名称', '统一社会信用代码', '评价单位', '评价年度', '信用等级', '评价日期'],
    row: (index, subject, turn) => [
      nameOf(subject),
      codeOf(subject),
      '国家税务总局云泽市税务局',
      String(2015 + turn),
      ['A', 'B', 'C'][index % 3] ?? 'A',
      `${2016 + turn}-04-20`,
    ],
  },
];

/** Writes the file of a kind: its subjects' rows come scattered, as decisions come in over the years. Answers its bytes. */
export async function writeFile(path: string, kind: MeasuredKind, rows: number): Promise<number> {
  const subjects = Math.ceil(rows / ROWS_PER_SUBJECT);
  return writeLines(path, kind.header, rows, (index) => {
    const turn = Math.floor(index / subjects);
    // A stride that shares no factor with the number of subjects names each of them once in each turn.
    const subject = ((index % subjects) * 7919 + turn) % subjects;
    return kind.row(index, subject, turn);
  });
}

/** Writes the registry's list of every second subject: the others are unknown until a row names them. */
export function writeRegistry(path: string, rows: number): Promise<number> {
  const subjects = Math.ceil(rows / ROWS_PER_SUBJECT);
  return writeLines(path, ['机构名称', '统一社会信用代码', '行政区划'], Math.ceil(subjects / 2), (index) => [
    nameOf(index * 2),
    codeOf(index * 2),
    '990102',
  ]);
}

async function writeLines(
  path: string,
  header: readonly string[],
  count: number,
  row: (index: number) => readonly string[],
): Promise<number> {
  const stream = createWriteStream(path);
  stream.write(`${header.join(',')}\n`);
  for (let index = 0; index < count; index += 1) {
    const line = row(index).map((cell) => (cell.includes(',') ? `"${cell}"` : cell));
    if (!stream.write(`${line.join(',')}\n`)) await once(stream, 'drain');
  }
  stream.end();
  await finished(stream);
  return stream.bytesWritten;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
