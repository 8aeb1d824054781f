import type { Reading } from '../../../platform/records/reader.ts';
import { type Statement, statement } from '../../../platform/records/statement.ts';
import type { DepartmentContext } from '../../../platform/subgraph/department.ts';
import { lookupsOf, neighboursIn } from '../names/grams.ts';
import { type AskedName, type Likeness, likenessOf } from '../names/score.ts';
import { syllablesOf } from '../names/sound.ts';
import { isKnownVersion, type Subject } from './find.ts';
import { byPlace, subjectColumns, subjectsOf } from './places.ts';
import { MASKED_SUBJECTS } from './shown.ts';

/** A subject that bears or bore a name like the one asked for, as each place of the question wants it. */
export interface Alike extends Likeness {
  readonly matchedName: string;
  readonly id: string;
  readonly subjects: readonly Subject[];
}

export interface AskedSubject extends AskedName {
  /** A number that the text is, or may be: a subject that has it is the one that is meant. */
  readonly number?: string | undefined;
}

export interface AlikeOptions {
  /** What the statement is called. */
  readonly name: string;
  /** One for each place of the question that shows a subject. */
  readonly readings: readonly Reading[];
  /** Only subjects there, as `Query.matchSubjects(district:)` says it. */
  readonly district?: string | undefined;
  /** Whether a name that somebody bears is enough, and no similar ones are looked for. */
  readonly isEqualEnough: boolean;
  /** How many candidates are compared for each name. */
  readonly candidates: number;
}

/**
 * The confirmed subjects with names like each of these, the most alike first; all of it is one statement. PostgreSQL finds
 * candidates by index (equal, containing, sharing rare pairs of characters, sounding alike), and they are compared here.
 */
export async function alikeSubjects(
  asked: readonly AskedSubject[],
  options: AlikeOptions,
  context: DepartmentContext,
): Promise<readonly (readonly Alike[])[]> {
  const to = statement();
  const text = statementText(asked, options, context, to);
  const rows = await context.reads.searches.read(text, to.parameters, { signal: context.signal });
  const candidates = byPlace(rows);
  return asked.map((one, place) => {
    const found = (candidates.get(place) ?? []).flatMap((row) => {
      const name = String(row.name);
      const stored = { name, folded: String(row.folded), isFormer: row.isFormer === true };
      const likeness = row.byNumber ? SAME : likenessOf(one, stored);
      return likeness ? [{ ...likeness, matchedName: name, id: String(row.id), row }] : [];
    });
    const ranked = found.sort(
      (a, b) => b.score - a.score || [...a.matchedName].length - [...b.matchedName].length || compare(a, b),
    );
    const best = new Map<string, (typeof found)[number]>();
    for (const one of ranked) if (!best.has(one.id)) best.set(one.id, one);
    return [...best.values()].map(({ row, ...alike }) => ({
      ...alike,
      // Made where it is shown: candidates that are merely compared are no look at anybody.
      get subjects() {
        return subjectsOf(options.readings, row);
      },
    }));
  });
}

const SAME: Likeness = { score: 1000, reasons: ['EXACT'] };

