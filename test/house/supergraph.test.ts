import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type DrizzleSnapshotJSON, generateDrizzleJson, generateMigration } from 'drizzle-kit/api';
import { type GraphQLSchema, Kind, print, printSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { ownSources } from '../../gateway/own/sdl.ts';
import { committedSupergraph } from '../../gateway/supergraph/committed.ts';
import { composedSupergraph } from '../../gateway/supergraph/compose.ts';
import { madeSubgraph, madeSubgraphAt, subgraphSchema } from '../../platform/subgraph/schema.ts';
import { departmentSources } from '../../platform/subgraph/sdl.ts';
import { departments } from '../../subgraphs/index.ts';

interface Journal {
  readonly entries: readonly { readonly idx: number; readonly tag: string }[];
}

describe('What follows from the departments’ files and is committed', () => {
  it('the supergraph is what the departments compose to (npm run generate)', async () => {
    const composed = await composedSupergraph(departments);
    expect(composed.length).toBeGreaterThan(10_000);
    expect(committedSupergraph()).toBe(composed);
  });

  it.each([ownSources(), ...departments.map(departmentSources)])(
    'the subgraph $name is what its sources make (npm run generate), and the schema that is taken from it is theirs',
    (sources) => {
      const made = madeSubgraph(sources);
      expect(made.length).toBeGreaterThan(10_000);
      expect(readFileSync(madeSubgraphAt(sources.name), 'utf8')).toBe(made);
      const [taken, built] = [subgraphSchema(sources), buildSubgraphSchema({ typeDefs: sources.sdl() })];
      expect(printedWithDirectives(taken)).toBe(printedWithDirectives(built));
      const other = subgraphSchema({ ...sources, texts: [...sources.texts, 'changed since'] });
      expect(printSchema(other)).toBe(printSchema(built));
    },
  );

  it.each(departments)(
    'the migrations of $name make the tables that it describes (npm run generate)',
    async ({ folder }) => {
      const meta = fileURLToPath(new URL('migrations/meta/', folder));
      const { entries } = readJson<Journal>(join(meta, '_journal.json'));
      const last = String(entries.at(-1)?.idx).padStart(4, '0');
      const committed = readJson<DrizzleSnapshotJSON>(join(meta, `${last}_snapshot.json`));
      const described: Record<string, unknown> = await import(
        pathToFileURL(fileURLToPath(new URL('tables.ts', folder))).href
      );
      const current = generateDrizzleJson(described, committed.id, undefined, 'snake_case');
      expect(Object.keys(current.tables).length).toBeGreaterThanOrEqual(3);
      expect(await generateMigration(committed, current)).toEqual([]);
    },
  );

  it.each(departments)('the journal of $name names its migrations in order, and no file is left over', ({ folder }) => {
    const migrations = fileURLToPath(new URL('migrations/', folder));
    const { entries } = readJson<Journal>(join(migrations, 'meta/_journal.json'));
    expect(entries.map(({ idx }) => idx)).toEqual(entries.map((_, at) => at));
    const files = readdirSync(migrations).filter((file) => file.endsWith('.sql'));
    expect(files.sort()).toEqual(entries.map(({ tag }) => `${tag}.sql`).sort());
  });

  it('a department whose tables changed would be noticed', async () => {
    const [first] = departments;
    if (!first) throw new Error('there are no departments');
    const described: Record<string, unknown> = await import(new URL('tables.ts', first.folder).href);
    const current = generateDrizzleJson(described, undefined, undefined, 'snake_case');
    const [name = '', table] = Object.entries<(typeof current.tables)[string]>(current.tables)[0] ?? [];
    if (!table) throw new Error('the department has no tables');
    const { version: _version, ...columns } = table.columns;
    const earlier = { ...current, tables: { ...current.tables, [name]: { ...table, columns } } };
    expect(await generateMigration(earlier, current)).toEqual([expect.stringContaining('ADD COLUMN "version"')]);
  });
});

function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(file, 'utf8')) as T;
}

function printedWithDirectives(schema: GraphQLSchema): string {
  const types = Object.values(schema.getTypeMap()).flatMap(({ astNode, extensionASTNodes }) => [
    astNode,
    ...extensionASTNodes,
  ]);
  const directives = schema.getDirectives().map(({ astNode }) => astNode);
  const definitions = [...directives, ...types].filter((node) => node !== undefined && node !== null);
  return `${printSchema(schema)}\n${print({ kind: Kind.DOCUMENT, definitions })}`;
}
