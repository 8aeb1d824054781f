import type { AccessConfig } from '../../platform/access-settings.ts';
import { serviceUnavailable } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import { lookUpHash, type PersonKeys } from '../../platform/persons/seal.ts';
import type { Transport } from '../../platform/subgraph/transport.ts';
import { dayInShanghai, installationViewer } from '../../platform/viewer/viewer.ts';
import { isCreditCode, parse } from '../../schema/identifiers/credit-code.ts';
import { idNumberIn, type PersonalNumber } from '../../schema/identifiers/personal-number.ts';

/** Whose file is the person's own, as a token says it: the organisation that the person acts for (with the person's number, if it says that, too), else the person. */
export type OwnFile =
  | { readonly of: 'ORGANIZATION'; readonly creditCode: string; readonly number: PersonalNumber | undefined }
  | { readonly of: 'PERSON'; readonly number: PersonalNumber };

/**
 * Whose file is the caller's own: only where the token says so, and that the person's name was proven well enough (F011).
 * Of the token's other words about the person nothing is read.
 */
export function ownFileOf(
  claims: Readonly<Record<string, unknown>>,
  { realName, subjectClaim, personClaim }: Pick<AccessConfig, 'realName' | 'subjectClaim' | 'personClaim'>,
): OwnFile | null {
  const level = claims[realName.claim];
  const isProven = (typeof level === 'string' || typeof level === 'number') && realName.values.includes(String(level));
  if (!isProven) return null;
  const [code, id] = [claims[subjectClaim], claims[personClaim]];
  const number = typeof id === 'string' ? idNumberIn(id) : undefined;
  if (typeof code === 'string')
    return isCreditCode(code) ? { of: 'ORGANIZATION', creditCode: parse(code), number } : null;
  return number ? { of: 'PERSON', number } : null;
}

/**
 * Finds the pseudonym of a natural person, or null where the city holds nothing of that person.
 * @throws Refusal `SERVICE_UNAVAILABLE` where nobody answers: a person is never told of an empty file that nobody looked into.
 */
export type PersonOf = (number: PersonalNumber) => Promise<string | null>;

const PERSON_OF = 'mutation PersonOf($numberHash: String!) { personOf(numberHash: $numberHash) }';
const PATIENCE_MS = 5_000;

/** Asks the department that knows the subjects; the number itself stays here, a hash is asked for. */
export function personThrough(directory: Transport | undefined, keys: PersonKeys, log: Log): PersonOf {
  return async (number) => {
    const viewer = installationViewer({ today: dayInShanghai(new Date()), requestId: 'person' });
    const variables = { numberHash: lookUpHash(number, keys) };
    const answer = await directory
      ?.ask({ query: PERSON_OF, variables }, viewer, AbortSignal.timeout(PATIENCE_MS))
      .catch(() => undefined);
    const found = (answer?.data as { readonly personOf?: unknown } | null | undefined)?.personOf;
    if (answer && !answer.errors && (found === null || typeof found === 'string')) return found;
    log.warn({}, 'the credit office cannot be asked whose file is a person’s own');
    throw serviceUnavailable('信用办暂时没有应答,因此不能打开本人档案。请在 5 秒后重试。');
  };
}
