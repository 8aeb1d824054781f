/**
 * A name is indexed by its pairs of characters: trigrams know no words of two characters, which is how most Chinese words
 * are. A pair stands for two neighbours (`晨光`), or with a dot for two that have one character between them (`晨·机`):
 * what is left of 晨光机 when its middle is wrong or left out.
 */
export function gramsOf(folded: string, formless: string): readonly string[] {
  return [...new Set([...neighboursIn(folded), ...overOne(formless).map(dotted)])];
}

/** The pairs that a name must have to contain this text. A text of one character has none. */
export function neighboursIn(folded: string): readonly string[] {
  return [...new Set(neighbours(folded).map(([one, other]) => one + other))];
}

/** The pairs by which a name may be found although one of the two has a character more, less or another than the other. */
export function lookupsOf(formless: string): readonly string[] {
  const pairs = [...neighbours(formless), ...overOne(formless)];
  return [...new Set(pairs.flatMap((pair) => [pair.join(''), dotted(pair)]))];
}

type Pair = readonly [string, string];

const dotted = ([one, other]: Pair): string => `${one}·${other}`;

function neighbours(text: string): readonly Pair[] {
  return pairs(Array.from(text), 1);
}

function overOne(text: string): readonly Pair[] {
  return pairs(Array.from(text), 2);
}

function pairs(characters: readonly string[], distance: number): readonly Pair[] {
  return characters.slice(distance).map((other, at) => [characters[at] ?? '', other] as const);
}
