import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { commitmentFile, keyAttentionFile } from './generator/commitments.ts';
import { consumptionRestrictionFile, enforcementCaseFile, judgmentFile } from './generator/court-cases.ts';
import { dishonestDebtorFile } from './generator/courts.ts';
import { environmentPenaltyFile, environmentRatingFile } from './generator/environment.ts';
import { dischargePermitFile, environmentLicenceFile } from './generator/environment-permits.ts';
import { socialInsuranceFile, wageArrearsFile } from './generator/labour.ts';
import { incentiveFile, seriousDishonestyFile } from './generator/listings.ts';
import { marketLicenceFile } from './generator/market-licences.ts';
import { marketPenaltyFiles } from './generator/market-penalties.ts';
import {
  abnormalOperationFile,
  annualReportFile,
  seriousViolationFile,
  spotCheckFile,
} from './generator/market-supervision.ts';
import { registrationFile, subjectFile } from './generator/registrations.ts';
import type { SubmittedFile } from './generator/sheet.ts';
import { arrearsFile, taxRatingFiles } from './generator/tax.ts';
import { majorViolationFile, taxLicenceFile, taxPaymentFile, taxPenaltyFile } from './generator/tax-supervision.ts';
import { utilityPaymentFile } from './generator/utilities.ts';

/**
 * The files that the departments of the invented city submit, in the order in which they are imported: who the subjects
 * are comes first. The same on every machine and every day; `npx tsx demonstration/make.ts` writes them again.
 */
export function submittedFiles(): readonly SubmittedFile[] {
  return [
    subjectFile(),
    registrationFile(),
    ...marketPenaltyFiles(),
    ...taxRatingFiles(),
    arrearsFile(),
    dishonestDebtorFile(),
    environmentRatingFile(),
    environmentPenaltyFile(),
    seriousDishonestyFile(),
    incentiveFile(),
    consumptionRestrictionFile(),
    enforcementCaseFile(),
    judgmentFile(),
    marketLicenceFile(),
    abnormalOperationFile(),
    seriousViolationFile(),
    spotCheckFile(),
    annualReportFile(),
    taxLicenceFile(),
    majorViolationFile(),
    taxPenaltyFile(),
    taxPaymentFile(),
    environmentLicenceFile(),
    dischargePermitFile(),
    socialInsuranceFile(),
    wageArrearsFile(),
    utilityPaymentFile(),
    commitmentFile(),
    keyAttentionFile(),
  ];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = new URL('files/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) rmSync(new URL(name, folder));
  for (const { name, bytes } of submittedFiles()) writeFileSync(new URL(name, folder), bytes);
}
