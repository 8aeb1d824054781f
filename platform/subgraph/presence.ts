import type { GraphQLSchema } from 'graphql';
import { badUserInput } from '../errors.ts';
import type { RecordKind } from '../records/kind.ts';
import type { RecordsContext } from '../records/reader.ts';
import { statement } from '../records/statement.ts';
import { eyesOf, visibleRows } from '../records/visibility.ts';

const MOST_SUBJECTS = 100;

interface Arguments {
  readonly subjects: readonly string[];
  readonly items: readonly string[];
}

/** A subject that has a record of an item which the viewer may see. */
export interface Presence {
  readonly subject: string;
  readonly item: string;
}

/**
 * Gives `Query.recordPresence` its resolver: which subjects have a visible record of which of the department's items, in one
 * statement. It is the visibility of every list, so that what is hidden is no more told of here than there.
 */
export function resolvePresence(
  schema: GraphQLSchema,
  department: string,
  kinds: ReadonlyMap<string, RecordKind>,
): void {
  const field = schema.getQueryType()?.getFields().recordPresence;
  if (!field) return;
  const kept = [...kinds.values()].filter((kind) => kind.index === undefined);
  field.resolve = async (_root: unknown, { subjects, items }: Arguments, { viewer, reads, signal }: RecordsContext) => {
    if (subjects.length > MOST_SUBJECTS) {
      throw badUserInput(`参数 subjects 至多 ${MOST_SUBJECTS} 个,收到 ${subjects.length} 个。`, {
        argument: 'subjects',
      });
    }
    const to = statement();
    const ids = to.bind(subjects, 'text[]');
    const eyes = eyesOf(viewer, to);
    const asked = kept.flatMap((kind) =>
      kind.items
        .filter(({ code }) => items.includes(code))
        .map(
          ({ code }) =>
            `select s.id as "subject", ${eyes.bound(code, 'text')} as "item" from unnest(${ids}) as s(id)` +
            ` where exists (select ${visibleRows(kind, 'r', 's.id', eyes)} and r.item = ${eyes.bound(code, 'text')})`,
        ),
    );
    if (asked.length === 0 || subjects.length === 0) return [];
    const text = `/* ${department}.Query.recordPresence */ ${asked.join(' union all ')}`;
    return reads.hotReads.read(text, to.parameters, { signal });
  };
}
