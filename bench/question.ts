/** The profile of one subject: eight fields, its registration and seven lists of up to ten records. */
export const PROFILE = `query Profile($identifier: String!) {
  subject(identifier: $identifier) {
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
  }
}`;
