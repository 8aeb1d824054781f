import { type Rights, rightsIn, rightsInOwnFile, rightsUnderGrants } from '../viewer/rights.ts';
import type { AccessLevel, Viewer } from '../viewer/viewer.ts';
import type { RecordKind, SelectedColumn, Within } from './kind.ts';
import type { Statement } from './statement.ts';

/** For whose eyes a statement is written. What conditions of visibility need is bound once, when one first uses it. */
export interface Eyes {
  readonly viewer: Viewer;
  /** The place of a value: the same value has one place in a statement. */
  bound(value: string | readonly string[], type: string): string;
  today(): string;
  /** Null: as known now. */
  readonly known: (() => string) | null;
}

/** A table of records' versions: one department's, or the index, whose rows each name their department. */
export type Rows = Pick<RecordKind, 'table' | 'department' | 'items'> & { readonly index: unknown };

/** Which rows of a kind a list is about: those of one subject (SQL that names it), or all of them. */
export type Whose = string | null;

export function eyesOf(viewer: Viewer, to: Statement): Eyes {
  const places = new Map<string, string>();
  const bound = (value: string | readonly string[], type: string): string => {
    const key = `${type} ${String(value)}`;
    const place = places.get(key) ?? to.bind(value, type);
    places.set(key, place);
    return place;
  };
  const { known, today } = viewer;
  return {
    viewer,
    bound,
    today: () => bound(today, 'date'),
    known: known === null ? null : () => bound(known, 'timestamptz'),
  };
}

/** Whether a field of a level is seen of every row of a department, of the viewer's own file alone, of what it was granted alone, or of none. */
export type Sight = 'ALWAYS' | 'OWN_FILE' | 'GRANTED' | 'NEVER';

export function sightOf(level: AccessLevel, department: string, viewer: Viewer): Sight {
  if (rightsIn(department, viewer).levels.includes(level)) return 'ALWAYS';
  if (rightsInOwnFile(viewer).levels.includes(level)) return 'OWN_FILE';
  return rightsUnderGrants(viewer).levels.includes(level) ? 'GRANTED' : 'NEVER';
}

/** A column of a field that is seen of some rows alone: null in all others. */
export function whereSeen(column: SelectedColumn, sight: Sight, items: Items): SelectedColumn {
  return {
    key: column.key,
    expression: (row, within) =>
      `case when ${isSeenOf(sight, items, row, within)} then ${column.expression(row, within)} end`,
  };
}

/** SQL: whether the viewer, to whom a field is of this sight, sees it of a row. */
export function isSeenOf(sight: Sight, items: Items, row: string, { subject, eyes }: Within): string {
  if (sight === 'ALWAYS') return 'true';
  if (sight === 'OWN_FILE') return isOwn(subject, eyes);
  return sight === 'GRANTED' ? isGranted(items, row, subject, eyes) : 'false';
}

/** SQL: a row is not about a natural person, or it is of the viewer's own file. */
export function isNoOtherPersons(row: string, eyes: Eyes): string {
  const levels = eyes.bound(['LISTED_PERSON', 'PERSONAL'], 'text[]');
  return `(${row}.access_level <> all(${levels}) or ${isOwn(`${row}.subject_id`, eyes)})`;
}

/** SQL: the subject is the one whose file is the viewer's own. */
export function isOwn(subject: string, { viewer, bound }: Eyes): string {
  return viewer.ownSubject === null ? 'false' : `${subject} = ${bound(viewer.ownSubject, 'text')}`;
}

/** The catalogue items that rows can be of; null where each row names its own, as those of the index do. */
export type Items = readonly string[] | null;

export function itemsOf({ items, index }: Pick<Rows, 'items' | 'index'>): Items {
  return index ? null : items.map(({ code }) => code);
}

/** SQL: the subject has authorized the viewer to see records of the row's item. */
function isGranted(items: Items, row: string, subject: string, { viewer, bound }: Eyes): string {
  const granted = viewer.grants.flatMap((grant) =>
    grant.items.filter((item) => items === null || items.includes(item)).map((item) => [grant.subject, item] as const),
  );
  if (granted.length === 0) return 'false';
  if (items?.length === 1) {
    const subjects = granted.map(([one]) => one);
    return `${subject} = any(${bound(subjects, 'text[]')})`;
  }
  const pairs = granted.map((pair) => pair.join(' '));
  return `${subject} || ' ' || ${row}.item = any(${bound(pairs, 'text[]')})`;
}

/**
 * The visible versions of a subject's records, as `from … where …`. Now: the current ones. As of an earlier instant: the
 * version known then, and only of records that are still this subject's and whose current version may be seen today; what
 * has since been repaired, withdrawn or ended stays absent at every instant, but for those who see the past as it stood
 * (architecture §2.4).
 */
