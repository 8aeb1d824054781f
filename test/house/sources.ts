import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type GraphQLObjectType, type GraphQLSchema, isObjectType } from 'graphql';
import { type RecordKind, recordKinds } from '../../platform/records/kind.ts';
import type { DepartmentCard } from '../../platform/subgraph/card.ts';
import { subgraphSchema } from '../../platform/subgraph/schema.ts';
import { departmentSources } from '../../platform/subgraph/sdl.ts';
import { departments } from '../../subgraphs/index.ts';

/** The project's own folder. */
export const HOME = fileURLToPath(new URL('../../', import.meta.url));

/** The rooms that hold what runs, lowest first; each may import from itself and from those before it. */
export const ROOMS = ['schema', 'platform', 'standards', 'subgraphs', 'demonstration', 'gateway', 'cli'] as const;

/** A file of the project: its path from the project's folder, with slashes, and its text. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

/** The files of these rooms whose names end in one of these ways. */
export function sources(rooms: readonly string[], endings: readonly string[]): readonly Source[] {
  return rooms
    .flatMap((room) => readdirSync(join(HOME, room), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && endings.some((ending) => entry.name.endsWith(ending)))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({ path: file.slice(HOME.length).replaceAll('\\', '/'), text: readFileSync(file, 'utf8') }));
}

/** What one file imports: the specifier as written, and the path that it means where it is a file of ours. */
export interface Import {
  readonly from: string;
  readonly specifier: string;
  readonly path: string | undefined;
  /** A file that is read, not code that is run. */
  readonly isRead: boolean;
}

const IMPORT =
  /^\s*(?:import|export)\s(?:[^'"`;]*?\sfrom\s*)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)|\bnew URL\(\s*['"](\.[^'"]+)['"],\s*import\.meta\.url/gmu;

/** Static and dynamic imports, re-exports, and files that are read from beside the source. */
export function importsOf({ path, text }: Source): readonly Import[] {
  return [...text.matchAll(IMPORT)].map(([, static_, dynamic, file]) => {
    const specifier = static_ ?? dynamic ?? file ?? '';
    const isOurs = specifier.startsWith('.');
    return {
      from: path,
      specifier,
      path: isOurs ? posix.join(dirname(path), specifier) : undefined,
      isRead: file !== undefined,
    };
  });
}

/** A department with its own schema and the record types in it. */
export interface Opened {
  readonly card: DepartmentCard;
  readonly schema: GraphQLSchema;
  readonly kinds: ReadonlyMap<string, RecordKind>;
}

/** Every department as its files describe it, without a database. */
export function openedDepartments(): readonly Opened[] {
  return departments.map((card) => {
    const schema = subgraphSchema(departmentSources(card));
    return { card, schema, kinds: recordKinds(schema, card) };
  });
}

/** The object types that a department's SDL defines. */
export function objectTypes(schema: GraphQLSchema): readonly GraphQLObjectType[] {
  return Object.values(schema.getTypeMap()).filter(
    (type): type is GraphQLObjectType => isObjectType(type) && !type.name.startsWith('_'),
  );
}
