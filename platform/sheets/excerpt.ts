import { withoutIdNumbers } from '../../schema/identifiers/redact.ts';
import { tidy } from './cell.ts';

/** A submitted text as a problem may quote it: masked first, then cut, so that no half of an ID number is left. */
export function excerpt(submitted: string): string {
  const characters = [...withoutIdNumbers(tidy(submitted))];
  return `“${characters.slice(0, 40).join('')}${characters.length > 40 ? '…' : ''}”`;
}
