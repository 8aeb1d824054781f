import { BOARD, BOARD_ITEMS, PAGE_TOP, SEARCH } from './portal.ts';

/**
 * What is asked: all that anybody may know of one subject, or of fifty in one question; the top of a profile's page; a board
 * of a district's penalties; what is typed into a search box; a bank's package of a company.
 */
export const QUESTIONS = ['profile', 'profileTop', 'batch', 'board', 'search', 'bankPackage'] as const;
export type QuestionName = (typeof QUESTIONS)[number];

/** How many subjects, districts or texts each question is about. */
export const KEYS_OF: Readonly<Record<QuestionName, number>> = {
  ...{ profile: 1, profileTop: 1, batch: 50, board: 1, search: 1, bankPackage: 1 },
};

/** What stands in every true answer about a key. */
export function signOf(question: QuestionName, key: string): string {
  if (question === 'board') return '"decidedOn"';
  return question === 'bankPackage' ? `"creditCode":"${key}"` : key;
}

/** The id of a company's authorization: in letters, as all are, and told from its code, so that whoever asks need look up nothing. */
export function authorizationOf(code: string): string {
  const letters = code.toLowerCase().replaceAll(/\d/gu, (digit) => String.fromCharCode(97 + Number(digit)));
  return letters.padEnd(28, 'x');
}

/** A question's text by its name, and what its variables are called. */
export interface Wording {
  readonly query: string;
  variables(keys: readonly string[]): Readonly<Record<string, unknown>>;
}

/** One subject: eight fields, its registration and seven lists of up to ten records. */
const SUBJECT = `
    id creditCode name kind isVerified
    formerNames { name } district { code } industry { code }
    listings { nodes { id listType { code } reason decidedOn effectiveUntil authority { name } } }
    market {
      registration {
        id status { code } enterpriseType { code } legalRepresentativeName registeredCapital { amount currency }
        establishedOn address industry { code } authority { name }
      }
      penalties {
        nodes { id documentNumber violationType penaltyTypes { code } fine { amount currency } decidedOn authority { name } }
      }
    }
    tax {
      creditRatings { nodes { id year grade { code } decidedOn isReassessment } }
      arrears { nodes { id taxType { code } balance { amount currency } decidedOn authority { name } } }
    }
    courts {
      dishonestDebtorEntries { nodes { id documentNumber filedOn performance { code } behaviours { code } authority { name } } }
    }
    environment {
      creditRatings { nodes { id year grade { code } decidedOn } }
      penalties {
        nodes { id documentNumber violationType penaltyTypes { code } fine { amount currency } decidedOn authority { name } }
      }
    }
`;

export const PROFILE = `query Profile($identifier: String!) {
  subject(identifier: $identifier) {${SUBJECT}  }
}`;

/** What a bank is told of a company: the profile, with what the company authorized, and what B2 of the design asks beside the records. */
const PACKAGE = `query Package($requests: [FinancingPackageRequest!]!) {
  financingPackages(requests: $requests) {
    identifier outcome missing { code label } message retryAfter
    package {
      asOf receipt
      authorization { id purpose endsAt isContinuous }
      blocks { block { code label } isGranted verdicts { item { title } outcome isStale asOf reportedThrough } }
      subject {${SUBJECT}      }
    }
  }
}`;

/** As the federated graph words them. */
export const FEDERATED: Readonly<Record<QuestionName, Wording>> = {
  profile: { query: PROFILE, variables: ([identifier = '']) => ({ identifier }) },
  batch: {
    query: `query Batch($identifiers: [String!]!) {
  subjectsByIdentifier(identifiers: $identifiers) { subject {${SUBJECT}  } }
}`,
    variables: (identifiers) => ({ identifiers }),
  },
  profileTop: { query: PAGE_TOP, variables: ([identifier = '']) => ({ identifier }) },
  board: { query: BOARD, variables: ([district = '']) => ({ district, items: BOARD_ITEMS }) },
  search: { query: SEARCH, variables: ([text = '']) => ({ text }) },
  bankPackage: {
    query: PACKAGE,
    variables: (codes) => ({
      requests: codes.map((code) => ({ identifier: code, authorization: authorizationOf(code) })),
    }),
  },
};

const RECORDS = '(first: 10, orderBy: [SORTED_ON_DESC, ROW_ID_DESC])';
const PENALTY =
  'nodes { id: rowId documentNumber violationType penaltyTypes fine fineCurrency decidedOn authorityName }';

/** A subject as PostGraphile words it; lists are named by their place in the federated answer (`tax_arrears`: `tax.arrears`). */
const SUBJECT_OF_TABLES = `
    id: rowId creditCode name kind isVerified formerNames district industry
    listings: listings${RECORDS} {
      nodes { id: rowId listType reason decidedOn effectiveUntil authorityName }
    }
    market_registration: registrations(first: 1, orderBy: [SORTED_ON_DESC, ROW_ID_DESC]) {
      nodes {
        id: rowId status enterpriseType legalRepresentativeName registeredCapital registeredCapitalCurrency
        establishedOn address industry authorityName
      }
    }
    market_penalties: marketPenalties${RECORDS} { ${PENALTY} }
    tax_creditRatings: taxCreditRatings${RECORDS} { nodes { id: rowId year grade decidedOn isReassessment } }
    tax_arrears: taxArrears${RECORDS} { nodes { id: rowId taxType balance balanceCurrency decidedOn authorityName } }
    courts_dishonestDebtorEntries: dishonestDebtorEntries${RECORDS} {
      nodes { id: rowId documentNumber filedOn performance behaviours authorityName }
    }
    environment_creditRatings: environmentCreditRatings${RECORDS} { nodes { id: rowId year grade decidedOn } }
    environment_penalties: environmentPenalties${RECORDS} { ${PENALTY} }
`;

/** The same questions about the tables themselves, as PostGraphile words them. */
export const OF_TABLES: Readonly<Partial<Record<QuestionName, Wording>>> = {
  profile: {
    query: `query Profile($identifier: String!) {
  subject: subjectByRowId(rowId: $identifier) {${SUBJECT_OF_TABLES}  }
}`,
    variables: ([identifier = '']) => ({ identifier }),
  },
  batch: {
    query: `query Batch($identifiers: [String!]!) {
  subjects: subjectsByCodes(codes: $identifiers) { nodes {${SUBJECT_OF_TABLES}  } }
}`,
    variables: (identifiers) => ({ identifiers }),
  },
};
