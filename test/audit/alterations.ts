import { canonical } from '../../gateway/audit/canonical.ts';
import { exportedLine } from '../../gateway/audit/chain-file.ts';
import { digestOf } from '../../gateway/audit/digest.ts';
import { GENESIS, hashOf, type Line, sealed } from '../../gateway/audit/line.ts';
import type { Random } from '../support/random.ts';

/** An export that somebody has altered, and the place of the first line that is not as it was. */
export interface Altered {
  readonly what: string;
  readonly lines: readonly string[];
  readonly at: number;
}

/** What is left, and where it is first wrong if that is not the place itself. */
type Way = Pick<Altered, 'lines'> & { readonly at?: number };

const digest = digestOf('sha256');

/** Every way in which an export is altered here; each is given the lines and a place from 1 on. */
const WAYS: Readonly<Record<string, (lines: readonly Line[], at: number, random: Random) => Way>> = {
  'a character changed': (lines, at, random) => {
    const texts = lines.map(exportedLine);
    const text = texts[at - 1] ?? '';
    const place = random.below(text.length);
    const other = text[place] === 'x' ? 'y' : 'x';
    texts[at - 1] = `${text.slice(0, place)}${other}${text.slice(place + 1)}`;
    return plain(texts);
  },
  'a word changed': (lines, at, random) =>
    plain(put(lines, at, { ...line(lines, at), body: otherBody(lines, at, random) })),
  'a line changed and hashed anew': (lines, at, random) => {
    const body = otherBody(lines, at, random);
    return plain(put(lines, at, rehashed({ ...line(lines, at), body })));
  },
  'a line tied to another before it': (lines, at) => {
    const previous = digest.of('another');
    return plain(put(lines, at, rehashed({ ...line(lines, at), previous })));
  },
  'a line taken out': (lines, at) => plain(lines.filter((_line, index) => index !== at - 1).map(exportedLine)),
  'a line put in twice': (lines, at) =>
    plain([...lines.slice(0, at), line(lines, at), ...lines.slice(at)].map(exportedLine), at + 1),
  'a line made up and put in': (lines, at, random) => {
    const before = at === 1 ? { sequence: 0, hash: GENESIS } : line(lines, at - 1);
    const made = sealed(otherBody(lines, at, random), before, digest);
    return plain([...lines.slice(0, at - 1), made, ...lines.slice(at - 1)].map(exportedLine));
  },
  'two lines exchanged': (lines, at) => {
    const other = at === lines.length ? at - 1 : at + 1;
    const texts = lines.map(exportedLine);
    [texts[at - 1], texts[other - 1]] = [texts[other - 1] ?? '', texts[at - 1] ?? ''];
    return plain(texts, Math.min(at, other));
  },
  'the end cut off': (lines, at) => plain(lines.slice(0, at - 1).map(exportedLine)),
  'everything from a line on written anew': (lines, at, random) => {
    const anew = chainedFrom(lines.slice(0, at - 1), [
      otherBody(lines, at, random),
      ...lines.slice(at).map(({ body }) => body),
    ]);
    return plain(anew.map(exportedLine));
  },
  'a line taken out and everything behind it written anew': (lines, at) => {
    const anew = chainedFrom(
      lines.slice(0, at - 1),
      lines.slice(at).map(({ body }) => body),
    );
    return plain(anew.map(exportedLine));
  },
  'a member added that no hash is of': (lines, at) =>
    plain(put(lines, at, { ...line(lines, at), inserted: 'said later' } as Line), at),
  'blanks put in': (lines, at) => {
    const texts = lines.map(exportedLine);
    texts[at - 1] = texts[at - 1]?.replace(',', ', ') ?? '';
    return plain(texts);
  },
};

export const waysToAlter = Object.keys(WAYS);

export function altered(lines: readonly Line[], random: Random): Altered {
  const what = random.pick(waysToAlter);
  const at = 1 + random.below(lines.length);
  const found = WAYS[what]?.(lines, at, random);
  if (!found) throw new Error(`nothing is altered by ${what}`);
  return { what, at, ...found };
}

function plain(lines: readonly string[], at?: number): Way {
  return { lines, ...(at === undefined ? {} : { at }) };
}

function line(lines: readonly Line[], at: number): Line {
  const found = lines[at - 1];
  if (!found) throw new Error(`there is no line ${at}`);
  return found;
}

function put(lines: readonly Line[], at: number, other: Line): readonly string[] {
  return lines.map((one, index) => (index === at - 1 ? canonical(other) : exportedLine(one)));
}

function rehashed(one: Line): Line {
  return { ...one, hash: hashOf(one, digest) };
}

function chainedFrom(kept: readonly Line[], bodies: readonly Line['body'][]): readonly Line[] {
  const all = [...kept];
  for (const body of bodies) all.push(sealed(body, all.at(-1) ?? { sequence: 0, hash: GENESIS }, digest));
  return all;
}

/** The same, but for who asked, what for, or under which id. */
export function otherBody(lines: readonly Line[], at: number, random: Random): Line['body'] {
  const { body } = line(lines, at);
  return random.pick([
    { ...body, request: `${body.request}-altered` },
    { ...body, purpose: body.purpose === 'SUPERVISION' ? 'BIDDING' : 'SUPERVISION' },
    { ...body, who: { ...body.who, client: 'somebody-else' } },
    { ...body, at: '2026-01-01T00:00:00.000Z' },
  ]);
}
