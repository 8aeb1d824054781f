/**
 * The part of `compact` that all numbers share: full width becomes half width, letters become capitals, and blanks,
 * zero-width and control characters go. Repeats until nothing changes, because Unicode folding can uncover new blanks.
 */
export function compactText(text: string): string {
  if (/^[0-9A-Z]*$/.test(text)) return text;
  const folded = text.normalize('NFKC').toUpperCase().replace(blanks, '');
  return folded === text ? folded : compactText(folded);
}

const blanks = /[\s\p{Cf}\p{Cc}]/gu;
