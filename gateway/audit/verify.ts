import { canonical } from './canonical.ts';
import { digestNamedIn } from './digest.ts';
import { headIn } from './heads-file.ts';
import { GENESIS, hashOf, type Line } from './line.ts';
import type { PublicJwk } from './signing.ts';
import type { Head } from './store.ts';

/** What is wrong with a chain, at the first line that is not as it was: one of those from `from` to `until`. */
export interface Fault {
  readonly kind: 'EDITED' | 'MISSING' | 'OUT_OF_PLACE' | 'CUT' | 'REWRITTEN' | 'HEAD_INVALID';
  readonly from: number;
  readonly until: number;
}

export interface Verified {
  readonly lines: number;
  readonly heads: number;
  /** The last line that a signed head vouches for; what comes after it could still be cut off unseen. */
  readonly vouchedFor: number;
  readonly fault: Fault | undefined;
}

/**
 * Checks an export of the chain against the signed heads and the public keys, and nothing else. Lines are texts, in the
 * order of the export; heads are JWS, in the order in which they were signed.
 */
export async function verifyChain(
  lines: AsyncIterable<string> | Iterable<string>,
  heads: readonly string[],
  keys: readonly PublicJwk[],
): Promise<Verified> {
  const opened = heads.map((text) => headIn(text, keys));
  const known = opened.filter((head) => head !== undefined);
  const vouchedFor = known.reduce((most, { sequence }) => Math.max(most, sequence), 0);
  const walk = new ChainWalk(known);
  for await (const text of lines) if (walk.step(text)) break;
  const invalid = opened.indexOf(undefined) + 1;
  const cut = walk.count < vouchedFor ? fault('CUT', walk.proven + 1, walk.count + 1) : undefined;
  const found = walk.end() ?? cut ?? (invalid > 0 ? fault('HEAD_INVALID', invalid) : undefined);
  return { lines: walk.count, heads: known.length, vouchedFor, fault: found };
}

function fault(kind: Fault['kind'], from: number, until = from): Fault {
  return { kind, from, until };
}

/** Goes along the lines until one is not what it should be. */
class ChainWalk {
  readonly #claims = new Map<number, Set<string>>();
  count = 0;
  #fault: Fault | undefined;
  #last: Pick<Line, 'hash'> = { hash: GENESIS };
  /** Set where the last line names another line than the one before it: the next one tells which of the two is wrong. */
  #isTorn = false;
  /** The last line that a head vouches for, and with it all before it. */
  proven = 0;

  constructor(heads: readonly Head[]) {
    for (const { sequence, hash } of heads)
      this.#claims.set(sequence, (this.#claims.get(sequence) ?? new Set()).add(hash));
  }

  /** True where nothing further need be read. */
  step(text: string): boolean {
    const place = this.count + 1;
    this.count = place;
    const line = lineIn(text);
    if (line?.sequence !== place) {
      // Of a line that is true but in another's place, the one that should stand here is gone, or something was put before it.
      const kind = line === undefined ? 'EDITED' : line.sequence > place ? 'MISSING' : 'OUT_OF_PLACE';
      // Of two lines for one place nothing tells which is the true one.
      const isSecond = line?.sequence === place - 1 && line.hash !== this.#last.hash;
      return this.#found(this.#isTorn ? this.#tear(place - 1) : fault(kind, isSecond ? place - 1 : place, place));
    }
    if (this.#isTorn) {
      const isJoined = line.previous === this.#last.hash;
      return this.#found(fault('EDITED', isJoined ? Math.max(1, place - 2) : place - 1));
    }
    this.#isTorn = line.previous !== this.#last.hash;
    const claims = this.#claims.get(place);
    const isVouchedFor = claims?.size === 1 && claims.has(line.hash);
    if (claims && this.#isTorn) return this.#found(fault('EDITED', isVouchedFor ? place - 1 : place));
    if (claims && !isVouchedFor) return this.#found(fault('REWRITTEN', this.proven + 1, place));
    if (claims) this.proven = place;
    this.#last = line;
    return false;
  }

  end(): Fault | undefined {
    return this.#fault ?? (this.#isTorn ? this.#tear(this.count) : undefined);
  }

  /** Two lines that do not join, of which nothing tells which is wrong. */
  #tear(at: number): Fault {
    return fault('EDITED', Math.max(1, at - 1), at);
  }

  #found(found: Fault): true {
    this.#fault = found;
    return true;
  }
}

/** A line that is whole in itself: its hash is its content's, and it is written in its one form. */
function lineIn(text: string): Line | undefined {
  try {
    const line = JSON.parse(text) as Line;
    const digest = digestNamedIn(line.hash);
    return digest && hashOf(line, digest) === line.hash && isAlone(line) && canonical(line) === text ? line : undefined;
  } catch {
    return undefined;
  }
}

/** Whether it has the members that its hash is of, and that itself, and nothing that nobody vouches for. */
function isAlone(line: Line): boolean {
  return Object.keys(line).sort().join() === 'body,hash,previous,sequence';
}
