import { codeTable } from '../../schema/codes/city.ts';
import type { Asks } from './asks.ts';

/** A catalogue item as the gateway tells it itself. Of one that is submitted here no more the code is left. */
export function shownItem(code: string, asks: Pick<Asks, 'items' | 'departmentOf'>): object {
  const facts = asks.items.get(code);
  const [prefix = code] = code.split('.');
  const { department = prefix, title = prefix } = asks.departmentOf(code) ?? {};
  return {
    __typename: 'CatalogueItem',
    code,
    title: facts?.title ?? code,
    department: { code: department, label: title },
    class: facts?.class ?? 'OTHER',
    basis: facts?.basis ?? [],
    frequency: frequencyOf(facts?.updated ?? ''),
  };
}

/** How often an item is updated, as a term. */
export function frequencyOf(code: string): { readonly code: string; readonly label: string } {
  return { code, label: codeTable('update-frequencies').get(code)?.label ?? code };
}
