import type { Transport } from '../subgraph/transport.ts';
import type { Viewer } from '../viewer/viewer.ts';
import type { AskedCounterpart } from './draft.ts';

/** What the credit office says of one counterpart. */
export interface KnownSubject {
  /**
   * KNOWN and REGISTERED have a subject; UNKNOWN: not known and not to be registered; CONFLICT: two subjects are meant;
   * OTHER_KEY: a natural person's number was sealed with keys that are not the credit office's.
   */
  readonly outcome: 'KNOWN' | 'REGISTERED' | 'UNKNOWN' | 'CONFLICT' | 'OTHER_KEY';
  readonly subjectId: string | null;
  /** Whether the name is a present or former name of that subject. */
  readonly isNameKnown: boolean;
}

/** The credit office as an importer reaches it: one answer per counterpart, in order; undefined where it was silent. */
export type IdentifyCounterparts = (
  counterparts: readonly AskedCounterpart[],
) => Promise<readonly (KnownSubject | undefined)[]>;

const REGISTER = `mutation RegisterSubjects($references: [SubjectReference!]!, $onlyLook: Boolean!) {
  registerSubjects(references: $references, onlyLook: $onlyLook) { outcome subjectId isNameKnown }
}`;

export interface AskingOptions {
  /** Strangers are not registered; the answer is what registering them would give. */
  readonly onlyLook?: boolean;
  readonly patienceMs?: number;
}

/** Asks the credit office, near or far. @throws Error when it is silent or answers something else. */
export function identifyThrough(
  credit: Transport,
  viewerOf: () => Viewer,
  { onlyLook = false, patienceMs = 30_000 }: AskingOptions = {},
): (counterparts: readonly AskedCounterpart[]) => Promise<readonly KnownSubject[]> {
  return async (counterparts) => {
    const references = counterparts.map(({ name, identifiers, isPublic, sealed }) => ({
      name,
      isPublic,
      ...(sealed && { personalNumber: sealed }),
      identifiers: identifiers.map(({ type, value, failsCheck }) => ({
        type,
        value,
        isSound: failsCheck === undefined,
      })),
    }));
    const answer = await credit.ask(
      { query: REGISTER, variables: { references, onlyLook } },
      viewerOf(),
      AbortSignal.timeout(patienceMs),
    );
    const known = (answer.data as { readonly registerSubjects?: readonly KnownSubject[] } | null | undefined)
      ?.registerSubjects;
    if (!Array.isArray(known) || known.length !== counterparts.length)
      throw new Error('the credit office did not answer');
    return known;
  };
}
