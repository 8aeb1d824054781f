import type { DepartmentCard } from '../../platform/subgraph/card.ts';
import { insuranceTypes, termIn } from './codes.ts';
import { resolvers } from './resolvers.ts';
import { socialInsuranceSheet } from './sheets/social-insurance.ts';
import { wageArrearsSheet } from './sheets/wage-arrears.ts';
import { socialInsurancePayments, wageArrearsListings } from './tables.ts';

/** The labour department (人力资源和社会保障局): social insurance by month, and the list of employers that owe wages. */
export const labour: DepartmentCard = {
  name: 'labour',
  title: '人力资源和社会保障部门',
  folder: new URL('./', import.meta.url),
  records: {
    SocialInsurancePayment: {
      table: socialInsurancePayments,
      facets: { years: 'year', types: 'insuranceType', amount: 'arrears' },
      headline: ({ year, month, insuranceType }) =>
        `${year}年${month}月${termIn(insuranceTypes, insuranceType)?.label ?? ''}`,
    },
    WageArrearsListing: {
      table: wageArrearsListings,
      facets: { amount: 'amountOwed' },
      headline: ({ amountOwed, personsConcerned, reason }) =>
        amountOwed && personsConcerned
          ? `拖欠${personsConcerned}人工资${amountOwed}元`
          : [...String(reason)].slice(0, 60).join(''),
    },
  },
  resolvers,
  sheets: {
    'labour.social-insurance': socialInsuranceSheet,
    'labour.wage-arrears': wageArrearsSheet,
  },
};
