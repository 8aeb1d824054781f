import type { GraphQLSchema } from 'graphql';
import type postgres from 'postgres';
import { badUserInput, forbidden } from '../errors.ts';
import { isChangesPlace, readChangedSubjects } from '../feed/changed-subjects.ts';
import { placeIn } from '../feed/followed.ts';
import { type ChangesSource, readRecordChanges } from '../feed/record-changes.ts';
import type { RecordsContext } from '../records/reader.ts';

const MOST_CHANGES = 2_000;

interface Arguments {
  readonly after?: string | null;
  readonly first: number;
  readonly withReceived?: boolean | null;
}

/** Gives `Query.recordChanges` its resolver: for the followers of other departments alone, and away from the hot reads. */
export function resolveChanges(schema: GraphQLSchema, source: ChangesSource): void {
  const field = schema.getQueryType()?.getFields().recordChanges;
  if (!field) return;
  let told: string | null = null;
  field.resolve = (_root: unknown, { after, first, withReceived }: Arguments, { viewer }: RecordsContext) => {
    if (viewer.role !== 'INSTALLATION') throw forbidden('部门的变化只对跟随它的部门开放。');
    if (first < 1 || first > MOST_CHANGES) {
      throw badUserInput(`参数 first 须为 1 至 ${MOST_CHANGES} 的整数,收到 ${first}。`, { argument: 'first' });
    }
    const isNews = typeof after === 'string' && after !== told && placeIn(after) !== undefined;
    if (isNews) told = after;
    return readRecordChanges(source, {
      after: after ?? null,
      limit: first,
      withReceived: withReceived ?? false,
      isNews,
    });
  };
}

/** Gives `Query.changedSubjects` its resolver: for the gateway's cache alone. */
export function resolveChangedSubjects(
  schema: GraphQLSchema,
  client: postgres.Sql,
  { name, beyondFeed }: { readonly name: string; readonly beyondFeed?: string },
): void {
  const field = schema.getQueryType()?.getFields().changedSubjects;
  if (!field) return;
  field.resolve = (_root: unknown, { since }: { readonly since?: string | null }, { viewer }: RecordsContext) => {
    if (viewer.role !== 'INSTALLATION') throw forbidden('部门的变化只对本系统的网关开放。');
    if (since && !isChangesPlace(since)) throw badUserInput('参数 since 须为此前告知的位置。', { argument: 'since' });
    return readChangedSubjects(client, name, beyondFeed, since ?? null);
  };
}
