import type { Viewer } from '../viewer/viewer.ts';
import type { RecordKind, SelectedColumn } from './kind.ts';
import type { Page, RecordFilter } from './list-arguments.ts';
import type { ListSelection } from './selection.ts';

/** A statement being written: the text knows only places, the values stay apart. */
export interface Statement {
  /** Adds a value and returns its place with its type: `$3::date`. */
  bind(value: unknown, type: string): string;
  readonly parameters: readonly unknown[];
}

export function statement(): Statement {
  const parameters: unknown[] = [];
  return {
    parameters,
    bind(value, type) {
      parameters.push(value);
      return `$${parameters.length}::${type}`;
    },
  };
}

/** The places of what conditions of visibility need: each is bound once, when a condition first uses it. */
export interface Eyes {
  readonly viewer: Viewer;
  levels(): string;
  today(): string;
  /** Null: as known now. */
  readonly known: (() => string) | null;
}

/** Which rows of a kind a list is about: those of one subject (SQL that names it), or all of them. */
export type Whose = string | null;

export function eyesOf(viewer: Viewer, to: Statement): Eyes {
  const once = (value: unknown, type: string): (() => string) => {
    let place: string | undefined;
    return () => {
      place ??= to.bind(value, type);
      return place;
    };
  };
  return {
    viewer,
    levels: once(viewer.levels, 'text[]'),
    today: once(viewer.today, 'date'),
    known: viewer.known === null ? null : once(viewer.known, 'timestamptz'),
  };
}

/** A row may be seen: its level is the viewer's, nothing withholds it, and its publication has begun and not ended. */
function isVisible(row: string, eyes: Eyes): string {
  return (
    `${row}.withheld_reason is null and ${row}.access_level = any(${eyes.levels()}) and ${row}.published_on <= ${eyes.today()}` +
    ` and (${row}.publication_ends_on is null or ${row}.publication_ends_on >= ${eyes.today()})`
  );
}

/**
 * The visible versions of a subject's records, as `from … where …`. Now: the current ones. As of an earlier instant: the
 * version known then, and only of records that are still this subject's and whose current version may be seen today; what has since been repaired,
 * withdrawn or ended stays absent at every instant (architecture §2.4).
 */
export function visibleRows(kind: Pick<RecordKind, 'table'>, row: string, whose: Whose, eyes: Eyes): string {
  const isOf = whose === null ? '' : `${row}.subject_id = ${whose} and `;
  if (eyes.known === null) {
    return `from ${kind.table} ${row} where ${isOf}${row}.superseded_at is null and ${isVisible(row, eyes)}`;
  }
  return (
    `from ${kind.table} ${row} join ${kind.table} ${row}_now on ${row}_now.id = ${row}.id and ${row}_now.superseded_at is null` +
    ` and ${row}_now.subject_id = ${row}.subject_id` +
    ` where ${isOf}${isVisible(`${row}_now`, eyes)}` +
    ` and ${row}.withheld_reason is null and ${row}.access_level = any(${eyes.levels()})` +
    ` and ${row}.recorded_at <= ${eyes.known()} and (${row}.superseded_at is null or ${row}.superseded_at > ${eyes.known()})`
  );
}

/**
 * What the filter adds: one record must satisfy all of it, and what a kind does not have, or the viewer may not see, is
 * not satisfied.
 */