function compare(one: { readonly id: string; readonly matchedName: string }, other: typeof one): number {
  const [a, b] = [`${one.matchedName} ${one.id}`, `${other.matchedName} ${other.id}`];
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A pair of characters that more names have tells nothing; for fewer, all of them are candidates. Less in a column of names. */
const MOST_NAMES = 1_000;
const MOST_NAMES_OF_MANY = 200;

function statementText(
  asked: readonly AskedSubject[],
  { name, readings, district, isEqualEnough, candidates }: AlikeOptions,
  context: DepartmentContext,
  to: Statement,
): string {
  const all = to.bind(JSON.stringify(asked.map((one, place) => keysOf(one, place, isEqualEnough))), 'text');
  const most = to.bind(isEqualEnough ? MOST_NAMES_OF_MANY : MOST_NAMES, 'int');
  const version = isKnownVersion(context, to);
  const shown = subjectColumns(readings, context, to);
  const there = district === undefined ? '' : ` where ${isThere(district, to)}`;
  const shortest = (condition: string): string =>
    `select y.subject_id, y.key from (
       select n.subject_id, n.key, n.folded from credit.subject_names n where ${condition} limit 2 * ${most}
     ) y order by length(y.folded), y.folded, y.subject_id limit 50`;
  return `/* ${name} */ with asked as (
      select * from json_to_recordset(${all}::json)
        as q(place int, folded text, number text, formless text, grams text[], lookups text[], least int, sound text)
    ), same as (
      select q.place, x.subject_id, x.key, x.by_number from asked q cross join lateral (
        (select n.subject_id, n.key, false as by_number from credit.subject_names n where n.folded = q.folded
         order by n.is_former, n.subject_id limit 100)
        union all
        (select n.subject_id, n.key, true from credit.subject_identifiers f
         join credit.subject_names n on n.subject_id = f.subject_id and not n.is_former
         where f.value = q.number limit 100)
      ) x
    ), further as (
      select * from asked q where not exists (
        select from same where same.place = q.place${isEqualEnough ? '' : ' and same.by_number'})
    ), common as (
      select u.gram from pg_stats p
      cross join (select greatest(c.reltuples, 0) as names from pg_class c where c.oid = 'credit.subject_names'::regclass) size
      cross join unnest(p.most_common_elems::text::text[], p.most_common_elem_freqs) as u(gram, frequency)
      where p.schemaname = 'credit' and p.tablename = 'subject_names' and p.attname = 'grams'
        and u.gram is not null and u.frequency * size.names > ${most}
    ), near as (
      select q.place, x.subject_id, x.key, count(*) as hits
      from further q cross join unnest(q.lookups) as l(gram)
      cross join lateral (
        select n.subject_id, n.key from credit.subject_names n where n.grams @> array[l.gram] limit ${most}
      ) x
      where l.gram not in (select gram from common) group by q.place, q.least, x.subject_id, x.key
      having count(*) >= q.least
    ), containing as (
      select q.place, x.* from further q
      cross join lateral (${shortest('n.grams @> q.grams and strpos(n.folded, q.formless) > 0')}) x
      where cardinality(q.grams) > 0
    ), sounding as (
      select q.place, x.* from further q
      cross join lateral (${shortest(`n.sound like '%' || q.sound || '%'`)}) x
      where q.sound is not null
    ), found as (
      select place, subject_id, key, 10000 as hits, by_number from same
      union all select place, subject_id, key, 100, false from containing
      union all select place, subject_id, key, 100, false from sounding
      union all select place, subject_id, key, hits, false from near
    ), counted as (
      select f.place, f.subject_id, f.key, sum(f.hits) as hits, bool_or(f.by_number) as by_number
      from found f group by f.place, f.subject_id, f.key
    ), best as (
      select c.*, row_number() over (partition by c.place order by c.hits desc, c.subject_id, c.key) as rank
      from counted c${there}
    )
    select b.place as "place", b.by_number as "byNumber", n.name as "name", n.folded as "folded", n.is_former as "isFormer", s.id as "id"${shown}
    from best b
    cross join lateral (
      select * from credit.subject_names n where n.subject_id = b.subject_id and n.key = b.key limit 1
    ) n
    cross join lateral (
      select * from ${MASKED_SUBJECTS} s
      where s.id = b.subject_id and s.is_shown and s.is_verified and ${version} limit 1
    ) s
    where b.rank <= ${to.bind(candidates, 'int')}`;
}

/** What PostgreSQL looks for. */
function keysOf({ folded, parts, letters, number }: AskedSubject, place: number, isEqualEnough: boolean): object {
  const { formless } = parts;
  const lookups = lookupsOf(formless);
  // The dearest way, for whoever spells, or has all characters wrong and the sound right: not for whole columns of names.
  const sound = letters ?? (isEqualEnough ? '' : syllablesOf(formless).join(''));
  return {
    place,
    number,
    folded,
    formless,
    grams: neighboursIn(formless),
    lookups,
    // One pair in common is chance, but in the shortest names.
    least: lookups.length < 8 ? 1 : 2,
    sound: sound.length > 2 ? sound : null,
  };
}

/** 990102 that district, 990100 the city with all its districts. */
function isThere(district: string, to: Statement): string {
  const code = to.bind(`${district.replace(/(?:00){1,2}$/u, '')}%`, 'text');
  return `exists (select from ${MASKED_SUBJECTS} d where d.id = c.subject_id and d.superseded_at is null and d.district like ${code})`;
}
