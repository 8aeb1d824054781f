import { dayInShanghai } from '../../platform/viewer/viewer.ts';
import { MOST_COUNTED } from '../../subgraphs/credit/counted.ts';
import { neighboursIn } from '../../subgraphs/credit/names/grams.ts';
import { BOARD_ITEMS } from '../portal.ts';
import { KEYS_OF, type QuestionName } from '../question.ts';
import { type AskedList, LISTS, SUBJECT, selected, TOP_LISTS, visible } from './lists.ts';

/** One statement that answers a question, and what it is given of the keys beside levels and day (`$2`, `$3`). */
interface Statement {
  readonly text: string;
  /** The levels of records that it tells beside `PUBLIC` ones. */
  readonly levels?: readonly string[];
  readonly given: (keys: readonly string[]) => readonly [unknown, ...unknown[]];
}

const VISIBLE = visible('r', '$2::text[]', '$3::date');
const OF_SUBJECT = `r.subject_id = s.id and ${VISIBLE}`;

const columnsOf = (row: string, columns: readonly string[]): string =>
  columns.map((one) => selected(row, one)).join(', ');
const listsOf = (lists: readonly AskedList[]): readonly string[] =>
  lists.map(
    ({ place, table, columns, first }) => `(select json_agg(t) from (select ${columnsOf('r', columns)}
  from ${table} r where ${OF_SUBJECT} order by r.sorted_on desc, r.id desc limit ${first}) t) as "${place}"`,
  );

const BY_CODE = `from credit.subject_identifiers f join credit.subjects s on s.id = f.subject_id and s.superseded_at is null
  where f.value = $1::text limit 1`;
const PROFILE = [columnsOf('s', SUBJECT), ...listsOf(LISTS)].join(', ');

/** No verdicts: nothing in the tables tells why there is no record. */
const PROFILE_TOP = [
  columnsOf('s', ['id', 'credit_code', 'name', 'kind', 'former_names', 'identifiers', 'district', 'industry']),
  `(select json_agg(t) from (select r.class as "class", count(*)::int as "count" from credit.record_index r
    where ${OF_SUBJECT} group by r.class) t) as "recordCounts"`,
  `(select count(*)::int from courts.dishonest_debtor_entries r
    where ${OF_SUBJECT}) as "courts.dishonestDebtorEntries.totalCount"`,
  ...listsOf(TOP_LISTS),
].join(', ');

const BATCH = `select ${PROFILE}
  from unnest($1::text[]) with ordinality as q(value, place) join credit.subjects s on s.superseded_at is null
  and s.id = (select f.subject_id from credit.subject_identifiers f where f.value = q.value limit 1) order by q.place`;

const LINE = [
  ...['id', 'title', 'item', 'subject_id', 'authority_name', 'document_number', 'decided_on', 'types', 'amount'],
  ...['amount_currency', 'publication_ends_on'],
];

/** Found by few columns; counted no further than the product counts. */
const BOARD = `with found as materialized (
    select r.id, r.version, r.sorted_on, s.name as "subjectName"
    from credit.record_index r join credit.subjects s on s.id = r.subject_id and s.superseded_at is null
    where r.item in (${BOARD_ITEMS.map((item) => `'${item}'`).join(', ')}) and s.district = $1::text and ${VISIBLE})
  select (select least(count(*), ${MOST_COUNTED})::int from found) as "totalCount",
    (select json_agg(t) from (
      select ${columnsOf('r', LINE)}, r.published_on as "publicationPublishedOn", p."subjectName"
      from (select * from found f order by f.sorted_on desc, f.id desc limit 20) p
      join credit.record_index r on r.id = p.id and r.version = p.version order by p.sorted_on desc, p.id desc) t) as "nodes"`;

const FOUND = ['id', 'name', 'kind', 'is_verified', 'district', 'former_names'];

/** Equal names first, then those that begin with the text, then shorter ones. */
const SEARCH = `with found as materialized (
    select n.subject_id,
      min(case when n.folded = $1::text then 0 when starts_with(n.folded, $1::text) then 1 else 2 end) as tier
    from credit.subject_names n where n.grams @> $4::text[] and n.folded like '%' || $1::text || '%' group by n.subject_id)
  select (select count(*)::int from found) as "totalCount",
    (select json_agg(t) from (select ${columnsOf('s', FOUND)},
        (select json_agg(m) from (select r.id, r.status from market.registrations r where ${OF_SUBJECT}
          order by r.sorted_on desc, r.id desc limit 1) m) as "market.registration"
      from found f join credit.subjects s on s.id = f.subject_id and s.superseded_at is null
      order by f.tier, length(s.name), s.name, s.id limit 10) t) as "nodes"`;

const STATEMENTS: Readonly<Record<QuestionName, Statement>> = {
  profile: { text: `select ${PROFILE} ${BY_CODE}`, given: ([code]) => [code] },
  profileTop: { text: `select ${PROFILE_TOP} ${BY_CODE}`, given: ([code]) => [code] },
  batch: { text: BATCH, given: (codes) => [codes] },
  board: { text: BOARD, given: ([district]) => [district] },
  search: { text: SEARCH, given: ([text = '']) => [text, neighboursIn(text)] },
  // No authorization is asked for, and no line is committed.
  bankPackage: { text: `select ${PROFILE} ${BY_CODE}`, levels: ['AUTHORIZED'], given: ([code]) => [code] },
};

/** A question as one statement, and whether its answer is all rows or one. */
export function statementOf(question: string, keys: readonly string[]) {
  const asked = STATEMENTS[question as QuestionName];
  const [subject, ...more] = asked.given(keys);
  const values = [subject, ['PUBLIC', ...(asked.levels ?? [])], dayInShanghai(new Date()), ...more];
  return { text: asked.text, values, isMany: KEYS_OF[question as QuestionName] > 1 };
}
