import * as creditCode from '../../schema/identifiers/credit-code.ts';
import * as organizationCode from '../../schema/identifiers/organization-code.ts';

/** A valid credit code of the invented city: places 1–2, the region of first registration, eight places of the body code. */
export function inventedCode(kind: string, region: string, eight: string): string {
  const first17 = kind + region + eight + organizationCode.checkCharacter(eight);
  return creditCode.parse(first17 + creditCode.checkCharacter(first17));
}

/** The same code with a last character that fits nothing. */
export function withWrongCheck(code: string): string {
  const right = code.charAt(17);
  return code.slice(0, 17) + (right === 'A' ? 'B' : 'A');
}

/** The alphabet of credit codes, which the eight places keep to. */
export const codeAlphabet = [...'0123456789ABCDEFGHJKLMNPQRTUWXY'];
