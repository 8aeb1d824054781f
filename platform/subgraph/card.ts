import type { AnyPgTable } from 'drizzle-orm/pg-core';
import type postgres from 'postgres';
import type { RecordSheet } from '../import/draft.ts';
import type { Intake } from '../import/intake.ts';
import type { GradeSchemes } from '../records/grades.ts';

/** A table made by `recordTable`: the columns of every record and the kind's own. */
export type RecordTable = AnyPgTable;

/** Which columns of a kind answer the facets of RecordFilter; a facet that a kind lacks is never satisfied. */
export interface RecordFacets {
  readonly years?: string;
  readonly grades?: string;
  readonly types?: string;
  readonly amount?: string;
}

/** How one record type of the SDL is kept. */
export interface RecordCard {
  readonly table: RecordTable;
  readonly facets?: RecordFacets;
  /** Columns that a field of the SDL is made of, where it is not one column of its own name. */
  readonly columns?: Readonly<Record<string, readonly string[]>>;
  /**
   * What a line about the record says of it, in the index across departments (at most a sentence, without the catalogue
   * item's title and the counterpart's name). It is given the columns of fields that everybody may see who may see the row,
   * by the names of the columns. Default: the catalogue item's title.
   */
  readonly headline?: (columns: Readonly<Record<string, unknown>>) => string;
}

/** The resolvers of a department: only what is not a plain column. */
export type Resolvers = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** A department, introduced: all that the platform needs to serve, import and migrate it. */
export interface DepartmentCard {
  /** Its name in the graph, in configuration and as the name of its PostgreSQL schema. */
  readonly name: string;
  /** Its Chinese name, for people. */
  readonly title: string;
  /** Its folder: schema.graphql, migrations/ and codes/ are found beside its index.ts. */
  readonly folder: URL;
  /** SDL of national standards that it shares with other departments, before its own schema.graphql. */
  readonly standards?: readonly URL[];
  /** By the name of the record type in the SDL. */
  readonly records: Readonly<Record<string, RecordCard>>;
  readonly schemes?: GradeSchemes;
  readonly resolvers?: Resolvers;
  /** By catalogue item: how a submitted file of it is read. */
  readonly sheets: Readonly<Record<string, RecordSheet>>;
  /** By catalogue item: files whose rows become no records but something of the department's own. */
  readonly intakes?: Readonly<Record<string, (client: postgres.Sql) => Intake>>;
}
