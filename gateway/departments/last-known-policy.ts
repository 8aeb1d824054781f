import {
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isLeafType,
  isObjectType,
  valueFromASTUntyped,
} from 'graphql';
import { codesBeside } from '../../schema/codes/city.ts';
import type { CodeTable } from '../../schema/codes/index.ts';

/** For how many seconds what a department last said of a type may stand in for it; 0 for never. */
export type LastKnownPolicy = (department: string, type: GraphQLNamedType, day: string) => number;

/** Nothing that was said before is told again. */
export const NO_LAST_KNOWN: LastKnownPolicy = () => 0;

const table = codesBeside(new URL('./', import.meta.url), 'last-known-good');

/** As the table `last-known-good.csv`, or the city's own of that name, has it: of an item, of its department, of all. */
export function registeredPolicy(schema: GraphQLSchema): LastKnownPolicy {
  const of = (department: string, type: GraphQLNamedType, rows: CodeTable): number => {
    if (isAbstractType(type)) return Math.min(...schema.getPossibleTypes(type).map((one) => of(department, one, rows)));
    const own = secondsIn(rows, type.name) ?? Number.POSITIVE_INFINITY;
    if (isLeafType(type)) return own;
    const common = secondsIn(rows, department) ?? secondsIn(rows, '*') ?? 0;
    // A page says by its length, too, what there is of those on it.
    const listed = isObjectType(type) ? (type.getFields().nodes ?? type.getFields().node) : undefined;
    if (listed) return Math.min(own, of(department, getNamedType(listed.type), rows));
    const items = itemsOf(type).filter((item) => item.startsWith(`${department}.`));
    const ofItems = items.map((item) => secondsIn(rows, item) ?? common);
    return Math.min(own, ...(ofItems.length > 0 ? ofItems : [common]));
  };
  for (const { code } of table().rows) secondsIn(table(), code); // a table that cannot be read shows at the start
  return (department, type, day) => of(department, type, table().onDate(day));
}

function secondsIn(rows: CodeTable, code: string): number | undefined {
  const row = rows.get(code);
  if (!row) return undefined;
  const text = row.extra.seconds ?? '';
  if (!/^\d{1,4}$/u.test(text) || Number(text) > 3_600)
    throw new Error(`表 last-known-good.csv:${code} 的 seconds 须为 0 至 3600 的整数,现为“${text}”。`);
  return Number(text);
}

/** The catalogue items that a record type is of. */
function itemsOf(type: GraphQLNamedType): readonly string[] {
  return (type.astNode?.directives ?? [])
    .filter(({ name }) => name.value === 'record')
    .flatMap(({ arguments: given }) => given?.find(({ name }) => name.value === 'item')?.value ?? [])
    .map((value) => String(valueFromASTUntyped(value)));
}
