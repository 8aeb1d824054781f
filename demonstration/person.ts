import { checkCharacter } from '../schema/identifiers/id-number.ts';

/** A natural person of the invented city, whose ID number begins with a region that does not exist. */
export interface StoryPerson {
  readonly name: string;
  readonly idNumber: string;
}

const FIRST_17 = '99010219850317004';

/** Did not perform a judgment, owes tax and was fined: the first two are published as the law orders, the fine is not. */
export const indebtedPerson: StoryPerson = { name: '温栖桐', idNumber: FIRST_17 + checkCharacter(FIRST_17) };
