import { type GraphQLResolveInfo, Kind } from 'graphql';
import { LRUCache } from 'lru-cache';
import { DatabaseError, type Row } from '../database/index.ts';
import { gathering } from '../gathering.ts';
import type { Leaving } from '../leaving.ts';
import { variablesIn } from '../variables-in.ts';
import { factsOf, type Viewer } from '../viewer/viewer.ts';
import { isConditional } from './selection.ts';
import { type Statement, statement } from './statement.ts';

/** A statement and its values. */
export interface Written {
  readonly text: string;
  readonly parameters: readonly unknown[];
}

/** Writes a statement about one value, whose place it is given. */
export type WriteStatement = (place: string, to: Statement) => string;

/** What was worked out of a selection, and the statements that were written of it, by their names. */
export interface Remembered<Wanted> {
  readonly wanted: Wanted;
  /** The statement of a name about a value: written once, since all but the value follows from what this is remembered by. */
  about(name: string, type: string, value: unknown, write: WriteStatement): Written;
  /** The row of one value, read by one statement with those that others ask for of theirs at once. */
  rowOf(value: string, read: ReadRows, leaving: Leaving): Promise<Row | null>;
}

/** Reads a row for each value that there is one for; its `asked` says for which. */
export type ReadRows = (values: readonly string[], leaving: Leaving) => Promise<readonly Row[]>;

/** About how many values one statement is. */
const MOST_TOGETHER = 50;

/** How many are remembered of a department, over all documents, viewers and pages. */
const MOST = 300;

/**
 * Remembers what follows from a place of a document, who asks and the values that stand below the question's roots: the same
 * question of other subjects is neither read ahead nor written as SQL again. What `isLasting` says no to is worked out anew.
 */
export function rememberedReadings<Wanted>(isLasting: (wanted: Wanted) => boolean) {
  const kept = new LRUCache<string, Remembered<Wanted>>({ max: MOST });
  return (info: GraphQLResolveInfo, place: string, viewer: Viewer, read: () => Wanted): Remembered<Wanted> => {
    if (isConditional(info)) return remembered(read());
    const key = `${place}\n${factsOf(viewer)}\n${valuesBelow(info)}`;
    const known = kept.get(key);
    if (known) return known;
    const fresh = remembered(read());
    if (isLasting(fresh.wanted)) kept.set(key, fresh);
    return fresh;
  };
}

function remembered<Wanted>(wanted: Wanted): Remembered<Wanted> {
  const statements = new Map<string, Written>();
  const gather = gathering<{ readonly value: string; readonly read: ReadRows }, Row | null>({
    most: MOST_TOGETHER,
    async alone({ value, read }, leaving) {
      const [row = null] = await read([value], leaving);
      return row;
    },
    async together(all, leaving) {
      const [first] = all;
      const rows = await first?.read([...new Set(all.map(({ value }) => value))], leaving);
      const byValue = new Map(rows?.map((row) => [row.asked, row]));
      return all.map(({ value }) => byValue.get(value) ?? null);
    },
  });
  return {
    wanted,
    rowOf: (value, read, leaving) =>
      gather('', { value, read }, 1, leaving).catch((error: unknown) => {
        throw leaving.aborted ? new DatabaseError('TIMEOUT', leaving.reason) : error;
      }),
    about(name, type, value, write) {
      const known = statements.get(name);
      if (known) return { text: known.text, parameters: [value, ...known.parameters] };
      const to = statement();
      const text = write(to.bind(value, type), to);
      statements.set(name, { text, parameters: to.parameters.slice(1) });
      return { text, parameters: to.parameters };
    },
  };
}

/** The values that decide what is asked below the roots; what a root itself is asked about is no part of a reading. */
function valuesBelow({ operation, fragments, variableValues }: GraphQLResolveInfo): string {
  let names = namesBelow.get(operation);
  if (!names) {
    const below = operation.selectionSet.selections.flatMap((node) =>
      node.kind === Kind.FIELD ? (node.selectionSet ?? []) : node,
    );
    names = [...variablesIn([...below, ...Object.values(fragments)])];
    namesBelow.set(operation, names);
  }
  if (names.length === 0) return '';
  // A variable left out stands for its argument's default, null does not.
  return JSON.stringify(names.map((name) => (Object.hasOwn(variableValues, name) ? [variableValues[name]] : [])));
}

const namesBelow = new WeakMap<object, readonly string[]>();
