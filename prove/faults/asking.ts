import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'undici';
import { dishonestDebtor } from '../../demonstration/story.ts';

/** One answer, as a caller saw it. */
export interface Seen {
  readonly ms: number;
  readonly status: number;
  /** The codes of its errors, sorted. */
  readonly codes: string;
  /** Departments for which what they last knew stands in. */
  readonly stale: string;
  readonly taxData: string;
  /** Everything of the answer but what the tax department holds. */
  readonly rest: string;
}

/** What was asked while something went on: `profile` turns to the tax department, `others` do not. */
export interface Watched {
  readonly profile: readonly Seen[];
  readonly others: readonly Seen[];
}

const IDENTIFIER = dishonestDebtor.creditCode;
const OTHERS = `market { registration { status { label } } penalties { totalCount } } courts { dishonestDebtorEntries { totalCount } }
  environment { penalties { totalCount } }`;
export const PROFILE = `query($identifier: String!) { subject(identifier: $identifier) { id ${OTHERS} tax { arrears { totalCount } creditRatings { totalCount } } } }`;
const WITHOUT_TAX = `query($identifier: String!) { subject(identifier: $identifier) { id ${OTHERS} } }`;

/** A caller of the gateway. */
export function callerOf(url: string) {
  const { origin, pathname: path } = new URL(url);
  let asked = 0;
  let addresses = 0;
  let pool = new Pool(origin, { connections: 8, headersTimeout: 20_000 });
  /** Each address has an allowance of its own: whoever watches must not be refused for asking too often. */
  const fresh = (): void => {
    const last = pool;
    addresses += 1;
    const localAddress = `127.3.${Math.floor(addresses / 250)}.${1 + (addresses % 250)}`;
    pool = new Pool(origin, { connections: 8, headersTimeout: 20_000, localAddress });
    void last.close();
  };

  async function ask(query: string): Promise<Seen> {
    if (asked++ % 60 === 0) fresh();
    const began = performance.now();
    const body = JSON.stringify({ query, variables: { identifier: IDENTIFIER } });
    const headers = { 'content-type': 'application/json' };
    try {
      const answer = await pool.request({ path, method: 'POST', headers, body });
      const told = (await answer.body.json()) as {
        data?: { subject: Record<string, unknown> | null } | null;
        errors?: { extensions: { code: string } }[];
        extensions?: { stale?: { department: string }[] };
      };
      const { tax, ...rest } = told.data?.subject ?? {};
      const codes = [...new Set((told.errors ?? []).map(({ extensions }) => extensions.code))].sort().join(' ');
      const stale = (told.extensions?.stale ?? []).map(({ department }) => department).join(' ');
      const ms = performance.now() - began;
      const taxData = JSON.stringify(tax ?? null);
      return { ms, status: answer.statusCode, codes, stale, taxData, rest: JSON.stringify(rest) };
    } catch (error) {
      const codes = (error as NodeJS.ErrnoException).code ?? 'FAILED';
      return { ms: performance.now() - began, status: 0, codes, stale: '', taxData: 'null', rest: 'null' };
    }
  }

  return {
    profile: () => ask(PROFILE),
    others: () => ask(WITHOUT_TAX),
    /** Asks both, one after the other each, until `until` settles. */
    async watch(until: Promise<unknown>): Promise<Watched> {
      let isOver = false;
      void until.finally(() => {
        isOver = true;
      });
      const one = async (how: () => Promise<Seen>): Promise<Seen[]> => {
        const seen: Seen[] = [];
        while (!isOver) {
          seen.push(await how());
          await pause(20);
        }
        return seen;
      };
      const [profile, others] = await Promise.all([one(() => ask(PROFILE)), one(() => ask(WITHOUT_TAX))]);
      return { profile, others };
    },
    close: () => pool.close(),
  };
}

export type Asking = ReturnType<typeof callerOf>;

/** Whether an answer says something that is not so: it differs from what is there without saying that something is not known. */
export function isWrong(seen: Seen, baseline: Seen): boolean {
  if (seen.status === 0 || isTheSame(seen, baseline)) return false;
  return seen.codes === '' || (seen.taxData !== 'null' && seen.taxData !== baseline.taxData);
}

function isTheSame({ taxData, rest }: Seen, baseline: Seen): boolean {
  return taxData === baseline.taxData && rest === baseline.rest;
}

/** Whether it is whole, and as it was before. */
export function isAsEver(seen: Seen, baseline: Seen): boolean {
  return seen.status === 200 && seen.codes === '' && seen.stale === '' && isTheSame(seen, baseline);
}
