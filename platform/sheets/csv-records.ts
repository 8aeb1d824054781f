/** Records of a text, cell by cell; `ODD` from where on the text is not written by the rules. */
export interface Records {
  /** Takes the next piece of the text and gives the records that are complete by now. */
  take(piece: string): readonly (readonly string[])[];
  /** The text has ended: its last record, if that had no line break. */
  end(): readonly (readonly string[])[];
  /** What was not read because it is odd: a quote that is not closed, or closed within a cell, or a record too long. */
  readonly odd: string | undefined;
}

const QUOTE = 34;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/**
 * Cuts well-formed CSV (RFC 4180; quotes within an unquoted cell are text; any line break) into records, at the speed of
 * looking at each character once. What is odd it leaves, from the beginning of that record on, to whoever is patient.
 */
export function csvRecords(separator: string, longestRecord: number): Records {
  const separatorCode = separator.charCodeAt(0);
  let text = '';
  let odd: string | undefined;
  let at = 0;

  /** The record that begins at `at`; undefined where it is not complete or odd. */
  const record = (isLast: boolean): readonly string[] | undefined => {
    const cells: string[] = [];
    let from = at;
    for (;;) {
      let until = from;
      if (text.charCodeAt(from) === QUOTE) {
        const closing = closingQuote(text, from + 1);
        if (closing < 0 || (closing + 1 === text.length && !isLast)) return isLast ? leave() : undefined;
        until = closing + 1;
        if (until < text.length && !isBoundary(text.charCodeAt(until), separatorCode)) return leave();
        const cell = text.slice(from + 1, closing);
        cells.push(cell.includes('"') ? cell.replaceAll('""', '"') : cell);
      } else {
        while (until < text.length && !isBoundary(text.charCodeAt(until), separatorCode)) until += 1;
        if (until === text.length && !isLast) return undefined;
        cells.push(text.slice(from, until));
      }
      if (until - at > longestRecord) return leave();
      if (text.charCodeAt(until) === separatorCode) {
        from = until + 1;
        if (from === text.length && !isLast) return undefined;
        continue;
      }
      // A carriage return may be half of a line break.
      if (text.charCodeAt(until) === CARRIAGE_RETURN && until + 1 === text.length && !isLast) return undefined;
      const isPair = text.charCodeAt(until) === CARRIAGE_RETURN && text.charCodeAt(until + 1) === LINE_FEED;
      at = until + (isPair ? 2 : 1);
      return cells;
    }
  };

  const leave = (): undefined => {
    odd = text.slice(at);
    return undefined;
  };

  const complete = (isLast: boolean): readonly (readonly string[])[] => {
    const records: (readonly string[])[] = [];
    while (odd === undefined && at < text.length) {
      const found = record(isLast);
      if (found === undefined) break;
      records.push(found);
    }
    text = text.slice(at);
    at = 0;
    if (odd === undefined && text.length > longestRecord) leave();
    return records;
  };

  return {
    take(piece) {
      text += piece;
      return complete(false);
    },
    end: () => complete(true),
    get odd() {
      return odd;
    },
  };
}

function isBoundary(code: number, separator: number): boolean {
  return code === separator || code === LINE_FEED || code === CARRIAGE_RETURN;
}

/** Where the quote is that closes a cell; -1 where there is none. */
function closingQuote(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 2)) {
    if (text.charCodeAt(at + 1) !== QUOTE) return at;
  }
  return -1;
}
