import type { FieldNode, GraphQLResolveInfo } from 'graphql';
import type { Row } from '../../../platform/database/index.ts';
import { badUserInput } from '../../../platform/errors.ts';
import { connection } from '../../../platform/records/connection.ts';
import type { Place } from '../../../platform/records/cursor.ts';
import { type Page, pageOf } from '../../../platform/records/list-arguments.ts';
import type { RecordsReader } from '../../../platform/records/reader.ts';
import { childNodes } from '../../../platform/records/selection.ts';
import { type Statement, statement } from '../../../platform/records/statement.ts';
import type { DepartmentContext } from '../../../platform/subgraph/department.ts';
import { countedTo, MOST_COUNTED } from '../counted.ts';
import { type CommonPairs, commonPairs } from '../names/common-pairs.ts';
import { isKnownVersion, objectType, readingAt, type Subject, selectList, subjectOf } from './find.ts';
import { EVERYBODY, type SearchText, searchedText, searchTextOf } from './search-text.ts';
import { MASKED_SUBJECTS, subjectsFor } from './shown.ts';

/**
 * So many names are read and put in order in a fifth of a second, however large the city: of a text that more have, the first that
 * PostgreSQL comes by, and those that begin with it beside them. With a filter, which looks at their subjects, what a count goes to.
 */
const MOST_RANKED = 25_000;
/** So many names that begin with such a text are looked up beside. */
const MOST_LEADING = 1_000;

/** SubjectFilter of the SDL, after coercion. */
interface SubjectFilter {
  readonly kinds?: readonly string[] | null;
  readonly districts?: readonly string[] | null;
  readonly industries?: readonly string[] | null;
}

/** What is searched, and what of it is asked. */
interface Search {
  readonly text: SearchText | undefined;
  readonly page: Page<SubjectFilter>;
  readonly wantsCount: boolean;
  readonly common: CommonPairs;
  readonly context: DepartmentContext;
  /** The subjects' columns, as their reading writes them. */
  readonly columns: (to: Statement) => string;
}

/** Subjects of a page and one more where more follow, in its order; and how many there are, up to one more than is told. */
interface Found {
  readonly rows: readonly Row[];
  readonly total: number;
  /** Not all that have the text were read. */
  readonly isSome: boolean;
  readonly at: unknown;
}

/**
 * Verified subjects by name and filter: those of exactly this name first, then those whose name begins with it, each the
 * shortest names first. A text is found by its names, in one statement with page and count; where subjects have to be
 * looked at (a filter, an earlier instant, a number) and many have the text, by a second one, of which no tier reads on beyond what is asked.
 */
export async function search(
  args: {
    readonly search?: string | null;
    readonly filter?: SubjectFilter | null;
    readonly first?: number | null;
    readonly after?: string | null;
  },
  context: DepartmentContext,
  info: GraphQLResolveInfo,
) {
  const { search: given, first } = args;
  const page = pageOf<SubjectFilter>('Query.subjects', { ...args, first: first ?? 20 }, context.viewer, context.seal);
  const text = given === null || given === undefined ? undefined : searchTextOf(given);
  const reading = readingAt(subjectNodes(info), context, info);
  const common = commonPairsOf(context.reader);
  const wantsCount = countIsAsked(info);
  const asked: Search = { text, page, wantsCount, common, context, columns: (to) => selectList(reading, context, to) };
  const found = (text && (await byNames(text, asked))) ?? (await tierByTier(asked));
  if (text) common.refresh(context.reads.searches);
  // The one beyond the page only tells that more follow: it is no look at anybody.
  const rows = found.rows.map((row, index) => (index < page.first ? subjectOf(reading, row) : (row as Subject)));
  const placeOf = (subject: Subject): readonly string[] => [
    String(subject.tier),
    String([...subject.name].length),
    subject.name,
    subject.id,
  ];
  return {
    ...connection(rows, page, Math.min(found.total, MOST_COUNTED), placeOf, context.seal),
    isTotalCountExact: !found.isSome && found.total <= MOST_COUNTED,
    asOf: context.viewer.known ?? found.at,
  };
}

/** Whether a text is one pair of characters that more names have than are put in order. */
function isCommonPair({ words: [word = '', ...others], number }: SearchText, common: CommonPairs): boolean {
  return others.length === 0 && number === null && common.namesWith(word) > MOST_RANKED;
}

/** Of each department that is open in this process. */
const commonOf = new WeakMap<RecordsReader, CommonPairs>();

function commonPairsOf(reader: RecordsReader): CommonPairs {
  const known = commonOf.get(reader) ?? commonPairs();
  commonOf.set(reader, known);
  return known;
}

