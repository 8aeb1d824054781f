import { type Batch, batchesOf, takeTurn } from '../import/batches.ts';
import { recordTarget } from '../import/merge.ts';
import { type Withdrawal, withdrawBatch } from '../import/withdraw.ts';
import type { Department } from '../subgraph/department.ts';
import type { City } from './city.ts';
import { departmentOf } from './take-file.ts';

/** A batch as people name it: the department's name and the import's number, `<department>-17`. */
export interface NamedBatch extends Batch {
  readonly name: string;
}

/** A page of the batches of the near departments, or of one item, newest first; and whether there are more. */
export async function listBatches(
  city: City,
  item: string | undefined,
  page: number,
  size: number,
): Promise<{ readonly batches: readonly NamedBatch[]; readonly hasMore: boolean }> {
  const departments = item === undefined ? [...city.near.values()] : [departmentOf(city, item)];
  const found = await Promise.all(
    departments.map(async ({ card, clients }) =>
      (await batchesOf(clients.imports, card.name, item, page * size + 1)).map((batch) => ({
        ...batch,
        name: `${card.name}-${batch.id}`,
      })),
    ),
  );
  const all = found.flat().sort((one, other) => other.startedAt.localeCompare(one.startedAt));
  return { batches: all.slice((page - 1) * size, page * size), hasMore: all.length > page * size };
}

/**
 * Takes a batch of records back (platform/import/withdraw.ts).
 * @throws Error with a Chinese sentence for a batch that is unknown, elsewhere, or not of records.
 */
export async function withdraw(
  city: City,
  name: string,
  terms: { readonly confirmShare: number; readonly isConfirmed: boolean },
): Promise<Withdrawal> {
  const [, schema = '', id = ''] = /^(.+)-(\d{1,15})$/u.exec(name) ?? [];
  const department = city.near.get(schema);
  if (!department)
    throw new Error(
      `没有批次 ${name}:批次形如 ${[...city.near.keys()][0] ?? '部门'}-17,可用 npm run import -- --list 查看。`,
    );
  const batch = await findBatch(department, Number(id));
  if (!batch) throw new Error(`${department.card.title}没有批次 ${name}。可用 npm run import -- --list 查看。`);
  const sheet = department.card.sheets[batch.item];
  const kind = department.kinds.get(sheet?.type ?? '');
  if (!kind)
    throw new Error(
      `${batch.item} 的批次不能撤回:各部门的记录已记在这些主体名下。名称、号码等有误的,请以更正后的名单再次导入。`,
    );
  const client = department.clients.imports;
  const turn = await takeTurn(client, batch.item);
  try {
    return await withdrawBatch(client, recordTarget(kind, schema), batch, {
      share: terms.confirmShare,
      isConfirmed: terms.isConfirmed,
    });
  } finally {
    await turn.release();
  }
}

async function findBatch({ card, clients }: Department, id: number): Promise<Batch | undefined> {
  return (await batchesOf(clients.imports, card.name, undefined, 1, id))[0];
}
