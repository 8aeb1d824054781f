import type { RecordKind, SelectedColumn } from './kind.ts';
import type { Page, RecordFilter } from './list-arguments.ts';
import type { ListSelection } from './selection.ts';
import { type Eyes, isNoOtherPersons, isSeenOf, itemsOf, sightOf, visibleRows } from './visibility.ts';

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

/**
 * What the filter adds: one record must satisfy all of it, and what a kind does not have, or the viewer may not see, is
 * not satisfied.
 */
export function satisfies(kind: RecordKind, filter: RecordFilter, eyes: Eyes, to: Statement): string {
  const conditions: string[] = [];
  const facet = (name: keyof RecordKind['facets'], condition: (column: string) => string): void => {
    const field = kind.fields.get(kind.facets[name] ?? '');
    const [column] = field?.columns ?? [];
    const sight = field ? sightOf(field.level, kind.department, eyes.viewer) : 'NEVER';
    const satisfied =
      column && sight !== 'NEVER' ? condition(column.expression('r', within).replace(/::text$/u, '')) : 'false';
    const isSeen = isSeenOf(sight, itemsOf(kind), 'r', within);
    conditions.push(isSeen === 'true' || satisfied === 'false' ? satisfied : `(${isSeen} and ${satisfied})`);
  };
  const within = { subject: 'r.subject_id', eyes };
  const isList = facetIsList(kind);
  if (filter.ids) conditions.push(`r.id = any(${to.bind(filter.ids, 'text[]')})`);
  conditions.push(...isOfItems(kind, filter, eyes, to));
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
    // Nor by what they did.
    conditions.push(isNoOtherPersons('r', eyes));
  }
  const { from, until } = filter.amount ?? {};
  if (from) facet('amount', (column) => `${column} >= ${to.bind(from, 'numeric')}`);
  if (until) facet('amount', (column) => `${column} <= ${to.bind(until, 'numeric')}`);
  // Nobody picks people out by how much they owe.
  if (from || until) conditions.push(isNoOtherPersons('r', eyes));
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
function isOfItems(kind: RecordKind, filter: RecordFilter, { viewer }: Eyes, to: Statement): readonly string[] {
  const { items, classes, departments, districts, search } = filter;
  const { index } = kind;
  const conditions: string[] = [];
  if (items) conditions.push(`r.item = any(${to.bind(items, 'text[]')})`);
  if (index) {
    if (classes) conditions.push(`r.class = any(${to.bind(classes, 'text[]')})`);
    if (departments) conditions.push(`r.department = any(${to.bind(departments, 'text[]')})`);
    if (districts) conditions.push(index.isIn('r', to.bind(districts, 'text[]'), viewer, to));
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
  const isSeen = isSeenOf(list.sight, itemsOf(list.kind), 'r', { subject: 'r.subject_id', eyes });
  const seenAlone = isSeen === 'true' ? '' : ` and ${isSeen}`;
  const matching =
    visibleRows(list.kind, 'r', subject, eyes) + seenAlone + satisfies(list.kind, page.filter ?? {}, eyes, to);
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

const ALWAYS_THERE = ['id', 'sortedOn', 'subjectId', 'item'];

/** `id` and `sortedOn` always come along: they are a row's place in its list; `subjectId` and `item` tell whether a record is of one's own file, or granted. */
export function rowList(columns: readonly SelectedColumn[], eyes: Eyes): string {
  const within = { subject: 'r.subject_id', eyes };
  const own = columns.filter((column) => !ALWAYS_THERE.includes(column.key));
  const { ownSubject, grants } = eyes.viewer;
  const isWanted = (key: string): boolean => grants.length > 0 || columns.some((column) => column.key === key);
  return [
    `r.id as "id"`,
    `r.sorted_on as "sortedOn"`,
    ...(ownSubject !== null || isWanted('subjectId') ? [`r.subject_id as "subjectId"`] : []),
    ...(isWanted('item') ? [`r.item as "item"`] : []),
    ...own.map((column) => `${column.expression('r', within)} as "${column.key}"`),
  ].join(', ');
}
