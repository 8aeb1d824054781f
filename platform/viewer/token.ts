import { createHash } from 'node:crypto';
import { createSigner, createVerifier } from 'fast-jwt';
import { z } from 'zod';
import { unauthenticated } from '../errors.ts';
import { TRACEPARENT } from '../observing/traceparent.ts';
import { isDay, isInstant } from '../scalars.ts';
import { packedGrants, packGrants, unpackGrants } from './grants.ts';
import { HandedViewer } from './handed.ts';
import { ROLES, type Viewer } from './viewer.ts';

/** What a department is asked: the token is bound to exactly this. */
export interface Question {
  readonly query: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
}

/** A token lives just long enough for one question to arrive. */
const LIFETIME_MS = 30_000;
const CLOCK_TOLERANCE_MS = 5_000;

export type SignViewer = (viewer: Viewer, question: Question) => string;
/** What says who asks: a signed token, or a viewer that was handed over within this process. */
export type ViewerProof = string | HandedViewer;
export type VerifyViewer = (proof: ViewerProof | undefined, question: Question) => Viewer;

const viewerClaims = z.object({
  role: z.enum(ROLES),
  department: z.string().nullable(),
  ownSubject: z.string().nullable(),
  purpose: z.string().nullable(),
  coversPersons: z.boolean(),
  grants: packedGrants,
  today: z.string().refine(isDay),
  known: z.string().refine(isInstant).nullable(),
  requestId: z.string(),
  trace: z.string().regex(TRACEPARENT).optional(),
});

/**
 * Signs viewers for one department (JWS, HS256). Each department has a key of its own, so that a token for one says
 * nothing to another and no department can speak for the gateway elsewhere.
 */
export function viewerSigner(department: string, key: Buffer): SignViewer {
  const sign = createSigner({ key, algorithm: 'HS256', aud: department, iss: 'gateway', expiresIn: LIFETIME_MS });
  return (viewer, question) => sign({ ...viewer, grants: packGrants(viewer.grants), question: digest(question) });
}

/** @throws Refusal `UNAUTHENTICATED` for a token that is missing, forged, expired, for another department or question. */
export function viewerVerifier(department: string, key: Buffer): VerifyViewer {
  const verify = createVerifier({
    key,
    algorithms: ['HS256'],
    allowedAud: department,
    allowedIss: 'gateway',
    // A claim that is absent is not compared: without these a token for nobody would be one for everybody.
    requiredClaims: ['exp', 'iat', 'aud', 'iss'],
    maxAge: LIFETIME_MS,
    clockTolerance: CLOCK_TOLERANCE_MS,
  });
  const refused = () => unauthenticated('本部门只接受网关签发、与问题相符且未过期的调用凭证。');
  return (proof, question) => {
    if (proof instanceof HandedViewer) {
      const handed = proof.openedBy(department, key, question);
      if (!handed) throw refused();
      return handed;
    }
    const claims = proof === undefined ? undefined : attempt(() => verify(proof) as Record<string, unknown>);
    const viewer = viewerClaims.safeParse(claims);
    if (!claims || claims.question !== digest(question) || !viewer.success) throw refused();
    return { ...viewer.data, grants: unpackGrants(viewer.data.grants) };
  };
}

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

/** One hash of all three; as one JSON text, so that nothing can move from one of them into another. */
function digest({ query, operationName, variables }: Question): string {
  const text = JSON.stringify([query, operationName ?? '', variables ?? {}]);
  return createHash('sha256').update(text).digest('base64url');
}
