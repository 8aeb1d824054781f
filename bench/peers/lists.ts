/** What a question asks of one table: its place in the answer, and its columns. */
export interface AskedList {
  /** As in the federated answer: `tax.arrears`. */
  readonly place: string;
  readonly table: string;
  readonly columns: readonly string[];
  readonly first: number;
}

const PENALTY = [
  ...['id', 'document_number', 'violation_type', 'penalty_types', 'fine', 'fine_currency', 'decided_on'],
  'authority_name',
];

const list = (place: string, table: string, columns: readonly string[], first = 10): AskedList => ({
  ...{ place, table, columns, first },
});

/** The lists of one subject, for contenders that ask the tables themselves. */
export const LISTS: readonly AskedList[] = [
  list('listings', 'credit.listings', [
    ...['id', 'list_type', 'reason', 'decided_on', 'effective_until', 'authority_name'],
  ]),
  list(
    'market.registration',
    'market.registrations',
    [
      ...['id', 'status', 'enterprise_type', 'legal_representative_name', 'registered_capital'],
      ...['registered_capital_currency', 'established_on', 'address', 'industry', 'authority_name'],
    ],
    1,
  ),
  list('market.penalties', 'market.administrative_penalties', PENALTY),
  list('tax.creditRatings', 'tax.tax_credit_ratings', ['id', 'year', 'grade', 'decided_on', 'is_reassessment']),
  list('tax.arrears', 'tax.tax_arrears', [
    ...['id', 'tax_type', 'balance', 'balance_currency', 'decided_on', 'authority_name'],
  ]),
  list('courts.dishonestDebtorEntries', 'courts.dishonest_debtor_entries', [
    ...['id', 'document_number', 'filed_on', 'performance', 'behaviours', 'authority_name'],
  ]),
  list('environment.creditRatings', 'environment.environmental_credit_ratings', ['id', 'year', 'grade', 'decided_on']),
  list('environment.penalties', 'environment.administrative_penalties', PENALTY),
];

/** The lists of the top of a profile. */
export const TOP_LISTS: readonly AskedList[] = [
  list(
    'market.registration',
    'market.registrations',
    ['id', 'status', 'registered_capital', 'registered_capital_currency', 'established_on'],
    1,
  ),
  list('tax.creditRatings', 'tax.tax_credit_ratings', ['id', 'year', 'grade'], 3),
  list(
    'courts.dishonestDebtorEntries',
    'courts.dishonest_debtor_entries',
    ['id', 'document_number', 'authority_name', 'decided_on', 'performance'],
    3,
  ),
  list('environment.creditRatings', 'environment.environmental_credit_ratings', ['id', 'year', 'grade'], 1),
  list('listings', 'credit.listings', ['id', 'list_type', 'authority_name', 'decided_on', 'publication_ends_on'], 5),
];

/** The columns of a subject itself. */
export const SUBJECT = ['id', 'credit_code', 'name', 'kind', 'is_verified', 'former_names', 'district', 'industry'];

/** JSON has no exact decimals. */
const DECIMALS: ReadonlySet<string> = new Set(['fine', 'balance', 'registered_capital', 'amount']);

/** A column of `row`, under the name that the comparison of answers knows it by. */
export function selected(row: string, column: string): string {
  const name = column.replaceAll(/_(\w)/gu, (_match, letter: string) => letter.toUpperCase());
  return `${row}.${column}${DECIMALS.has(column) ? '::text' : ''} as "${name}"`;
}

/** Which rows `row` anybody may see: of these levels, on this day. */
export function visible(row: string, levels: string, today: string): string {
  return `${row}.superseded_at is null and ${row}.withheld_reason is null and ${row}.access_level = any(${levels})
    and ${row}.published_on <= ${today} and (${row}.publication_ends_on is null or ${row}.publication_ends_on >= ${today})`;
}
