/**
 * What a portal asks, as the ten questions of the design have it (P2, P3, and the list of P1), with ids, and codes beside labels:
 * by these answers are compared.
 */

export const PAGE_TOP = `query PageTop($identifier: String!) {
  subject(identifier: $identifier) {
    id creditCode name kind formerNames { name until } identifiers { type { label } value validTo }
    district { code label } industry { code label }
    recordCounts { class count asOf }
    verdicts { item { code title department { label } } outcome isStale asOf reportedThrough retryAfter }
    market { registration { id status { code label } registeredCapital { amount currency } establishedOn } }
    tax { creditRatings(first: 3) { nodes { id year grade { code label } } } }
    courts {
      dishonestDebtorEntries(first: 3) {
        totalCount nodes { id documentNumber authority { name } decidedOn performance { code label } }
      }
    }
    environment { creditRatings(first: 1) { nodes { id year grade { code label scheme { label } } } } }
    listings(first: 5) {
      nodes { id listType { code legalName polarity { label } } authority { name } decidedOn publication { endsOn } }
    }
  }
}`;

/** The catalogue items of the board: administrative penalties of three departments. */
export const BOARD_ITEMS: readonly string[] = ['market.penalty', 'tax.penalty', 'environment.penalty'];

export const BOARD = `query Board($district: String!, $items: [String!]!) {
  records(filter: { items: $items, districts: [$district] }, first: 20) {
    totalCount
    nodes {
      id title item { code title } subject { id name } authority { name } documentNumber decidedOn amount { amount currency }
      types { code label } publication { publishedOn endsOn }
    }
    pageInfo { hasNextPage endCursor }
  }
}`;

export const SEARCH = `query Search($text: String!) {
  subjects(search: $text, first: 10) {
    totalCount
    nodes {
      id name kind isVerified district { code label } formerNames { name until }
      market { registration { id status { code label } } }
    }
  }
}`;
