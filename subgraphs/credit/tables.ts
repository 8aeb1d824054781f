import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  date,
  index,
  integer,
  jsonb,
  numeric,
  pgSchema,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import type { ReportedDays } from '../../platform/import/reported-days.ts';
import { houseTables } from '../../platform/import/tables.ts';
import type { CatalogueEntry } from '../../platform/records/catalogue.ts';
import { headerColumns, recordTable, type SourceCells, versionColumns } from '../../platform/records/columns.ts';

export const credit = pgSchema('credit');

export interface NamePeriod {
  readonly name: string;
  readonly from: string | null;
  readonly until: string | null;
}

export interface SubjectIdentifier {
  readonly type: string;
  readonly value: string;
  readonly validFrom: string | null;
  readonly validTo: string | null;
  /** Whether the subject goes by it now; one that it had before stays a way to find it. */
  readonly isCurrent: boolean;
}

/** Subjects in versions, like records: what was known of a subject at an instant can be asked later. */
export const subjects = credit.table(
  'subjects',
  {
    id: text().notNull(),
    ...versionColumns(),
    creditCode: text(),
    name: text().notNull(),
    /** What of the name those see who may not see a natural person's; null where the subject is none and needs no masking. */
    maskedName: text(),
    kind: text().notNull(),
    isVerified: boolean().notNull(),
    /** Known from the registry or from a public row; who is known from hidden rows alone does not exist for callers. */
    isShown: boolean().notNull(),
    formerNames: jsonb().$type<readonly NamePeriod[]>().notNull(),
    identifiers: jsonb().$type<readonly SubjectIdentifier[]>().notNull(),
    district: text(),
    industry: text(),
    source: jsonb().$type<SourceCells>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.id, table.version] }),
    uniqueIndex('subjects_current').on(table.id).where(sql`superseded_at is null`),
    // Who must not stand among the names that are searched: a trigger of `subject_names` looks here.
    index('subjects_masked').on(table.id).where(sql`superseded_at is null and masked_name is not null`),
    index('subjects_by_district').on(table.district, table.isShown, table.id).where(sql`superseded_at is null`),
    // The order of a search (of masked names, as the view below has them): with a filter, or without a text, a page is found by walking it.
    index('subjects_by_length')
      .on(sql`length(coalesce(masked_name, name))`, sql`coalesce(masked_name, name)`, table.id)
      .where(sql`superseded_at is null and is_verified`),
  ],
);

/**
 * Subjects as everybody may see them: of whoever goes by a personal number the masked name alone. What is asked of
 * subjects is asked here, but for viewers who may meet natural persons (subjects/shown.ts); the public's sessions have no other.
 */
export const maskedSubjects = credit.view('masked_subjects', {}).as(
  sql`select id, version, recorded_at, superseded_at, credit_code, coalesce(masked_name, name) as name, masked_name, kind,
    is_verified, is_shown, case when masked_name is null then former_names else '[]' end as former_names, identifiers,
    district, industry from credit.subjects`,
);

/** Which subject a number stands for; a number stands for one subject only. */
export const subjectIdentifiers = credit.table(
  'subject_identifiers',
  {
    value: text().notNull(),
    type: text().notNull(),
    subjectId: text().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.value, table.type] }),
    index('subject_identifiers_by_subject').on(table.subjectId),
  ],
);

/**
 * The numbers of natural persons, and the tax numbers of sole traders that are built on them: looked up by hash, and sealed
 * under a key of each one's own (platform/persons/seal.ts). What is sealed is written and never read by the app role.
 */
