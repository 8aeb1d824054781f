import { Kind, parse } from 'graphql';
import { mayBeShown } from '../../schema/identifiers/id-shape.ts';
import { textHash } from '../text-hash.ts';

/** So much of the SHA-256 of a document stands in the log: enough to find it in a manifest, too short to look like a number. */
const HASH_CHARACTERS = 16;
const LONGEST_NAME = 40;
const MOST_OPERATIONS = 200;

export function documentHash(text: string): string {
  return textHash(text).slice(0, HASH_CHARACTERS);
}

/**
 * An operation's name as a caller chose it, shortened; undefined for one that may hold somebody's number. (GraphQL's own
 * grammar has letters, digits and _ alone in it.)
 */
export function nameInLog(name: string | undefined): string | undefined {
  if (name === undefined || !/^[A-Za-z_]\w*$/u.test(name)) return undefined;
  return /\d{6}/u.test(name) || !mayBeShown(name) ? undefined : name.slice(0, LONGEST_NAME);
}

/** The name of the operation of a known document, by the document's hash: what callers make up is never a label of figures. */
export type KnownOperations = (hash: string | undefined) => string;

export const OTHER = 'other';

/** @param documents registered ones, and those that our own page offers; they are not read before somebody wants a name. */
export function knownOperations(documents: readonly string[]): KnownOperations {
  let names: ReadonlyMap<string, string> | undefined;
  return (hash) => {
    names ??= namesOf(documents);
    return names.get(hash ?? '') ?? OTHER;
  };
}

function namesOf(documents: readonly string[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const text of documents) {
    const [name, ...more] = parse(text, { noLocation: true }).definitions.flatMap((node) =>
      node.kind === Kind.OPERATION_DEFINITION ? [node.name?.value] : [],
    );
    if (name === undefined || more.length > 0 || new Set(names.values()).size >= MOST_OPERATIONS) continue;
    names.set(documentHash(text), name.slice(0, LONGEST_NAME));
  }
  return names;
}
