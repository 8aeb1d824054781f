import { labelIn } from '../../platform/sheets/index.ts';
import { codesBeside } from '../../schema/codes/city.ts';
import type { Term } from '../../schema/codes/index.ts';

const here = new URL('./', import.meta.url);

const utilities = codesBeside(here, 'utilities');
const units = codesBeside(here, 'quantity-units');

/** The utility that a word stands for: 水费, 用电, 天然气. */
export const utilityNamed = labelIn(utilities);

/** The unit in which a bare number of a utility counts. */
export function usualUnit(utility: string): string {
  return utilities().get(utility)?.extra.unit ?? '';
}

/** The unit that a word stands for: 度, 立方米, m³. */
export const unitNamed = labelIn(units);

export function isUnitOf(unit: string, utility: string): boolean {
  return (units().get(unit)?.extra.utilities ?? '').split('|').includes(utility);
}

/** A code that the table no longer has keeps its own text. */
export function utilityTerm(code: string): Term {
  return { code, label: utilities().get(code)?.label ?? code };
}

export function unitTerm(code: string): Term {
  return { code, label: units().get(code)?.label ?? code };
}
