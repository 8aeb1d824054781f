import { createHash } from 'node:crypto';
import { checkCharacter } from '../schema/identifiers/id-number.ts';

/** A natural person of the invented city, whose ID number begins with a region that does not exist. */
export interface StoryPerson {
  readonly name: string;
  readonly idNumber: string;
}

const FIRST_17 = '99010219850317004';

/** Did not perform a judgment, owes tax and was fined: the first two are published as the law orders, the fine is not. */
export const indebtedPerson: StoryPerson = { name: '温栖桐', idNumber: FIRST_17 + checkCharacter(FIRST_17) };

/** The ID number of the invented legal representative of an invented company; it follows from the company's credit code. */
export function representativeNumber(creditCode: string): string {
  const [year = 0, month = 0, day = 0, sequence = 0] = createHash('sha256')
    .update(`representative ${creditCode}`)
    .digest();
  const two = (number: number) => String(number).padStart(2, '0');
  const first17 = `990102${1960 + (year % 40)}${two(1 + (month % 12))}${two(1 + (day % 28))}${String(sequence).padStart(3, '0')}`;
  return first17 + checkCharacter(first17);
}