export function visibleRows(rows: Rows, row: string, whose: Whose, eyes: Eyes): string {
  const isOf = whose === null ? '' : `${row}.subject_id = ${whose} and `;
  const privy = privileges(rows, row, eyes);
  if (eyes.known === null) {
    const isVisible = either([isPublished(rows, row, eyes), ...privy]);
    return `from ${rows.table} ${row} where ${isOf}${row}.superseded_at is null and ${isVisible}`;
  }
  const isKnown =
    `${row}.recorded_at <= ${eyes.known()}` +
    ` and (${row}.superseded_at is null or ${row}.superseded_at > ${eyes.known()})`;
  const now = `${row}_now`;
  const isStill = `${now}.id = ${row}.id and ${now}.superseded_at is null and ${now}.subject_id = ${row}.subject_id`;
  const wasOpen = `${row}.withheld_reason is null and ${isOfLevels(rows, row, eyes)}`;
  if (privy.length === 0) {
    return (
      `from ${rows.table} ${row} join ${rows.table} ${now} on ${isStill}` +
      ` where ${isOf}${isPublished(rows, now, eyes)} and ${wasOpen} and ${isKnown}`
    );
  }
  const isOpen = `(${wasOpen} and exists (select from ${rows.table} ${now} where ${isStill} and ${isPublished(rows, now, eyes)}))`;
  return `from ${rows.table} ${row} where ${isOf}${isKnown} and ${either([isOpen, ...privy])}`;
}

/** SQL: of a version that is known, that the viewer may see it at all, whether it is current or not. */
export function isOpenVersion(rows: Rows, row: string, eyes: Eyes): string {
  return either([
    `(${row}.withheld_reason is null and ${isOfLevels(rows, row, eyes)})`,
    ...privileges(rows, row, eyes),
  ]);
}

/** What the viewer may see of any of these rows. The index keeps other departments' too: being its keeper opens none of them. */
function rightsTo(rows: Rows, viewer: Viewer): Rights {
  return rightsIn(rows.index ? null : rows.department, viewer);
}

/** A row may be seen: its level is among these, nothing withholds it, and its publication has begun and not ended. */
function isPublished(rows: Rows, row: string, eyes: Eyes): string {
  return (
    `${row}.withheld_reason is null and ${isOfLevels(rows, row, eyes)} and ${row}.published_on <= ${eyes.today()}` +
    ` and (${row}.publication_ends_on is null or ${row}.publication_ends_on >= ${eyes.today()})`
  );
}

/** Its level is among those that the viewer sees of anybody's records, or of the granted ones, of which this is. */
function isOfLevels(rows: Rows, row: string, eyes: Eyes): string {
  const seen = hasLevel(row, rightsTo(rows, eyes.viewer).levels, eyes);
  const { levels } = rightsUnderGrants(eyes.viewer);
  if (levels.length === 0) return seen;
  const granted = isGranted(itemsOf(rows), row, `${row}.subject_id`, eyes);
  return granted === 'false' ? seen : `(${seen} or (${hasLevel(row, levels, eyes)} and ${granted}))`;
}

function hasLevel(row: string, levels: readonly AccessLevel[], eyes: Eyes): string {
  return `${row}.access_level = any(${eyes.bound(levels, 'text[]')})`;
}

/**
 * By what else a row is seen, ended or withheld ones too: it is of the viewer's own file (but one under another's name may
 * be somebody else's), of its own department, or of anybody, for those who see all of it.
 */
function privileges(rows: Rows, row: string, eyes: Eyes): readonly string[] {
  return waysToUnpublished(rows, eyes.viewer).map(
    ({ levels, condition }) => `(${condition(row, eyes)}${hasLevel(row, onceUnpublished(levels), eyes)})`,
  );
}

/**
 * By what rights a viewer sees rows that are not published, ended or withheld, each with its condition. A value is bound only where that
 * stands: PostgreSQL refuses values that a statement does not use.
 */
function waysToUnpublished(
  rows: Rows,
  viewer: Viewer,
): readonly (Rights & { readonly condition: (row: string, eyes: Eyes) => string })[] {
  const home = viewer.department;
  const ways = [
    {
      ...rightsInOwnFile(viewer),
      condition: (row: string, eyes: Eyes) =>
        `${isOwn(`${row}.subject_id`, eyes)} and ${row}.withheld_reason is distinct from 'NAME_MISMATCH' and `,
    },
    { ...rightsTo(rows, viewer), condition: () => '' },
    ...(rows.index && home !== null
      ? [
          {
            ...rightsIn(home, viewer),
            condition: (row: string, eyes: Eyes) => `${row}.department = ${eyes.bound(home, 'text')} and `,
          },
        ]
      : []),
  ];
  return ways.filter(({ isWhole }) => isWhole);
}

/**
 * What parts the rows that may be seen now, so that an index by the end of publication is read where they are, and not where
 * what has ended is; one part where that is seen, too.
 */
export function partsByEnd(rows: Rows, row: string, eyes: Eyes): readonly string[] {
  if (waysToUnpublished(rows, eyes.viewer).length > 0) return [''];
  return [`${row}.publication_ends_on is null`, `${row}.publication_ends_on >= ${eyes.today()}`].map(
    (part) => ` and ${part}`,
  );
}

/** A listed person's entry that is not, or no longer, published is for those alone who may meet persons: no statute shows it. */
function onceUnpublished(levels: readonly AccessLevel[]): readonly AccessLevel[] {
  return levels.includes('PERSONAL') ? levels : levels.filter((level) => level !== 'LISTED_PERSON');
}

function either(conditions: readonly string[]): string {
  const [only, ...others] = conditions;
  return others.length === 0 ? (only ?? 'false') : `((${conditions.join(') or (')}))`;
}
