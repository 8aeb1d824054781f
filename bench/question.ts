/** What is asked: all that anybody may know of one subject, or of fifty in one question. */
export type QuestionName = 'profile' | 'batch';

/** How many subjects each question is about. */
export const SUBJECTS_OF: Readonly<Record<QuestionName, number>> = { profile: 1, batch: 50 };

/** A question's text by its name, and what its variables are called. */
export interface Wording {
  readonly query: string;
  variables(codes: readonly string[]): Readonly<Record<string, unknown>>;
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

/** As the federated graph words them. */
export const FEDERATED: Readonly<Record<QuestionName, Wording>> = {
  profile: { query: PROFILE, variables: ([identifier = '']) => ({ identifier }) },
  batch: {
    query: `query Batch($identifiers: [String!]!) {
  subjectsByIdentifier(identifiers: $identifiers) { subject {${SUBJECT}  } }
}`,
    variables: (identifiers) => ({ identifiers }),
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
export const OF_TABLES: Readonly<Record<QuestionName, Wording>> = {
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
