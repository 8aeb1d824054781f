import { compactText } from './compact-text.ts';
import { IdentifierError, shown } from './errors.ts';
import { isProvince } from './id-shape.ts';
import * as organizationCode from './organization-code.ts';

/**
 * 税务登记号, used until the credit code took its place in 2015: 15 places.
 *
 *     440300  192203821
 *     │       └ 7–15  the organisation code (GB 11714)
 *     └ 1–6   region of the tax authority (GB/T 2260)
 *
 * Individuals had their ID number here, with or without two more digits: that is refused, as everywhere.
 */
export type TaxRegistrationNumber = string & { readonly [taxRegistrationNumber]: true };
declare const taxRegistrationNumber: unique symbol;

const pattern = /^\d{6}[0-9A-Z]{9}$/;

export function compact(text: string): string {
  return compactText(text);
}

export function parse(text: string): TaxRegistrationNumber {
  const number = compact(text);
  if (number.length !== 15) {
    throw new IdentifierError('LENGTH', `税务登记号应为15位，收到${number.length}位：${shown(number)}`);
  }
  if (!pattern.test(number)) {
    throw new IdentifierError('FORMAT', `税务登记号应为6位行政区划加9位组织机构代码：${shown(number)}`);
  }
  if (!isProvince(number.slice(0, 2))) {
    throw new IdentifierError('COMPONENT', `税务登记号前6位应为行政区划：${shown(number)}`);
  }
  if (!organizationCode.isOrganizationCode(number.slice(6))) {
    throw new IdentifierError('CHECKSUM', `税务登记号后9位（组织机构代码）的校验位不符：${shown(number)}`);
  }
  return number as TaxRegistrationNumber;
}

export function isTaxRegistrationNumber(text: string): boolean {
  const number = compact(text);
  return pattern.test(number) && isProvince(number.slice(0, 2)) && organizationCode.isOrganizationCode(number.slice(6));
}

/** As printed on the certificate. */
export function format(number: TaxRegistrationNumber): string {
  return number;
}
