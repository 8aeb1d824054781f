import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import type { Claimed } from '../representative.ts';
import { type CookieSeal, cookieIn, setCookie } from './seal.ts';

/** Somebody who has logged in to decide: for which company, as which person, until when. */
export interface Session extends Claimed {
  /** What a form of this session must carry: no other site knows it. */
  readonly token: string;
  /** Milliseconds. */
  readonly until: number;
}

const COOKIE = 'credit-authorizations';
const SECONDS = 900;

const claims = z.object({
  subject: z.string().nullable(),
  personHash: z.string().nullable(),
  representativeHash: z.string().nullable(),
  token: z.string().min(20),
  until: z.number(),
});

/** Sessions in cookies alone: a quarter of an hour, in every instance, over restarts. */
export function sessions(seal: CookieSeal, now: () => Date) {
  return {
    of(request: IncomingMessage): Session | undefined {
      const session = claims.safeParse(seal.open(cookieIn(request.headers.cookie, COOKIE), 'session'));
      return session.success && session.data.until > now().getTime() ? session.data : undefined;
    },
    begin({ subject, personHash, representativeHash }: Claimed, isSecure: boolean): string {
      const token = randomBytes(18).toString('base64url');
      const until = now().getTime() + SECONDS * 1000;
      const session: Session = { subject, personHash, representativeHash, token, until };
      return setCookie(COOKIE, seal.seal({ ...session }, 'session'), SECONDS, isSecure);
    },
    end: (isSecure: boolean): string => setCookie(COOKIE, '', 0, isSecure),
  };
}

/** Whether a form was sent from a page of this session's, and not by another site in its name. */
export function isOwnForm(request: IncomingMessage, session: Session, token: string | null): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  const [given, own] = [Buffer.from(token ?? ''), Buffer.from(session.token)];
  return given.length === own.length && timingSafeEqual(given, own);
}
