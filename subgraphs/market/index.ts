import type { DepartmentCard } from '../../platform/subgraph/card.ts';
import { codeTable } from '../../schema/codes/city.ts';
import { licenceCard } from '../../standards/administrative-licence/tables.ts';
import { penaltyCard } from '../../standards/administrative-penalty/tables.ts';
import { grants } from './grants.ts';
import { resolvers } from './resolvers.ts';
import { licenceSheet, penaltySheet, registrationSheet } from './sheets.ts';
import { abnormalOperationSheet } from './supervision/abnormal-operation.ts';
import { annualReportSheet } from './supervision/annual-report.ts';
import { foundIn, groundsOf, reasonOf, yearOf } from './supervision/headlines.ts';
import { seriousViolationSheet } from './supervision/serious-violation.ts';
import { spotCheckSheet } from './supervision/spot-check.ts';
import {
  abnormalOperationEntries,
  administrativeLicences,
  administrativePenalties,
  annualReports,
  registrations,
  seriousViolationEntries,
  spotCheckResults,
} from './tables.ts';

/** The market regulation department (市场监督管理局): registrations, licences, penalties and what its supervision found. */
export const market: DepartmentCard = {
  name: 'market',
  title: '市场监管部门',
  folder: new URL('./', import.meta.url),
  standards: [
    new URL('../../standards/administrative-penalty/schema.graphql', import.meta.url),
    new URL('../../standards/administrative-licence/schema.graphql', import.meta.url),
  ],
  records: {
    Registration: {
      table: registrations,
      headline: ({ status }) => `登记状态:${codeTable('registration-statuses').get(String(status))?.label ?? status}`,
    },
    AdministrativePenalty: penaltyCard(administrativePenalties),
    AdministrativeLicence: licenceCard(administrativeLicences),
    AbnormalOperationEntry: {
      table: abnormalOperationEntries,
      facets: { types: 'grounds' },
      headline: groundsOf,
    },
    SeriousViolationEntry: { table: seriousViolationEntries, headline: reasonOf },
    SpotCheckResult: { table: spotCheckResults, facets: { types: 'results' }, headline: foundIn },
    AnnualReport: { table: annualReports, facets: { years: 'year' }, headline: yearOf },
  },
  resolvers,
  grants,
  sheets: {
    'market.registration': registrationSheet,
    'market.penalty': penaltySheet,
    'market.licence': licenceSheet,
    'market.abnormal-operation': abnormalOperationSheet,
    'market.serious-violation': seriousViolationSheet,
    'market.spot-check': spotCheckSheet,
    'market.annual-report': annualReportSheet,
  },
};