export function satisfies(kind: RecordKind, filter: RecordFilter, eyes: Eyes, to: Statement): string {
  const conditions: string[] = [];
  const facet = (name: keyof RecordKind['facets'], condition: (column: string) => string): void => {
    const field = kind.fields.get(kind.facets[name] ?? '');
    const [column] = field && eyes.viewer.levels.includes(field.level) ? field.columns : [];
    conditions.push(column ? condition(column.expression('r', within).replace(/::text$/u, '')) : 'false');
  };
  const within = { subject: 'r.subject_id', eyes };
  const isList = facetIsList(kind);
  if (filter.ids) conditions.push(`r.id = any(${to.bind(filter.ids, 'text[]')})`);
  conditions.push(...isOfItems(kind, filter, to));
  if (filter.decidedOn?.from) conditions.push(`r.decided_on >= ${to.bind(filter.decidedOn.from, 'date')}`);
  if (filter.decidedOn?.until) conditions.push(`r.decided_on <= ${to.bind(filter.decidedOn.until, 'date')}`);
  if (filter.years) facet('years', (column) => `${column} = any(${to.bind(filter.years, 'int[]')})`);
  if (filter.grades) facet('grades', (column) => `${column} = any(${to.bind(filter.grades, 'text[]')})`);
  if (filter.types) {
    facet('types', (column) =>
      isList
        ? `${column} && ${to.bind(filter.types, 'text[]')}`
        : `${column} = any(${to.bind(filter.types, 'text[]')})`,
    );
  }
  const { from, until } = filter.amount ?? {};
  if (from) facet('amount', (column) => `${column} >= ${to.bind(from, 'numeric')}`);
  if (until) facet('amount', (column) => `${column} <= ${to.bind(until, 'numeric')}`);
  if (filter.authorities) {
    const codes = filter.authorities.map((code) => code.toUpperCase());
    conditions.push(`r.authority_credit_code = any(${to.bind(codes, 'text[]')})`);
  }
  if (typeof filter.isInForce === 'boolean') {
    conditions.push(
      `(r.effective_until is null or r.effective_until >= ${eyes.today()}) = ${to.bind(filter.isInForce, 'boolean')}`,
    );
  }
  if (filter.isLatest) {
    const ofTheItem = kind.index ? ' and l.item = r.item' : '';
    conditions.push(
      `not exists (select ${visibleRows(kind, 'l', 'r.subject_id', eyes)}${ofTheItem} and (l.sorted_on, l.id) > (r.sorted_on, r.id))`,
    );
  }
  return conditions.map((condition) => ` and ${condition}`).join('');
}

/** Item, section of the report and department: columns of the index; elsewhere they follow from the kind's items. */
function isOfItems(kind: RecordKind, filter: RecordFilter, to: Statement): readonly string[] {
  const { items, classes, departments, districts, search } = filter;
  const { index } = kind;
  const conditions: string[] = [];
  if (items) conditions.push(`r.item = any(${to.bind(items, 'text[]')})`);
  if (index) {
    if (classes) conditions.push(`r.class = any(${to.bind(classes, 'text[]')})`);
    if (departments) conditions.push(`r.department = any(${to.bind(departments, 'text[]')})`);
    if (districts) conditions.push(index.isIn('r', to.bind(districts, 'text[]')));
    if (search) conditions.push(index.holds('r', search, to));
    return conditions;
  }
  if (classes) {
    const codes = kind.items.filter((item) => classes.includes(item.class)).map((item) => item.code);
    conditions.push(`r.item = any(${to.bind(codes, 'text[]')})`);
  }
  if (departments && !departments.includes(kind.department)) conditions.push('false');
  return conditions;
}

/** A pattern of LIKE that finds a text anywhere, whatever letters it has. */
export function likePattern(text: string): string {
  return `%${text.replace(/[\\%_]/gu, '\\$&')}%`;
}

function facetIsList(kind: RecordKind): boolean {
  const field = kind.type.getFields()[kind.facets.types ?? ''];
  return field !== undefined && String(field.type).startsWith('[');
}

/** Rows as one JSON column named by `key`, and their count as another, for one list of one subject. */
export function listColumns(
  list: ListSelection,
  page: Page<RecordFilter>,
  key: string,
  subject: string,
  eyes: Eyes,
  to: Statement,
): readonly string[] {
  // PostgreSQL refuses values that its statement does not use.
  if (!list.wantsCount && !list.wantsRows) return [];
  const matching = visibleRows(list.kind, 'r', subject, eyes) + satisfies(list.kind, page.filter ?? {}, eyes, to);
  const columns: string[] = [];
  if (list.wantsCount) columns.push(`(select count(*)::int ${matching}) as "${key}_count"`);
  if (list.wantsRows) {
    const [day, id] = page.after ?? [];
    const beyond =
      day === undefined || id === undefined
        ? ''
        : ` and (r.sorted_on, r.id) < (${to.bind(day, 'date')}, ${to.bind(id, 'text')})`;
    const limit = to.bind(list.isConnection ? page.first + (list.wantsNext ? 1 : 0) : 1, 'int');
    const order = 'order by r.sorted_on desc, r.id desc';
    columns.push(
      `(select json_agg(t) from (select ${rowList(list.columns, eyes)} ${matching}${beyond} ${order} limit ${limit}) t) as "${key}"`,
    );
  }
  return columns;
}

/** `id` and `sortedOn` always come along: they are a row's place in its list. */
export function rowList(columns: readonly SelectedColumn[], eyes: Eyes): string {
  const within = { subject: 'r.subject_id', eyes };
  const own = columns.filter((column) => column.key !== 'id' && column.key !== 'sortedOn');
  return [
    `r.id as "id"`,
    `r.sorted_on as "sortedOn"`,
    ...own.map((column) => `${column.expression('r', within)} as "${column.key}"`),
  ].join(', ');
}
