/**
 * Trade names for millions of companies: two or three of these characters. None of the combinations is among the 20,000 short
 * names of companies in `test/data/company-short-names.txt`, nor a name of the committed demonstration.
 */
const CHARACTERS = [
  ...'葭菀蘅芃蔚茝荃蓠苒荇蒹萏菡芩荪蕖葳蓁芮茗荟莳菉薇蘋藜芸苓茯桦枫栎桐楸梓榉椴槭柽枞栌栾椿楝梧榕桉橡楠樟柞栩槐栀樱棣棂楹沁沐泓泠洄洌浦涟涓淙淇湄渌渥',
  ...'湑溯滢漪潇澜潆濯瀛沚泮洵洺浥涣淅湉沄泱洙浛岑峤峪崧嵘巘岱岷嵩峥岘屹峦崖峋晖晗晞晟旻昀昕昱晏曦旸暄暾霄霓霏雱霖雯霰璞珩珏琮瑾瑜璟琳琅璇玥珂琛珣瑄琬珺',
  ...'璐瓒磬砥碛磊砺硕鹤鸢鹄鸾鸥雁鹂鹇鹜骐骊澄芷岚棠霁榆檀荻屿浔溪砚苇槿樾垣汀鹭筠沅渚岫柘禾舟桥屏庐石泉陂野洲峰麓圃津原川',
];

/** With these as the first of two, some combination would be a company's, or one of the demonstration's. */
const NOT_FIRST_OF_TWO = new Set('川珂楠津泉樱榕溪沐曦昕澄芷岚棠霁榆檀荻屿浔砚苇槿樾垣汀鹭筠沅渚岫柘');
const FIRST_OF_TWO = CHARACTERS.filter((character) => !NOT_FIRST_OF_TWO.has(character));

const count = CHARACTERS.length;
const PAIRS = FIRST_OF_TWO.length * count;
const TRIPLES = count ** 3;

/** More would share their names. */
export const MOST_SUBJECTS = PAIRS + TRIPLES;

/**
 * The trade name of the subject with this index, which no other has: the places of the combinations are gone through in steps
 * of a prime that divides neither number of them.
 */
export function tradeNameOf(seed: number, index: number): string {
  if (index >= MOST_SUBJECTS) throw new Error(`there are no more than ${MOST_SUBJECTS} names`);
  if (index < PAIRS) {
    const place = (index * 104_729 + (seed % PAIRS)) % PAIRS;
    return letter(FIRST_OF_TWO, Math.floor(place / count)) + letter(CHARACTERS, place % count);
  }
  const place = ((index - PAIRS) * 611_953 + (seed % TRIPLES)) % TRIPLES;
  const [first, rest] = [Math.floor(place / count ** 2), place % count ** 2];
  return letter(CHARACTERS, first) + letter(CHARACTERS, Math.floor(rest / count)) + letter(CHARACTERS, rest % count);
}

/** Could this be the trade name of some subject, whatever the seed? */
export function isTradeName(name: string): boolean {
  const characters = [...name];
  if (!characters.every((character) => CHARACTERS.includes(character))) return false;
  return characters.length === 3 || (characters.length === 2 && FIRST_OF_TWO.includes(characters[0] ?? ''));
}

function letter(letters: readonly string[], place: number): string {
  return letters[place] ?? '';
}