export const personalNumbers = credit.table(
  'personal_numbers',
  {
    numberHash: text().primaryKey(),
    type: text().notNull(),
    subjectId: text().notNull(),
    sealedNumber: text().notNull(),
    sealedKey: text().notNull(),
    registeredAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [index('personal_numbers_by_subject').on(table.subjectId)],
);

/**
 * Every name that a subject has or had, as it is compared (`key`: width, brackets and blanks made alike), and what it is
 * found by (subgraphs/credit/names): nothing where its subject is unconfirmed or goes by a person's name.
 */
export const subjectNames = credit.table(
  'subject_names',
  {
    subjectId: text().notNull(),
    key: text().notNull(),
    name: text().notNull(),
    isFormer: boolean().notNull(),
    /** Width, script and brackets made alike. */
    folded: text(),
    /** Its pairs of characters. */
    grams: text().array(),
    /** Its pinyin, and the first letters of that. */
    sound: text(),
  },
  (table) => [
    primaryKey({ columns: [table.subjectId, table.key] }),
    index('subject_names_by_folded').on(table.folded.op('text_pattern_ops')),
    // Without a list of pending entries: after an import it would be read through for each pair that is looked up.
    index('subject_names_by_grams').using('gin', table.grams).with({ fastupdate: false }),
    index('subject_names_by_sound').using('gin', sql`${table.sound} gin_trgm_ops`).with({ fastupdate: false }),
  ],
);

export const listings = recordTable(credit, 'listings', {
  listType: text().notNull(),
  reason: text().notNull(),
  legalBasis: text().notNull(),
  listName: text(),
  removedOn: date({ mode: 'string' }),
  removalReason: text(),
  removalDocumentNumber: text(),
});

/** One header row per version of each record of each department, followed from their feeds (platform/feed/record-changes.ts). */
export const recordIndex = credit.table(
  'record_index',
  {
    ...headerColumns(),
    department: text().notNull(),
    class: text().notNull(),
    title: text().notNull(),
    year: integer(),
    grade: text(),
    gradeLabel: text(),
    gradeRank: integer(),
    gradeScheme: text(),
    gradeSchemeLabel: text(),
    types: text().array().notNull(),
    typeLabels: text().array().notNull(),
    amount: numeric({ precision: 20, scale: 2 }),
    amountCurrency: text(),
    /** Title, document number and authority as they are compared and searched. */
    searchKey: text().notNull(),
    /** Which of `searched_texts` these three are; of what has none, null. */
    titleKey: bigint({ mode: 'bigint' }),
    documentKey: bigint({ mode: 'bigint' }),
    authorityKey: bigint({ mode: 'bigint' }),
  },
  (table) => [
    primaryKey({ columns: [table.id, table.version] }),
    index('record_index_by_title').on(table.titleKey).where(sql`superseded_at is null`),
    index('record_index_by_document')
      .on(table.documentKey)
      .where(sql`superseded_at is null and document_key is not null`),
    index('record_index_by_authority').on(table.authorityKey).where(sql`superseded_at is null`),
    uniqueIndex('record_index_current').on(table.id).where(sql`superseded_at is null`),
    index('record_index_by_subject').on(
      table.subjectId,
      table.sortedOn.desc().nullsFirst(),
      table.id.desc().nullsFirst(),
    ),
    // A board is walked to from its newest line on by the index alone: it tells who sees a line, and whose it is.
    index('record_index_by_item')
      .on(
        table.item,
        table.sortedOn.desc().nullsFirst(),
        table.id.desc().nullsFirst(),
        table.publishedOn,
        table.publicationEndsOn,
        table.accessLevel,
        table.withheldReason,
        table.subjectId,
      )
      .where(sql`superseded_at is null`),
    // A board is counted and put in order by what is published of its items: most lines of an item have ended, and lie all over the table.
    index('record_index_published')
      .on(
        table.item,
        table.publicationEndsOn,
        table.publishedOn,
        table.accessLevel,
        table.subjectId,
        table.sortedOn,
        table.id,
      )
      .where(sql`superseded_at is null and withheld_reason is null`),
    index('record_index_by_day')
      .on(table.sortedOn.desc().nullsFirst(), table.id.desc().nullsFirst())
      .where(sql`superseded_at is null`),
  ],
);

/**
 * Each text once by which lines of the index are searched, with its pairs of characters: texts are few beside lines, most of which
 * are called alike. Lines name their texts by number, since under row security no index is gone by with `like` or `@>`. Those
 * of natural persons' rows do not stand here, which everybody's sessions read.
 */
export const searchedTexts = credit.table(
  'searched_texts',
  {
    /** The first eight bytes of its SHA-256: whoever looks it up compares the text. */
    textKey: bigint({ mode: 'bigint' }).primaryKey(),
    text: text().notNull(),
    grams: text().array().notNull(),
  },
  (table) => [
    // A short list of pending entries (kB): a follower's page puts the same pairs in many times, and a search reads the list through.
    index('searched_texts_by_grams').using('gin', table.grams).with({ gin_pending_list_limit: 256 }),
  ],
);

/** The catalogue of all departments (公共信用信息目录), as their SDL says it, with what was received when. */
export const catalogueItems = credit.table('catalogue_items', {
  code: text().primaryKey(),
  department: text().notNull(),
  class: text().notNull(),
  /** The levels of the fields that lead to its records: a viewer with none of them cannot ask for it. */
  levels: text().array().notNull(),
  entry: jsonb().$type<CatalogueEntry>().notNull(),
  receivedAt: timestamp({ withTimezone: true }),
  /** The latest day that completed files of it are about, by level. */
  reportedThrough: jsonb().$type<ReportedDays>(),
});

export const creditCommitments = recordTable(credit, 'credit_commitments', {
  commitmentType: text().notNull(),
  matter: text(),
  content: text().notNull(),
  breachLiability: text(),
  fulfilment: text(),
  fulfilmentDecidedOn: date({ mode: 'string' }),
  fulfilmentDocumentNumber: text(),
});

export const { feed, imports, followers, sourceHeadings } = houseTables(credit);
