import { nameKey } from '../../schema/identifiers/name-key.ts';
import { badUserInput } from '../errors.ts';
import type { Viewer } from '../viewer/viewer.ts';
import type { CursorSeal, Place } from './cursor.ts';

/** RecordFilter of common.graphql, after coercion. */
export interface RecordFilter {
  readonly ids?: readonly string[] | null;
  readonly classes?: readonly string[] | null;
  readonly departments?: readonly string[] | null;
  readonly items?: readonly string[] | null;
  readonly districts?: readonly string[] | null;
  readonly search?: string | null;
  readonly decidedOn?: { readonly from?: string | null; readonly until?: string | null } | null;
  readonly years?: readonly number[] | null;
  readonly grades?: readonly string[] | null;
  readonly types?: readonly string[] | null;
  readonly amount?: { readonly from?: string | null; readonly until?: string | null } | null;
  readonly authorities?: readonly string[] | null;
  readonly isInForce?: boolean | null;
  readonly isLatest?: boolean | null;
}

export const LARGEST_PAGE = 100;
const LONGEST_FILTER_LIST = 100;

/** The arguments of a list, checked. */
export interface Page<Filter> {
  readonly filter: Filter | null;
  readonly first: number;
  readonly after: Place | null;
  /** What a cursor of this list is bound to: list, filter, instant of knowledge and view. */
  readonly binding: string;
}

/**
 * Checks `filter`, `first` and `after` of a list.
 * @throws Refusal `BAD_USER_INPUT` that says which argument and what was expected.
 */
export function pageOf<Filter extends object>(
  list: string,
  args: Readonly<Record<string, unknown>>,
  viewer: Viewer,
  seal: CursorSeal,
): Page<Filter> {
  const first = args.first ?? 10;
  if (typeof first !== 'number' || first < 1 || first > LARGEST_PAGE) {
    throw badUserInput(`参数 first 须为 1 至 ${LARGEST_PAGE} 的整数,收到 ${String(first)}。`, { argument: 'first' });
  }
  const filter = (args.filter ?? null) as Filter | null;
  for (const [name, value] of Object.entries(filter ?? {})) {
    if (Array.isArray(value) && value.length > LONGEST_FILTER_LIST) {
      throw badUserInput(`筛选项 ${name} 至多 ${LONGEST_FILTER_LIST} 个值,收到 ${value.length} 个。`, {
        argument: `filter.${name}`,
      });
    }
  }
  const search = args.search ?? null;
  if (hasNul(search) || hasNul(filter)) {
    throw badUserInput('检索词和筛选项中不能有 NUL 字符(U+0000)。', { argument: hasNul(search) ? 'search' : 'filter' });
  }
  const { known, role, department, ownSubject, purpose } = viewer;
  const bound = [list, filter, search, known, role, department, ownSubject, purpose];
  // What a filter says null of, it leaves out.
  const binding = JSON.stringify(bound, (_name, value) => value ?? undefined);
  const after = typeof args.after === 'string' ? seal.open(args.after, binding) : null;
  if (after === undefined) {
    throw badUserInput('参数 after 不是本列表的游标:游标只在同一列表、同一筛选、同一所知时刻和同一身份下有效。', {
      argument: 'after',
    });
  }
  return { filter, first, after, binding };
}

/**
 * Checks what of a filter of records only the index across departments can answer.
 * @throws Refusal `BAD_USER_INPUT` where a department's own list is filtered by it, since nothing found would be a lie.
 */
export function checkRecordFilter(filter: RecordFilter, isIndex: boolean): void {
  if (!isIndex && (filter.districts || filter.search)) {
    throw badUserInput('筛选项 districts 和 search 只用于跨部门的记录列表(records)。', {
      argument: filter.districts ? 'filter.districts' : 'filter.search',
    });
  }
  if (typeof filter.search !== 'string') return;
  // Blanks and what nobody sees are no words.
  const length = Math.max([...nameKey(filter.search)].length, filter.search.length > 400 ? filter.search.length : 0);
  if (length < 2 || length > 100) {
    throw badUserInput(`筛选项 search 须为 2 至 100 个字,收到 ${length} 个。`, { argument: 'filter.search' });
  }
}

/** Whether a text, or one within a list or an object, holds U+0000: PostgreSQL takes it for no text. */
function hasNul(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\0');
  return typeof value === 'object' && value !== null && Object.values(value).some(hasNul);
}