/** By reading names that have the text; nothing where their subjects have to be looked at and they are too many for that. */
async function byNames(
  text: SearchText,
  { page, wantsCount, common, context, columns }: Search,
): Promise<Found | undefined> {
  const to = statement();
  const { found, leading } = searchedText(text, common, to);
  const filters = filtered(page.filter, to);
  const conditions = [isKnownVersion(context, to), 's.is_verified', ...filters].join(' and ');
  const limit = to.bind(page.first + 1, 'int');
  const isBeyond = placeBeyond(page.after, to) ?? 'true';
  // Names that are searched are those of confirmed subjects as they are today: without a filter they need not be looked up to be ranked.
  const isOfNames = text.number === null && isOfAll(filters, context);
  if (!isOfNames && isCommonPair(text, common)) return undefined;
  const most = isOfNames ? MOST_RANKED : MOST_COUNTED;
  const areFew = `(select count(*) from found) <= ${most}`;
  const presentName = `(select p.name from credit.subject_names p where p.subject_id = f.subject_id and not p.is_former limit 1)`;
  const ranked = isOfNames
    ? `select f.subject_id as id, min(f.tier) as tier, coalesce(min(f.name), ${presentName}) as name
       from (select * from found union all select * from first_tiers) f group by f.subject_id`
    : `select s.id, min(f.tier) as tier, s.name from found f join ${MASKED_SUBJECTS} s on s.id = f.subject_id
       where ${areFew} and ${conditions} group by s.id, s.name`;
  const [row] = await context.reads.searches.read(
    `/* credit.Query.subjects */ with found as materialized (${found(most + 1)}),
     first_tiers as materialized (select * from (${leading(MOST_LEADING)}) l where not ${areFew}),
     ranked as materialized (${ranked}),
     page as materialized (
       select s.id, s.version, p.tier, p.length, s.name from (
         select * from (select r.id, r.tier, length(r.name) as length, r.name from ranked r) r
         where ${isBeyond} order by r.tier, r.length, r.name, r.id limit ${limit}
       ) p join ${MASKED_SUBJECTS} s on s.id = p.id and ${conditions})
     select ${areFew} as "areFew", ${wantsCount ? '(select count(*)::int from ranked)' : '0'} as "total", ${pageColumns(columns(to), context)}`,
    to.parameters,
    { signal: context.signal },
  );
  const areAll = row?.areFew === true;
  return areAll || isOfNames ? { ...foundIn(row), isSome: !areAll } : undefined;
}

/** Tier by tier, each in the order of the page; without a text everybody is one. */
async function tierByTier({ text, page, wantsCount, common, context, columns }: Search): Promise<Found> {
  const to = statement();
  const { matches, counted, tiers } = text ? searchedText(text, common, to) : EVERYBODY;
  const filters = filtered(page.filter, to);
  const conditions = [isKnownVersion(context, to), 's.is_verified', ...filters].join(' and ');
  const matching =
    (isOfAll(filters, context) ? counted : undefined) ?? `from ${MASKED_SUBJECTS} s where ${conditions} and ${matches}`;
  const limit = to.bind(page.first + 1, 'int');
  const inTiers = tiersAfter(page.after, tiers, to);
  const [row] = await context.reads.searches.read(
    `/* credit.Query.subjects */ with ${pageOfTiers(inTiers, conditions, limit)}
     select ${wantsCount ? countedTo(matching) : '0'} as "total", ${pageColumns(columns(to), context)}`,
    to.parameters,
    { signal: context.signal },
  );
  return foundIn(row);
}

/** Whether subjects are searched as they are today, and none is left out by a filter. */
function isOfAll(filters: readonly string[], { viewer }: DepartmentContext): boolean {
  return filters.length === 0 && viewer.known === null;
}

/** The subjects of `page` in its order, and the instant that they are told at. */
function pageColumns(columns: string, { viewer }: DepartmentContext): string {
  return `now() as "now", (select json_agg(t) from (select ${columns}, p.tier as "tier" from page p
    join ${subjectsFor(viewer)} s on s.id = p.id and s.version = p.version order by p.tier, p.length, p.name, p.id) t) as "page"`;
}

function foundIn(row: Row | undefined): Found {
  return {
    rows: Array.isArray(row?.page) ? row.page : [],
    total: Number(row?.total ?? 0),
    isSome: false,
    at: row?.now,
  };
}

/**
 * The subjects of a page, as common table expressions of which the last is `page`. A tier is only read where those before
 * it have not filled the page: `count(*)` there is decided once, before the tier.
 */
