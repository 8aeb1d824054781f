import type { AnyPgTable } from 'drizzle-orm/pg-core';
import type postgres from 'postgres';
import type { SchemaGrants } from '../database/index.ts';
import type { RecordChanges } from '../feed/record-changes.ts';
import type { DescribedSheet, RecordSheet } from '../import/draft.ts';
import type { Intake } from '../import/intake.ts';
import type { CatalogueEntry } from '../records/catalogue.ts';
import type { GradeSchemes } from '../records/grades.ts';
import type { SelectedColumn } from '../records/kind.ts';
import type { Statement } from '../records/statement.ts';
import type { Viewer } from '../viewer/viewer.ts';

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
  /** Columns that a field of the SDL is made of, where it is not one column of its own name: fields of the table, or SQL. */
  readonly columns?: Readonly<Record<string, readonly (string | SelectedColumn)[]>>;
  /**
   * What a line about the record says of it, in the index across departments (at most a sentence, without the catalogue
   * item's title and the counterpart's name). It is given the columns of fields that everybody may see who may see the row,
   * by the names of the columns. Default: the catalogue item's title.
   */
  readonly headline?: (columns: Readonly<Record<string, unknown>>) => string;
  /** The label of a code of the facet `types`, where its field is not @coded; given the same columns as `headline`. */
  readonly typeLabel?: (code: string, columns: Readonly<Record<string, unknown>>) => string | undefined;
}

/** The one table of header rows of all departments' records, kept by the department that follows the others. */
export interface RecordIndexCard extends RecordCard {
  /** The type of the SDL that its rows answer as. */
  readonly type: string;
  /** SQL over the index's row: its subject, which exists for the viewer, is now in one of these districts (SQL of a list). */
  readonly isIn: (row: string, districts: string, viewer: Viewer, to: Statement) => string;
  /** SQL over the index's row: it holds the words of `search`. */
  readonly holds: (row: string, text: string, to: Statement) => string;
}

/** Keeps something of every department's changes (platform/installation/follow.ts). */
export interface Follower {
  /** A name for where it stands in each feed: `<name>:<department>` in the table of followers. */
  readonly name: string;
  /** Called once at the start with the catalogue of all departments. */
  readonly begin: (client: postgres.Sql, catalogue: readonly CatalogueEntry[]) => Promise<void>;
  /**
   * Takes over one page and keeps the place in the feed, both in one statement: killed anywhere, either both happened or
   * neither. Answers false, and changes nothing, where the place is no longer `after`.
   */
  readonly apply: (
    client: postgres.Sql,
    department: string,
    after: string | null,
    page: RecordChanges,
  ) => Promise<boolean>;
}

/** The resolvers of a department: only what is not a plain column. */
export type Resolvers = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** How files are taken that become no records: their columns, and what is done with them. */
export interface OwnIntake {
  readonly sheet: DescribedSheet<unknown>;
  readonly open: (client: postgres.Sql) => Intake;
}

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
  /** What its roles may do with its tables in PostgreSQL, where that is not the default (database/grants.ts). */
  readonly grants?: SchemaGrants;
  /** By catalogue item: how a submitted file of it is read. */
  readonly sheets: Readonly<Record<string, RecordSheet>>;
  /** By catalogue item: files whose rows become no records but something of the department's own. */
  readonly intakes?: Readonly<Record<string, OwnIntake>>;
  readonly recordIndex?: RecordIndexCard;
  readonly follower?: Follower;
  /** SQL of a text that changes whenever something does that its answers rest on and its feed does not tell. */
  readonly beyondFeed?: string;
}
