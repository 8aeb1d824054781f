import type { DepartmentCard } from '../../platform/subgraph/card.ts';
import { codeTable } from '../../schema/codes/city.ts';
import { consumptionRestrictionSheet } from './consumption-restrictions.ts';
import { enforcementCaseSheet } from './enforcement-cases.ts';
import { judgmentSheet } from './judgments.ts';
import { resolvers } from './resolvers.ts';
import { dishonestDebtorSheet } from './sheets.ts';
import { consumptionRestrictions, dishonestDebtorEntries, enforcementCases, judgmentSummaries } from './tables.ts';

/** The courts (人民法院): the list of dishonest judgment debtors, restrictions of consumption, enforcement cases, judgments. */
export const courts: DepartmentCard = {
  name: 'courts',
  title: '人民法院',
  folder: new URL('./', import.meta.url),
  records: {
    DishonestDebtorEntry: {
      table: dishonestDebtorEntries,
      facets: { types: 'behaviours' },
      headline: ({ documentNumber, performance }) => words(documentNumber, label('performance-statuses', performance)),
    },
    ConsumptionRestriction: {
      table: consumptionRestrictions,
      facets: { types: 'restrictedActs' },
      headline: ({ documentNumber }) => String(documentNumber),
    },
    EnforcementCase: {
      table: enforcementCases,
      facets: { amount: 'target' },
      headline: ({ documentNumber, cause }) => words(documentNumber, cause),
    },
    JudgmentSummary: {
      table: judgmentSummaries,
      facets: { types: 'documentType' },
      headline: ({ documentNumber, documentType, role, cause }) =>
        words(documentNumber, label('judgment-document-types', documentType), cause, label('litigation-roles', role)),
    },
  },
  resolvers,
  sheets: {
    'courts.dishonest-debtor': dishonestDebtorSheet,
    'courts.consumption-restriction': consumptionRestrictionSheet,
    'courts.enforcement-case': enforcementCaseSheet,
    'courts.judgment': judgmentSheet,
  },
};

function label(table: string, code: unknown): string {
  return codeTable(table).get(String(code))?.label ?? String(code);
}

function words(...parts: readonly unknown[]): string {
  return parts.filter((part) => typeof part === 'string' && part !== '').join(' ');
}
