import type postgres from 'postgres';
import { codeTable } from '../../schema/codes/city.ts';
import type { ReportedDays } from '../import/reported-days.ts';
import { headerColumns } from '../records/columns.ts';
import type { GradeSchemes } from '../records/grades.ts';
import { columnName, directiveArguments, type RecordKind } from '../records/kind.ts';
import { ACCESS_LEVELS, type AccessLevel } from '../viewer/viewer.ts';
import { followedChannel, TELL_FOLLOWED } from './followed.ts';
import { readFeed } from './read-feed.ts';

/**
 * One version of a record, as far as a line about it needs: what the index across departments keeps. A fact is left out
 * (null) where a viewer could see the row and not the field that the fact comes from.
 */
export interface RecordHeader {
  readonly id: string;
  readonly version: number;
  readonly recordedAt: string;
  readonly supersededAt: string | null;
  readonly item: string;
  readonly class: string;
  readonly subjectId: string;
  readonly title: string;
  readonly authorityName: string;
  readonly authorityCreditCode: string | null;
  readonly documentNumber: string | null;
  readonly decidedOn: string | null;
  readonly effectiveUntil: string | null;
  readonly publishedOn: string;
  readonly publicationEndsOn: string | null;
  readonly publicationDeadline: string | null;
  readonly repairEligibleFrom: string | null;
  readonly isPublicationProvisional: boolean;
  readonly accessLevel: string;
  readonly withheldReason: string | null;
  readonly marks: readonly string[];
  readonly sortedOn: string;
  readonly year: number | null;
  readonly grade: string | null;
  readonly gradeLabel: string | null;
  readonly gradeRank: number | null;
  readonly gradeScheme: string | null;
  readonly gradeSchemeLabel: string | null;
  readonly types: readonly string[];
  readonly typeLabels: readonly string[];
  readonly amount: string | null;
  readonly amountCurrency: string | null;
}

/** What a department tells its followers: a page of its feed, with all versions of each record named there as they now are. */
export interface RecordChanges {
  /** Where to go on; the given cursor where nothing new was there. */
  readonly cursor: string | null;
  /** The instant up to which nothing is missing after this page; null where more follow or somebody is still writing. */
  readonly reachedAt: string | null;
  readonly hasMore: boolean;
  /** All versions of each record that this page is about. */
  readonly headers: readonly RecordHeader[];
  /** When a file of each item was last taken; empty where that was not asked for. */
  readonly received: readonly ReceivedItem[];
}

export interface ReceivedItem {
  readonly item: string;
  /** Null where no file of it came to its end, or all were taken back. */
  readonly receivedAt: string | null;
  /** The latest day that completed files of it are about, by level. */
  readonly reportedThrough: ReportedDays;
}

export interface ChangesSource {
  readonly client: postgres.Sql;
  readonly department: string;
  readonly kinds: ReadonlyMap<string, RecordKind>;
  readonly schemes: GradeSchemes | undefined;
}

export interface Asked {
  readonly after: string | null;
  readonly limit: number;
  readonly withReceived: boolean;
  /** Whoever writes to the feed is told that somebody has come to `after`. */
  readonly isNews: boolean;
}

/** Reads one page. Following it to the end and again from any earlier place leads to the same state. */
export async function readRecordChanges(
  source: ChangesSource,
  { after, limit, withReceived, isNews }: Asked,
): Promise<RecordChanges> {
  const { client, department } = source;
  // Before the feed is read, so that it never claims more than was read.
  const [clock] = await client.unsafe<{ now: string; isWriting: boolean }[]>(
    `select to_json(now()) #>> '{}' as now, exists (
       select from "${department}".feed f where f.transaction >= pg_snapshot_xmin(pg_current_snapshot())
     ) as "isWriting"${isNews ? `, ${TELL_FOLLOWED}` : ''}`,
    isNews ? [after, followedChannel(department)] : [],
    { prepare: true },
  );
  const page = await readFeed(client, department, after, limit);
  const hasMore = page.changes.length === limit;
  const headers: RecordHeader[] = [];
  for (const kind of source.kinds.values()) {
    const items = new Set(kind.items.map((item) => item.code));
    const ids = [...new Set(page.changes.filter((one) => items.has(one.item)).map((one) => one.recordId))];
    if (ids.length === 0) continue;
    headers.push(...(await readHeaders(source, kind, ids)));
  }
  const received = withReceived ? await readReceived(client, department) : [];
  const reachedAt = hasMore || clock?.isWriting ? null : (clock?.now ?? null);
  return { cursor: page.cursor, reachedAt, hasMore, headers, received };
}

