/** Letters that are written for digits by mistake, and the digits. V has no single look-alike. */
const digitFor: Readonly<Record<string, string>> = { O: '0', I: '1', S: '5', Z: '2' };

/** The text with look-alike letters read as digits, if that makes it valid. */
export function withoutLookAlikes(text: string, isValid: (text: string) => boolean): string | undefined {
  const read = text.replace(/[OISZ]/g, (letter) => digitFor[letter] ?? letter);
  return read !== text && isValid(read) ? read : undefined;
}

/** All texts that differ by one swap of neighbours. */
export function transpositions(text: string): readonly string[] {
  const swapped: string[] = [];
  for (let at = 0; at + 1 < text.length; at++) {
    const [first, second] = [text.charAt(at), text.charAt(at + 1)];
    if (first !== second) swapped.push(text.slice(0, at) + second + first + text.slice(at + 2));
  }
  return swapped;
}

/** The only candidate, or nothing: a hint that could as well be another one is no hint. */
export function only(candidates: readonly string[]): string | undefined {
  const distinct = new Set(candidates);
  return distinct.size === 1 ? candidates[0] : undefined;
}
