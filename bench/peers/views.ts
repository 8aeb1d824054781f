import type postgres from 'postgres';
import { LISTS, SUBJECT, visible } from './lists.ts';

/** What PostGraphile calls each list of a subject, by the list's place. */
const NAMES: Readonly<Record<string, string>> = {
  listings: 'listings',
  'market.registration': 'registrations',
  'market.penalties': 'marketPenalties',
  'tax.creditRatings': 'taxCreditRatings',
  'tax.arrears': 'taxArrears',
  'courts.dishonestDebtorEntries': 'dishonestDebtorEntries',
  'environment.creditRatings': 'environmentCreditRatings',
  'environment.penalties': 'environmentPenalties',
};

const TODAY = `(now() at time zone 'Asia/Shanghai')::date`;

/**
 * Views of the same tables with the same predicate of visibility, in a schema of their own, with the keys that PostGraphile's
 * documentation has one declare in comments where a view has none; and a function for the batch, which it inlines.
 */
export async function createViews(sql: postgres.Sql): Promise<void> {
  await sql.unsafe('create schema bench');
  await sql.unsafe(
    `create view bench.subjects as select ${SUBJECT.join(', ')} from credit.subjects where superseded_at is null`,
  );
  await sql.unsafe(`comment on view bench.subjects is E'@primaryKey id\\n@name subject'`);
  for (const { place, table, columns } of LISTS) {
    const view = `bench.${place.replaceAll('.', '_').toLowerCase()}`;
    const shown = [...new Set([...columns, 'subject_id', 'sorted_on'])].map((column) => `r.${column}`).join(', ');
    const predicate = visible('r', `array['PUBLIC']`, TODAY);
    await sql.unsafe(`create view ${view} as select ${shown} from ${table} r where ${predicate}`);
    const key = `@foreignKey (subject_id) references bench.subjects (id)|@foreignFieldName ${NAMES[place]}`;
    await sql.unsafe(`comment on view ${view} is E'@primaryKey id\\n${key}'`);
  }
  await sql.unsafe(`create function bench.subjects_by_codes(codes text[]) returns setof bench.subjects language sql stable
    as $$ select s.* from unnest(codes) with ordinality as q(code, place) join bench.subjects s on s.id = q.code order by q.place $$`);
}
