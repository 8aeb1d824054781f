/**
 * The same question with its answers remembered, for what repeats from row to row of a file (days, provisions of law). The
 * question must depend on the text alone. When `most` answers are held all are forgotten, so that what repeats soon stands
 * there again.
 */
export function remembered<Answer>(most: number, ask: (text: string) => Answer): (text: string) => Answer {
  const known = new Map<string, Answer>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const own = ownText(text);
    const answer = ask(own);
    if (known.size >= most) known.clear();
    known.set(own, answer);
    return answer;
  };
}

/** The same of a question about something else besides, such as a code table: a city's own is another and has other answers. */
export function rememberedOf<Of extends object, Answer>(
  most: number,
  ask: (of: Of, text: string) => Answer,
): (of: Of, text: string) => Answer {
  const known = new WeakMap<Of, (text: string) => Answer>();
  return (of, text) => {
    const before = known.get(of) ?? remembered(most, (one) => ask(of, one));
    known.set(of, before);
    return before(text);
  };
}

/** A copy to keep: what V8 cuts out of a longer text keeps all of that in memory, a file's piece for one cell. */
export function ownText(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}
