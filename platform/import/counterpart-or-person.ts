import { coded, labelIn, never } from '../sheets/index.ts';
import { counterpartColumns } from './counterpart.ts';
import { personColumns } from './natural-persons.ts';

const { personIdNumber: idNumbers, ...organizationColumns } = counterpartColumns;
const ofPersons = [personColumns.personIdNumber, personColumns.certificateType].flatMap(({ aliases }) => aliases);

/** The columns that say whom a row is about, for items of which records of natural persons are taken, too. */
export const counterpartOrPersonColumns = {
  ...organizationColumns,
  counterpartCategory: coded(organizationColumns.counterpartCategory.aliases, labelIn('counterpart-categories')),
  ...personColumns,
  /** Of legal representatives: nobody's business here. */
  othersIdNumbers: never(idNumbers.aliases.filter((alias) => !ofPersons.includes(alias))),
};
