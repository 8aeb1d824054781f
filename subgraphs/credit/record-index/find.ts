import type { GraphQLResolveInfo } from 'graphql';
import { badUserInput } from '../../../platform/errors.ts';
import type { RecordRow } from '../../../platform/records/connection.ts';
import type { RecordKind, SelectedColumn } from '../../../platform/records/kind.ts';
import type { TypedRow } from '../../../platform/records/reader.ts';
import { rowColumns } from '../../../platform/records/selection.ts';
import { rowList, type Statement, statement } from '../../../platform/records/statement.ts';
import { eyesOf, visibleRows } from '../../../platform/records/visibility.ts';
import type { DepartmentContext } from '../../../platform/subgraph/department.ts';
import type { Viewer } from '../../../platform/viewer/viewer.ts';
import { isShownTo, MASKED_SUBJECTS } from '../subjects/shown.ts';
import { RECORDS_FOLLOWER } from './follow.ts';

/** Records are listed of subjects that exist for callers (Subject.isVerified tells which of them a registry confirmed). */
export function ofShownSubjects(viewer: Viewer, to: Statement): string {
  return ` and exists (select from ${MASKED_SUBJECTS} s where s.id = r.subject_id and ${isShownTo(viewer, 's', to)} and s.superseded_at is null)`;
}

/** One record by its id, or null where it is unknown or may not be seen. */
export async function findRecord(
  id: string,
  context: DepartmentContext,
  info: GraphQLResolveInfo,
): Promise<TypedRow | null> {
  if (!/^[\w-]{1,64}$/u.test(id)) {
    throw badUserInput('记录标识由字母、数字、- 和 _ 组成,取自记录的 id。', { argument: 'id' });
  }
  const kind = indexKind(context);
  const to = statement();
  const eyes = eyesOf(context.viewer, to);
  const columns = [...rowColumns(info, kind, info.fieldNodes, context.viewer), ...lookedColumns(context)];
  const isThis = ` and r.id = ${to.bind(id, 'text')}`;
  const matching = visibleRows(kind, 'r', null, eyes) + isThis + ofShownSubjects(context.viewer, to);
  const [found] = await context.reads.hotReads.read(
    `/* credit.Query.record */ select ${rowList(columns, eyes)} ${matching}`,
    to.parameters,
    { signal: context.signal },
  );
  if (!found) return null;
  look(found, context);
  return typed(found as RecordRow);
}

/** Whose row it is, and of which item, where that is to be traced. */
export function lookedColumns({ looks }: DepartmentContext): readonly SelectedColumn[] {
  if (!looks) return [];
  return [
    { key: 'subjectId', expression: (row) => `${row}.subject_id` },
    { key: 'lookedItem', expression: (row) => `${row}.item` },
  ];
}

export function look({ subjectId, lookedItem }: Readonly<Record<string, unknown>>, { looks }: DepartmentContext): void {
  looks?.add(String(subjectId), [String(lookedItem)]);
}

const reached = new WeakMap<DepartmentContext, Promise<unknown>>();

/**
 * The instant up to which the index misses nothing of any department; null where one was never followed to its end. Asked
 * once in a question, however many lists tell it.
 */
export function reachedByAll(context: DepartmentContext): Promise<unknown> {
  const found = reached.get(context) ?? readReached(context);
  reached.set(context, found);
  return found;
}

async function readReached({ reads, viewer, signal }: DepartmentContext): Promise<unknown> {
  const [found] = await reads.hotReads.read(
    `/* credit.RecordSummaryConnection.asOf */ select case when bool_and(f.reached_at is not null)
       then least(min(f.reached_at), $1::timestamptz) end as "asOf" from credit.followers f where f.name like '${RECORDS_FOLLOWER}:%'`,
    [viewer.known],
    { signal },
  );
  return found?.asOf ?? null;
}

export function typed(row: RecordRow): TypedRow {
  return { __typename: 'RecordSummary', ...row };
}

export function indexKind({ kinds }: DepartmentContext): RecordKind {
  const kind = kinds.get('RecordSummary');
  if (!kind) throw new Error('the credit office has no index of records');
  return kind;
}
