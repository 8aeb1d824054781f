import { codeTable } from '../codes/city.ts';

/**
 * A natural person's name where no statute orders it in full: the surname and a star for each other character (张**, 欧阳*);
 * of a name in parts (阿依古丽·买买提) the first character.
 */
export function maskedName(name: string): string {
  const characters = [...name.replace(/\s/gu, '')];
  const first2 = characters.slice(0, 2).join('');
  const isCompound = characters.length > 2 && codeTable('surnames').get(first2) !== undefined;
  const shown = isCompound ? 2 : 1;
  return characters.map((character, at) => (at < shown || /[·•・.．]/u.test(character) ? character : '*')).join('');
}
