import { type Column, identifierColumn, type Reading } from '../../platform/sheets/index.ts';
import { idNumberIn, type PersonalNumber } from '../../schema/identifiers/personal-number.ts';

const given = identifierColumn(
  [
    '法定代表人证件号码',
    '法定代表人身份证号',
    '法定代表人身份证号码',
    '法定代表人或负责人证件号码',
    '法定代表人(负责人)证件号码',
    '负责人身份证号',
    '负责人证件号码',
    '经营者身份证号',
    '经营者证件号码',
    '证件号码',
  ],
  (text): Reading<PersonalNumber | null> => ({ value: idNumberIn(text) ?? null }),
  { isWithheld: true, describes: { form: '18 位公民身份号码;只留带密钥的散列,用以核验代表', isOccasional: true } },
);

/**
 * The number of the legal representative (GB/T 36104: 法定代表人或负责人证件号码), of which a hash to compare with is kept and
 * nothing else. What is no ID number (a passport, one with stars, one that a spreadsheet has rounded) is nothing to compare
 * with, and no reason to send the registration back.
 */
export const representativeNumber: Column<PersonalNumber | null> = {
  ...given,
  read(cell, header) {
    const reading = given.read(cell, header);
    return 'problem' in reading ? { value: null } : reading;
  },
};
