import { codesBeside } from '../../schema/codes/city.ts';
import type { Term } from '../../schema/codes/index.ts';

const here = new URL('./', import.meta.url);

export const insuranceTypes = codesBeside(here, 'social-insurance-types');
export const unitStatuses = codesBeside(here, 'insured-unit-statuses');

/** A code as the graph answers it; null where the source said nothing. A code that the table no longer has keeps its own text. */
export function termIn(table: typeof insuranceTypes, code: unknown): Term | null {
  return typeof code === 'string' ? { code, label: table().get(code)?.label ?? code } : null;
}
