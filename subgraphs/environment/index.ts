import type { DepartmentCard } from '../../platform/subgraph/card.ts';
import { codeTable } from '../../schema/codes/city.ts';
import { licenceCard } from '../../standards/administrative-licence/tables.ts';
import { penaltyCard } from '../../standards/administrative-penalty/tables.ts';
import { dischargePermitSheet } from './discharge-permit.ts';
import { creditRatingSheet, licenceSheet, penaltySheet, schemes } from './sheets.ts';
import {
  administrativeLicences,
  administrativePenalties,
  environmentalCreditRatings,
  pollutantDischargePermits,
} from './tables.ts';

/** The environment department (生态环境局): yearly credit ratings, licences, discharge permits and penalties. */
export const environment: DepartmentCard = {
  name: 'environment',
  title: '生态环境部门',
  folder: new URL('./', import.meta.url),
  standards: [
    new URL('../../standards/administrative-penalty/schema.graphql', import.meta.url),
    new URL('../../standards/administrative-licence/schema.graphql', import.meta.url),
  ],
  records: {
    EnvironmentalCreditRating: {
      table: environmentalCreditRatings,
      facets: { years: 'year', grades: 'grade' },
      headline: ({ year, grade, gradeScheme }) =>
        `${year}年度 ${schemes.get(String(gradeScheme), String(grade))?.label ?? grade}`,
    },
    AdministrativePenalty: penaltyCard(administrativePenalties),
    AdministrativeLicence: licenceCard(administrativeLicences),
    PollutantDischargePermit: {
      table: pollutantDischargePermits,
      facets: { types: 'managementCategory' },
      headline: ({ permitNumber, managementCategory }) =>
        [codeTable('discharge-management-categories').get(String(managementCategory))?.label, permitNumber]
          .filter(Boolean)
          .join(' '),
    },
  },
  schemes,
  sheets: {
    'environment.credit-rating': creditRatingSheet,
    'environment.penalty': penaltySheet,
    'environment.licence': licenceSheet,
    'environment.discharge-permit': dischargePermitSheet,
  },
};