async function readReceived(client: postgres.Sql, department: string): Promise<readonly ReceivedItem[]> {
  return client<ReceivedItem[]>`
    with files as (
      select item, ended_at, reported_through, status = 'COMPLETED' as is_completed from ${client(`${department}.imports`)}
    ), reported as (
      select f.item, d.level, max(d.day) as day from files f cross join jsonb_each_text(f.reported_through) as d(level, day)
      where f.is_completed group by 1, 2
    )
    select f.item, (max(f.ended_at) filter (where f.is_completed))::text as "receivedAt",
      coalesce((select jsonb_object_agg(r.level, r.day) from reported r where r.item = f.item), '{}') as "reportedThrough"
    from files f group by f.item order by f.item`;
}

/** The columns of every record that a header takes as they are. */
const COMMON = Object.keys(headerColumns()) as readonly (keyof ReturnType<typeof headerColumns>)[];

async function readHeaders(
  source: ChangesSource,
  kind: RecordKind,
  ids: readonly string[],
): Promise<readonly RecordHeader[]> {
  const own = [...kind.fields.values()].flatMap((field) => field.columns);
  const all = new Map<string, string>([
    ...own.map((column) => [column.key, column.key] as const),
    ...COMMON.map((key) => [key, key] as const),
  ]);
  const select = [...all.keys()].map((key) => `t.${columnName(key)} as "${key}"`).join(', ');
  const rows = await source.client.unsafe<Record<string, unknown>[]>(
    `select ${select} from ${kind.table} t where t.id = any($1::text[]) order by t.id, t.version`,
    [ids as string[]],
  );
  const headerOf = headerMaker(source, kind);
  return rows.map(headerOf);
}

function headerMaker(source: ChangesSource, kind: RecordKind): (row: Record<string, unknown>) => RecordHeader {
  const items = new Map(kind.items.map((item) => [item.code, item]));
  const { facets, card } = kind;
  const labelOf = typeLabels(kind);
  const shownOf = shownColumns(kind);
  return (row) => {
    const shown = shownOf(row);
    const item = items.get(String(row.item));
    const own = (field: string | undefined): unknown => (field === undefined ? null : (shown[field] ?? null));
    const types = own(facets.types);
    const codes = Array.isArray(types) ? types.map(String) : types === null ? [] : [String(types)];
    const grade = own(facets.grades);
    const scheme = facets.grades === undefined ? null : own(`${facets.grades}Scheme`);
    const known = grade === null ? undefined : source.schemes?.get(String(scheme), String(grade));
    const amount = own(facets.amount);
    const header = {
      class: item?.class ?? 'OTHER',
      title: card.headline?.(shown) || item?.title || '',
      year: own(facets.years) === null ? null : Number(own(facets.years)),
      grade: known?.code ?? null,
      gradeLabel: known?.label ?? null,
      gradeRank: known?.rank ?? null,
      gradeScheme: known?.scheme.code ?? null,
      gradeSchemeLabel: known?.scheme.label ?? null,
      types: codes,
      typeLabels: codes.map((code) => labelOf(code, shown)),
      amount: amount === null ? null : String(amount),
      amountCurrency: amount === null ? null : String(own(`${facets.amount}Currency`) ?? 'CNY'),
    };
    const common: Record<string, unknown> = header;
    for (const key of COMMON) common[key] = row[key] ?? null;
    return header as typeof header & Pick<RecordHeader, (typeof COMMON)[number]>;
  };
}

/** The row's columns that everybody may see who may see the row: its fields of level PUBLIC, or of the row's own level. */
function shownColumns(kind: RecordKind): (row: Record<string, unknown>) => Record<string, unknown> {
  const keysOf = (own: AccessLevel): readonly string[] =>
    [...kind.fields.values()]
      .filter(({ level }) => level === 'PUBLIC' || level === own)
      .flatMap(({ columns }) => columns.map(({ key }) => key));
  const keys = new Map(ACCESS_LEVELS.map((level) => [level, keysOf(level)]));
  return (row) => {
    const shown: Record<string, unknown> = {};
    for (const key of keys.get(row.accessLevel as AccessLevel) ?? []) shown[key] = row[key];
    return shown;
  };
}

function typeLabels(kind: RecordKind): (code: string, shown: Readonly<Record<string, unknown>>) => string {
  const field = kind.facets.types === undefined ? undefined : kind.type.getFields()[kind.facets.types];
  const table = directiveArguments(field?.astNode?.directives, 'coded')[0]?.table;
  return (code, shown) =>
    kind.card.typeLabel?.(code, shown) ??
    (typeof table === 'string' ? codeTable(table).get(code)?.label : undefined) ??
    code;
}
