import { fileURLToPath } from 'node:url';

export { examplesAt, examplesElsewhere } from './examples/index.ts';

/**
 * The files of the invented city, in the order in which they are imported: who the subjects are comes first, and the
 * districts' penalties correct one of the city's. `make.ts` writes them; `story.ts` tells what to look for.
 */
export const demonstrationFiles: readonly { readonly item: string; readonly path: string }[] = [
  file('credit.subject', '01-credit-subject.xlsx'),
  file('market.registration', '02-market-registration.csv'),
  file('market.penalty', '03-market-penalty-city-2018-codes.csv'),
  file('market.penalty', '04-market-penalty-districts.xlsx'),
  file('tax.credit-rating', '05-tax-credit-rating-2022-2024.xlsx'),
  file('tax.credit-rating', '06-tax-credit-rating-2025.csv'),
  file('tax.arrears', '07-tax-arrears.csv'),
  file('courts.dishonest-debtor', '08-courts-dishonest-debtor.xlsx'),
  file('environment.credit-rating', '09-environment-credit-rating.csv'),
  file('environment.penalty', '10-environment-penalty.csv'),
  file('credit.serious-dishonesty-listing', '11-credit-serious-dishonesty-listing.csv'),
  file('credit.incentive-listing', '12-credit-incentive-listing.xlsx'),
  file('courts.consumption-restriction', '13-courts-consumption-restriction.xlsx'),
  file('courts.enforcement-case', '14-courts-enforcement-case.csv'),
  file('courts.judgment', '15-courts-judgment.csv'),
  file('market.licence', '16-market-licence.xlsx'),
  file('market.abnormal-operation', '17-market-abnormal-operation.csv'),
  file('market.serious-violation', '18-market-serious-violation.xlsx'),
  file('market.spot-check', '19-market-spot-check.csv'),
  file('market.annual-report', '20-market-annual-report.csv'),
  file('tax.licence', '21-tax-licence.csv'),
  file('tax.major-violation', '22-tax-major-violation.xlsx'),
  file('tax.penalty', '23-tax-penalty.csv'),
  file('tax.payment', '24-tax-payment.xlsx'),
  file('environment.licence', '25-environment-licence.csv'),
  file('environment.discharge-permit', '26-environment-discharge-permit.xlsx'),
  file('labour.social-insurance', '27-labour-social-insurance.csv'),
  file('labour.wage-arrears', '28-labour-wage-arrears.xlsx'),
  file('utilities.payment', '29-utilities-payment.csv'),
  file('credit.commitment', '30-credit-commitment.csv'),
  file('credit.key-attention-listing', '31-credit-key-attention-listing.csv'),
];

function file(item: string, name: string): { readonly item: string; readonly path: string } {
  return { item, path: fileURLToPath(new URL(`files/${name}`, import.meta.url)) };
}
