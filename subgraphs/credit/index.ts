import type { DepartmentCard } from '../../platform/subgraph/card.ts';
import { listTypeOf } from './listings/list-types.ts';
import { listingSheet } from './listings/sheet.ts';
import { recordIndexCard } from './record-index/card.ts';
import { recordIndexFollower } from './record-index/follow.ts';
import { resolvers } from './resolvers.ts';
import { subjectIntake } from './subjects/intake.ts';
import { listings } from './tables.ts';

/** The credit office (信用办): who the subjects are, and the lists they stand on. */
export const credit: DepartmentCard = {
  name: 'credit',
  title: '信用办',
  folder: new URL('./', import.meta.url),
  records: {
    Listing: {
      table: listings,
      facets: { types: 'listType' },
      headline: ({ listType, reason }) => listTypeOf(String(listType))?.legalName ?? String(reason),
      typeLabel: (code) => listTypeOf(code)?.legalName,
      columns: { removal: ['removedOn', 'removalReason', 'removalDocumentNumber'] },
    },
  },
  recordIndex: recordIndexCard,
  follower: recordIndexFollower,
  resolvers,
  sheets: {
    'credit.serious-dishonesty-listing': listingSheet('SERIOUS_DISHONESTY', '严重失信主体名单'),
    'credit.incentive-listing': listingSheet('INCENTIVE', '守信激励名单'),
  },
  intakes: {
    'credit.subject': subjectIntake,
  },
};