function pageOfTiers(
  tiers: readonly { readonly tier: number; readonly condition: string }[],
  conditions: string,
  limit: string,
): string {
  const parts = tiers.map(({ tier, condition }, index) => {
    const before = tiers.slice(0, index).map((one) => `(select count(*) from tier_${one.tier})`);
    const isOpen = before.length > 0 ? ` and ${before.join(' + ')} < ${limit}` : '';
    return `tier_${tier} as materialized (
       select s.id, s.version, ${tier} as tier, length(s.name) as length, s.name from ${MASKED_SUBJECTS} s
       where ${conditions} and ${condition}${isOpen} order by length(s.name), s.name, s.id limit ${limit})`;
  });
  const all = tiers.map(({ tier }) => `select * from tier_${tier}`).join(' union all ');
  return `${parts.join(', ')}, page as materialized (
       select * from (${all}) t order by t.tier, t.length, t.name, t.id limit ${limit})`;
}

/** The tiers of a search from the cursor's place on; what comes before it is not read. */
function tiersAfter(after: Place | null, tiers: readonly string[], to: Statement) {
  const all = tiers.map((condition, tier) => ({ tier, condition }));
  const [tier, ...within] = placeIn(after);
  if (tier === undefined) return all;
  const place = within.map(([value, type]) => to.bind(value, type)).join(', ');
  return all
    .filter((one) => one.tier >= tier[0])
    .map((one) =>
      one.tier === tier[0]
        ? { ...one, condition: `${one.condition} and (length(s.name), s.name, s.id) > (${place})` }
        : one,
    );
}

/** SQL: what of `r` stands behind a cursor's place; undefined where there is no cursor. */
function placeBeyond(after: Place | null, to: Statement): string | undefined {
  const place = placeIn(after).map(([value, type]) => to.bind(value, type));
  return place.length > 0 ? `(r.tier, r.length, r.name, r.id) > (${place.join(', ')})` : undefined;
}

/** Tier, length, name and id of a cursor's place, with their types; nothing where there is no cursor. */
function placeIn(after: Place | null): readonly [] | PlaceIn {
  const [tier, length, name, id] = after ?? [];
  if (tier === undefined || length === undefined || name === undefined || id === undefined) return [];
  return [
    [Number(tier), 'int'],
    [Number(length), 'int'],
    [name, 'text'],
    [id, 'text'],
  ];
}

type PlaceIn = readonly [
  tier: readonly [number, string],
  length: readonly [number, string],
  name: readonly [string, string],
  id: readonly [string, string],
];

/** Counted only where it is asked for. */
function countIsAsked(info: GraphQLResolveInfo): boolean {
  const type = objectType(info, 'SubjectConnection');
  return ['totalCount', 'isTotalCountExact'].some((field) => childNodes(info, type, info.fieldNodes, field).length > 0);
}

function filtered(filter: SubjectFilter | null, to: Statement): readonly string[] {
  const { kinds, districts, industries } = filter ?? {};
  const conditions: string[] = [];
  if (kinds?.includes('NATURAL_PERSON'))
    throw badUserInput('自然人不可检索,不能作为筛选的主体类别。', { argument: 'filter.kinds' });
  if (kinds) conditions.push(`s.kind = any(${to.bind(kinds, 'text[]')})`);
  if (districts) conditions.push(`s.district = any(${to.bind(districts, 'text[]')})`);
  if (industries) {
    const wrong = industries.find((code) => !/^[A-T]?\d{0,4}$/u.test(code) || code === '');
    if (wrong !== undefined)
      throw badUserInput('行业代码应为 GB/T 4754 的代码或其前缀,如 C、C13、C1310。', { argument: 'filter.industries' });
    conditions.push(
      `s.industry like any(${to.bind(
        // Sources that write the digits alone leave out the section's letter, which the digits imply.
        industries.map((code) => (/^\d/u.test(code) ? `_${code}%` : `${code}%`)),
        'text[]',
      )})`,
    );
  }
  return conditions;
}

/** What a page of subjects asks of each: under `nodes` and under `edges { node }`. */
function subjectNodes(info: GraphQLResolveInfo): readonly FieldNode[] {
  const edges = childNodes(info, objectType(info, 'SubjectConnection'), info.fieldNodes, 'edges');
  return [
    ...childNodes(info, objectType(info, 'SubjectConnection'), info.fieldNodes, 'nodes'),
    ...childNodes(info, objectType(info, 'SubjectEdge'), edges, 'node'),
  ];
}
