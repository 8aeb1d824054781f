import { codesBeside, codeTable } from '../../../schema/codes/city.ts';
import { fold } from './fold.ts';

/** A folded name taken apart: 云泽市 + 晨光机械 + 有限公司. `bare` is what tells it from others; it is never empty. */
export interface NameParts {
  readonly place: string;
  readonly bare: string;
  readonly form: string;
  /** `place` and `bare` together. */
  readonly formless: string;
}

/** @param folded a name that `fold` has made. */
export function partsOf(folded: string): NameParts {
  const form = longest(forms(), folded, (text, length) => text.slice(-length)) ?? '';
  const formless = folded.slice(0, folded.length - form.length);
  let bare = formless;
  for (let depth = 0; depth < MOST_PLACES; depth++) {
    const place = longest(places(), bare, (text, length) => text.slice(0, length));
    if (place === undefined) break;
    bare = bare.slice(place.length);
  }
  return { place: formless.slice(0, formless.length - bare.length), bare, form, formless };
}

const MOST_PLACES = 3;
const SHORTEST_REST = 2;

/** The longest part that the text has at that end and that leaves something worth comparing. */
function longest(
  parts: ReadonlyMap<number, ReadonlySet<string>>,
  text: string,
  end: (text: string, length: number) => string,
): string | undefined {
  for (const [length, some] of parts) {
    if (text.length < length + SHORTEST_REST) continue;
    const part = end(text, length);
    if (some.has(part)) return part;
  }
  return undefined;
}

const formTable = codesBeside(new URL('../', import.meta.url), 'organization-forms');
const forms = once(() =>
  byLength(
    formTable()
      .rows.flatMap((row) => [row.label, ...row.aliases])
      .map(fold),
  ),
);

/** Labels of GB/T 2260, and those of provinces and cities also without 省 and 市, as names begin with them. */
const places = once(() =>
  byLength(
    codeTable('regions').rows.flatMap(({ label, extra }) => {
      const short = label.replace(/(?:省|市|(?:壮族|回族|维吾尔)?自治区)$/u, '');
      return extra.level !== 'COUNTY' && short.length > 1 ? [label, short] : [label];
    }),
  ),
);

function byLength(parts: readonly string[]): ReadonlyMap<number, ReadonlySet<string>> {
  const lengths = [...new Set(parts.map(({ length }) => length))].sort((one, other) => other - one);
  return new Map(lengths.map((length) => [length, new Set(parts.filter((part) => part.length === length))]));
}

function once<Value>(make: () => Value): () => Value {
  let made: Value | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
