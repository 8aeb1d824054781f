import type { DepartmentCard } from '../../platform/subgraph/card.ts';
import { codeTable } from '../../schema/codes/city.ts';
import { commitmentSheet } from './commitments/sheet.ts';
import { grants } from './grants.ts';
import { listTypeOf } from './listings/list-types.ts';
import { listingSheet } from './listings/sheet.ts';
import { recordIndexCard } from './record-index/card.ts';
import { BEYOND_FEED, recordIndexFollower } from './record-index/follow.ts';
import { resolvers } from './resolvers.ts';
import { subjectIntake } from './subjects/intake.ts';
import { subjectSheet } from './subjects/sheet.ts';
import { creditCommitments, listings } from './tables.ts';

/** The credit office (信用办): who the subjects are, the lists they stand on, what they committed themselves to. */
export const credit: DepartmentCard = {
  name: 'credit',
  title: '信用办',
  folder: new URL('./', import.meta.url),
  records: {
    Listing: {
      table: listings,
      facets: { types: 'listType' },
      typeLabel: (code, { decidedOn }) => listTypeOf(code, String(decidedOn))?.legalName,
      columns: {
        listType: ['listType', 'decidedOn'],
        removal: ['removedOn', 'removalReason', 'removalDocumentNumber'],
      },
      headline: ({ listType, decidedOn }) =>
        listTypeOf(String(listType), String(decidedOn))?.legalName ?? String(listType),
    },
    CreditCommitment: {
      table: creditCommitments,
      facets: { types: 'commitmentType' },
      headline: ({ commitmentType, matter }) => {
        const type = codeTable('commitment-types').get(String(commitmentType))?.label ?? String(commitmentType);
        return matter ? `${type}:${[...String(matter)].slice(0, 60).join('')}` : type;
      },
    },
  },
  recordIndex: recordIndexCard,
  follower: recordIndexFollower,
  beyondFeed: BEYOND_FEED,
  resolvers,
  grants,
  sheets: {
    'credit.serious-dishonesty-listing': listingSheet('SERIOUS_DISHONESTY', '严重失信主体名单'),
    'credit.incentive-listing': listingSheet('INCENTIVE', '守信激励名单'),
    'credit.key-attention-listing': listingSheet('KEY_ATTENTION', '重点关注名单'),
    'credit.commitment': commitmentSheet,
  },
  intakes: {
    'credit.subject': { sheet: subjectSheet, open: subjectIntake },
  },
};
