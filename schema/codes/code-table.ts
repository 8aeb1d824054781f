import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'csv-parse/sync';

/** A code with its Chinese label, as the graph shows it. */
export interface Term {
  readonly code: string;
  readonly label: string;
}

/** One row. Columns beyond the common ones (`level`, `parent`, `severity` …) are in `extra`, as text. */
export interface CodeRow extends Term {
  /** Other wordings found in sources; `byLabel` understands them. */
  readonly aliases: readonly string[];
  /** First day in force, `YYYY-MM-DD`, or its year or month where no more is known. Undefined: since ever. */
  readonly from: string | undefined;
  /** First day NO LONGER in force, written like `from`. Undefined: still in force. */
  readonly until: string | undefined;
  readonly extra: Readonly<Record<string, string>>;
}

export interface CodeTable {
  readonly name: string;
  readonly source: string;
  /** Date of the edition, as the file states it. */
  readonly date: string;
  /** Has someone compared it with the official text? */
  readonly isVerified: boolean;
  /** In the order of the file. A code given out twice (regions do that) has a row for each time. */
  readonly rows: readonly CodeRow[];
  /** The row of a code: the one still in force, else the one that was longest. */
  get(code: string): CodeRow | undefined;
  /** The row of a label or alias, in any width, spacing or bracket. Undefined when two rows could be meant. */
  byLabel(label: string): CodeRow | undefined;
  /** The table as it stood on a day, `YYYY-MM-DD`. */
  onDate(date: string): CodeTable;
}

/**
 * Reads a table: `# source: …`, `# date: …`, `# verified: yes|no (…)`, then CSV with the header
 * `code,label[,aliases][,…extra],from,until`. Aliases are parted by `|`. A file of the same name in `overrides` is read
 * instead. Throws an `Error` that names the file and the mistake.
 */
export function readCodeTable(path: string, overrides?: string): CodeTable {
  const own = overrides === undefined ? path : join(overrides, basename(path));
  const file = existsSync(own) ? own : path;
  const text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  const refuse = (reason: string): never => {
    throw new Error(`代码表 ${basename(file)}：${reason}`);
  };
  const notes = /^(?:#.*\r?\n)*/.exec(text)?.[0] ?? '';
  const note = (key: string) =>
    new RegExp(`^# ${key}: *(\\S.*?)\\s*$`, 'm').exec(notes)?.[1] ?? refuse(`缺少“# ${key}: …”一行`);
  const [source, date, verified] = [note('source'), note('date'), note('verified')];
  if (!/^(yes|no)\b/.test(verified)) refuse('“# verified:”应以 yes 或 no 开头');
  const lines = recordsOf(text.slice(notes.length), refuse);
  if (lines.length === 0) refuse('没有任何一行');
  const rows = lines.map((line, index) => rowOf(line, (reason) => refuse(`第${index + 1}条：${reason}`)));
  refuseOverlaps(rows, refuse);
  return tableOf(
    {
      name: basename(file, '.csv'),
      source,
      date,
      isVerified: verified.startsWith('yes'),
    },
    rows,
  );
}

type Card = Pick<CodeTable, 'name' | 'source' | 'date' | 'isVerified'>;
type Refuse = (reason: string) => never;

function tableOf(card: Card, rows: readonly CodeRow[]): CodeTable {
  const byCode = new Map<string, CodeRow>();
  const byKey = new Map<string, CodeRow | 'AMBIGUOUS'>();
  for (const row of rows) {
    const held = byCode.get(row.code);
    if (held === undefined || endsAfter(row, held)) byCode.set(row.code, row);
  }
  for (const row of inForceFirst(rows)) {
    for (const key of new Set([row.label, ...row.aliases].map(labelKey))) {
      const held = byKey.get(key);
      if (held === undefined) byKey.set(key, row);
      else if (held !== 'AMBIGUOUS' && held.until === row.until) byKey.set(key, 'AMBIGUOUS');
    }
  }
  const inForce = new Map<number, CodeTable>();
  let changes: readonly string[] | undefined;
  const table: CodeTable = {
    ...card,
    rows,
    get: (code) => byCode.get(code),
    byLabel(label) {
      const found = byKey.get(labelKey(label));
      return found === 'AMBIGUOUS' ? undefined : found;
    },
    onDate(date) {
      changes ??= [...new Set(rows.flatMap((row) => [row.from, row.until]))].filter((day) => day !== undefined);
      // From one change to the next the table is the same: a file asks about as many days as it has rows.
      const passed = changes.filter((day) => day <= date).length;
      const known =
        inForce.get(passed) ??
        tableOf(
          card,
          rows.filter((row) => isInForce(row, date)),
        );
      inForce.set(passed, known);
      return known;
    },
  };
  return table;
}

/** Dates compare as text; a bare year stands before all its days, so `until: 2009` means: no longer from 2009 on. */
function isInForce(row: CodeRow, date: string): boolean {
  return (row.from === undefined || row.from <= date) && (row.until === undefined || date < row.until);
}

function endsAfter(row: CodeRow, other: CodeRow): boolean {
  if (other.until === undefined) return false;
  return row.until === undefined || row.until > other.until;
}

function inForceFirst(rows: readonly CodeRow[]): readonly CodeRow[] {
  return rows.toSorted((one, other) => Number(endsAfter(other, one)) - Number(endsAfter(one, other)));
}

function labelKey(label: string): string {
  return label
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\p{Cf}]/gu, '')
    .replace(/[〔【[]/g, '(')
    .replace(/[〕】\]]/g, ')');
}

function recordsOf(text: string, refuse: Refuse): readonly Record<string, string>[] {
  try {
    return parse<Record<string, string>>(text, {
      columns(header: string[]) {
        for (const required of ['code', 'label', 'from', 'until']) {
          if (!header.includes(required)) refuse(`表头缺少“${required}”`);
        }
        return header;
      },
      skip_empty_lines: true,
      trim: true,
    });
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

function rowOf(line: Readonly<Record<string, string>>, refuse: Refuse): CodeRow {
  const { code = '', label = '', aliases = '', from = '', until = '', ...extra } = line;
  if (code === '' || label === '') refuse('code 和 label 不能为空');
  for (const date of [from, until])
    if (!/^(\d{4}(-\d\d(-\d\d)?)?)?$/.test(date)) refuse(`日期“${date}”应形如 2021-07-15`);
  if (from !== '' && until !== '' && from >= until) refuse(`代码“${code}”的 from 不早于 until`);
  return {
    code,
    label,
    aliases: aliases === '' ? [] : aliases.split('|').map((alias) => alias.trim()),
    from: from || undefined,
    until: until || undefined,
    extra,
  };
}

/** A code may be given out again, but on one day it has one meaning. */
function refuseOverlaps(rows: readonly CodeRow[], refuse: Refuse): void {
  const held = new Map<string, CodeRow[]>();
  for (const row of rows) {
    const others = held.get(row.code) ?? [];
    const overlaps = (other: CodeRow) =>
      (row.from ?? '') < (other.until ?? '~') && (other.from ?? '') < (row.until ?? '~');
    if (others.some(overlaps)) refuse(`代码“${row.code}”在同一时期出现两次`);
    held.set(row.code, [...others, row]);
  }
}
