import { serviceUnavailable } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import type { Transport } from '../../platform/subgraph/transport.ts';
import { dayInShanghai, installationViewer } from '../../platform/viewer/viewer.ts';
import { fieldSources } from '../limits/sources.ts';

/** What the registrations of today say of a person. */
export interface Registered {
  /** The companies whose legal representative it is; of one company asked about, that one or none. */
  readonly companies: readonly string[];
  /** Whether the registration of the company asked about holds a number to compare with. */
  readonly isRecorded: boolean;
}

/**
 * Asks the department that holds the registrations, by a hash of the person's number (null: of nobody) and of one company or all.
 * @throws Refusal `SERVICE_UNAVAILABLE` where it does not answer: that somebody is not the representative is never said for want of an answer.
 */
export type AskRegistrations = (representativeHash: string | null, company: string | null) => Promise<Registered>;

const REPRESENTED = `query Represented($numberHash: String, $company: ID) {
  legalRepresentation(numberHash: $numberHash, company: $company) { companies isRecorded }
}`;
const PATIENCE_MS = 5_000;

/** Through whichever department answers for registrations; undefined where none does. */
export function registrationsThrough(
  supergraphSdl: string,
  transports: ReadonlyMap<string, Transport>,
  log: Log,
): AskRegistrations | undefined {
  const department = fieldSources(supergraphSdl).of('Query', 'legalRepresentation')[0] ?? '';
  const transport = transports.get(department);
  if (!transport) return undefined;
  return async (numberHash, company) => {
    const viewer = installationViewer({ today: dayInShanghai(new Date()), requestId: 'representative' });
    const variables = { numberHash, company };
    const answer = await transport
      .ask({ query: REPRESENTED, variables }, viewer, AbortSignal.timeout(PATIENCE_MS))
      .catch(() => undefined);
    const found = (answer?.data as { readonly legalRepresentation?: Registered } | null | undefined)
      ?.legalRepresentation;
    if (answer && !answer.errors && found) return found;
    log.warn({ department }, 'the registrations cannot be asked whose representative a person is');
    throw serviceUnavailable(
      `${transport.title}暂未应答,因此此刻不能核验企业的代表(不等于不是代表)。请在 5 秒后重试;以同一幂等键重试不会重复办理。`,
    );
  };
}
