import type { AccessConfig } from '../../platform/access-settings.ts';
import { isCreditCode, parse } from '../../schema/identifiers/credit-code.ts';

/**
 * The subject whose file is the person's own: only where the token says under which credit code, and that the person's
 * name was proven well enough (F011). Of the token's other words about the person nothing is read.
 */
export function ownSubjectOf(
  claims: Readonly<Record<string, unknown>>,
  { realName, subjectClaim }: Pick<AccessConfig, 'realName' | 'subjectClaim'>,
): string | null {
  const level = claims[realName.claim];
  const isProven = (typeof level === 'string' || typeof level === 'number') && realName.values.includes(String(level));
  const code = claims[subjectClaim];
  return isProven && typeof code === 'string' && isCreditCode(code) ? parse(code) : null;
}
