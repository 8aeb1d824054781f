import DataLoader from 'dataloader';
import { type GraphQLResolveInfo, isObjectType } from 'graphql';
import { type ReportedDays, reportedFor } from '../../../platform/import/reported-days.ts';
import type { CatalogueEntry } from '../../../platform/records/catalogue.ts';
import { childNodes } from '../../../platform/records/selection.ts';
import { statement } from '../../../platform/records/statement.ts';
import type { DepartmentContext } from '../../../platform/subgraph/department.ts';
import { levelsKnownTo, rightsIn } from '../../../platform/viewer/rights.ts';
import type { Viewer } from '../../../platform/viewer/viewer.ts';
import { codeTable } from '../../../schema/codes/city.ts';

/** A row of credit.catalogue_items, as JSON. */
export interface StoredItem {
  readonly entry: Omit<CatalogueEntry, 'fields'> & Partial<Pick<CatalogueEntry, 'fields'>>;
  readonly received_at: string | null;
  readonly reported_through: ReportedDays | null;
}

/** SQL of a row as `StoredItem`, without the fields of its records: they are nine tenths of it, and few ask for them. */
export function itemWithoutFields(row: string): string {
  return `jsonb_build_object('entry', ${row}.entry - 'fields', 'received_at', ${row}.received_at, 'reported_through', ${row}.reported_through)`;
}

/** The items that the viewer may ask for, by department and code. */
export async function listCatalogue(context: DepartmentContext, info: GraphQLResolveInfo) {
  const to = statement();
  const type = info.schema.getType('CatalogueItem');
  const isWhole = isObjectType(type) && childNodes(info, type, info.fieldNodes, 'fields').length > 0;
  const rows = await context.reads.hotReads.read<{ item: StoredItem }>(
    `/* credit.Query.catalogue */ select ${isWhole ? 'to_jsonb(c)' : itemWithoutFields('c')} as "item" from credit.catalogue_items c
     where c.levels && ${to.bind(levelsKnownTo(context.viewer), 'text[]')} order by c.department, c.code`,
    to.parameters,
    { signal: context.signal },
  );
  return rows.map((row) => catalogueItem(row.item, context.viewer));
}

const loaders = new WeakMap<DepartmentContext, DataLoader<string, StoredItem | null>>();

/** One item by its code, for records of other departments that name it. */
export async function findCatalogueItem(code: string, context: DepartmentContext) {
  const loader = loaders.get(context) ?? itemLoader(context);
  loaders.set(context, loader);
  const stored = await loader.load(code);
  return stored && catalogueItem(stored, context.viewer);
}

function itemLoader({ reads, signal }: DepartmentContext): DataLoader<string, StoredItem | null> {
  return new DataLoader(async (codes) => {
    const to = statement();
    const rows = await reads.hotReads.read<{ code: string; item: StoredItem }>(
      `/* credit.CatalogueItem */ select c.code, to_jsonb(c) as "item" from credit.catalogue_items c where c.code = any(${to.bind(codes, 'text[]')})`,
      to.parameters,
      { signal },
    );
    const byCode = new Map(rows.map((row) => [row.code, row.item]));
    return codes.map((code) => byCode.get(code) ?? null);
  });
}

type Answered = ReturnType<typeof catalogueItem>;

/** What only the credit office knows of an item, for the item of any of its own records, which comes with its code alone. */
export const catalogueItemFields = Object.fromEntries(
  (['provider', 'receivedAt', 'reportedThrough', 'submission', 'fields'] as const).map((field) => [
    field,
    (item: Partial<Answered> & { readonly code: string }, _args: unknown, context: DepartmentContext) =>
      field in item ? item[field] : findCatalogueItem(item.code, context).then((found) => found?.[field]),
  ]),
);

/** A catalogue item as the graph answers it: of its fields, where they were read, those that the viewer may ask for. */
export function catalogueItem({ entry, received_at, reported_through }: StoredItem, viewer: Viewer) {
  const levels = levelsKnownTo(viewer, entry.department.code);
  const { code, title, department, basis, submission } = entry;
  return {
    __typename: 'CatalogueItem',
    code,
    title,
    department,
    class: entry.class,
    basis,
    submission,
    frequency: {
      code: entry.updated,
      label: codeTable('update-frequencies').get(entry.updated)?.label ?? entry.updated,
    },
    provider: { name: department.label, creditCode: null },
    receivedAt: received_at,
    reportedThrough: reportedFor(reported_through ?? {}, rightsIn(department.code, viewer).levels),
    ...(entry.fields ? { fields: entry.fields.filter((field) => levels.some((level) => level === field.level)) } : {}),
  };
}
