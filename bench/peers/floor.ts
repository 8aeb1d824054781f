import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import postgres from 'postgres';
import { dayInShanghai } from '../../platform/viewer/viewer.ts';

/** The floor: one SQL statement behind bare node:http, one client of one connection. `GET /<code>`. */

const VISIBLE = `r.superseded_at is null and r.withheld_reason is null and r.access_level = any($2::text[])
  and r.published_on <= $3::date and (r.publication_ends_on is null or r.publication_ends_on >= $3::date)`;

/** What the question's lists ask for: the place in the answer, the table, its columns by the names that the comparison uses. */
const LISTS: readonly { readonly place: string; readonly table: string; readonly columns: readonly string[] }[] = [
  {
    place: 'listings',
    table: 'credit.listings',
    columns: [
      'id',
      'list_type as "listType"',
      'reason',
      'decided_on as "decidedOn"',
      'effective_until as "effectiveUntil"',
      'authority_name as "authorityName"',
    ],
  },
  {
    place: 'market.registration',
    table: 'market.registrations',
    columns: [
      'id',
      'status',
      'enterprise_type as "enterpriseType"',
      'legal_representative_name as "legalRepresentativeName"',
      'registered_capital::text as "registeredCapital"',
      'registered_capital_currency as "registeredCapitalCurrency"',
      'established_on as "establishedOn"',
      'address',
      'industry',
      'authority_name as "authorityName"',
    ],
  },
  { place: 'market.penalties', table: 'market.administrative_penalties', columns: penaltyColumns() },
  {
    place: 'tax.creditRatings',
    table: 'tax.tax_credit_ratings',
    columns: ['id', 'year', 'grade', 'decided_on as "decidedOn"', 'is_reassessment as "isReassessment"'],
  },
  {
    place: 'tax.arrears',
    table: 'tax.tax_arrears',
    columns: [
      'id',
      'tax_type as "taxType"',
      'balance::text as "balance"',
      'balance_currency as "balanceCurrency"',
      'decided_on as "decidedOn"',
      'authority_name as "authorityName"',
    ],
  },
  {
    place: 'courts.dishonestDebtorEntries',
    table: 'courts.dishonest_debtor_entries',
    columns: [
      'id',
      'document_number as "documentNumber"',
      'filed_on as "filedOn"',
      'performance',
      'behaviours',
      'authority_name as "authorityName"',
    ],
  },
  {
    place: 'environment.creditRatings',
    table: 'environment.environmental_credit_ratings',
    columns: ['id', 'year', 'grade', 'decided_on as "decidedOn"'],
  },
  { place: 'environment.penalties', table: 'environment.administrative_penalties', columns: penaltyColumns() },
];

function penaltyColumns(): readonly string[] {
  return [
    'id',
    'document_number as "documentNumber"',
    'violation_type as "violationType"',
    'penalty_types as "penaltyTypes"',
    'fine::text as "fine"',
    'fine_currency as "fineCurrency"',
    'decided_on as "decidedOn"',
    'authority_name as "authorityName"',
  ];
}

const lists = LISTS.map(
  ({ place, table, columns }) => `(select json_agg(t) from (select ${columns.map((column) => `r.${column}`).join(', ')}
  from ${table} r where r.subject_id = s.id and ${VISIBLE}
  order by r.sorted_on desc, r.id desc limit ${place === 'market.registration' ? 1 : 10}) t) as "${place}"`,
);

const PROFILE = `select s.id, s.credit_code as "creditCode", s.name, s.kind, s.is_verified as "isVerified",
  s.former_names as "formerNames", s.district, s.industry, ${lists.join(', ')}
  from credit.subject_identifiers f join credit.subjects s on s.id = f.subject_id and s.superseded_at is null
  where f.value = $1::text limit 1`;

const sql = postgres(process.env.DATABASE_URL ?? '', {
  max: 1,
  connection: { plan_cache_mode: 'force_generic_plan' },
});

const server = createServer((request, response) => {
  const code = (request.url ?? '').slice(1);
  sql.unsafe(PROFILE, [code, ['PUBLIC'], dayInShanghai(new Date())], { prepare: true }).then(
    ([row]) => {
      const body = Buffer.from(JSON.stringify(row ?? null));
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
    },
    (error: unknown) => response.writeHead(500).end(String(error)),
  );
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`));
