import { type Asker, cellOf, type Kept, seesRow } from './askers.ts';

/** Where a token stands: a record, and where it is a field's, which fields of its type show the cell. */
interface Planted {
  readonly kept: Kept;
  /** Coordinates `Type.field`; null for what shows wherever the record does. */
  readonly fields: readonly string[] | null;
}

const FORMS = /CAN[0-9A-Z]{5}ARY|(?<!\d)90\d{10}(?!\d)|(?<!\d)19\d{8}(?!\d)|(?<![\d.])9\d\d\.\d\d(?!\d)/giu;

/** Tokens that stand in one cell each of all that is kept, so that any byte of an answer tells which cell it came from. */
export class PlantedTokens {
  readonly #places = new Map<string, Planted>();
  #serial = 0;
  #short = 0;

  /** A text that stands nowhere else. */
  text(kept: Kept, fields: Planted['fields']): string {
    return this.#keep(`CAN${(this.#serial++).toString(36).padStart(5, '0')}ARY`.toUpperCase(), kept, fields);
  }

  /** A number with so many digits before its point that stands nowhere else. */
  number(digits: number, kept: Kept, fields: Planted['fields']): string {
    if (digits >= 12) return this.#keep(`90${String(this.#serial++).padStart(10, '0')}`, kept, fields);
    const short = this.#short++ % 10_000;
    const [whole, cents] = [Math.floor(short / 100), short % 100].map((part) => String(part).padStart(2, '0'));
    return this.#keep(`9${whole}.${cents}`, kept, fields);
  }

  /** A number that a column of 32 bits holds. */
  integer(kept: Kept, fields: Planted['fields']): number {
    return Number(this.#keep(String(1_900_000_000 + this.#serial++), kept, fields));
  }

  /** A text that is a token by itself, such as the number of a subject that nobody may know. */
  known(text: string, kept: Kept): void {
    this.#keep(text.toUpperCase(), kept, null);
  }

  /** The tokens in a text that stand in cells hidden from somebody, with where they stand; `given` is what they sent. */
  hiddenIn(text: string, asker: Asker, given = ''): readonly string[] {
    const found = new Set(
      [...text.matchAll(FORMS), ...text.matchAll(/91[0-9A-Z]{16}/gu)].map(([one]) => one.toUpperCase()),
    );
    const sent = given.toUpperCase();
    return [...found].flatMap((token) => {
      const planted = this.#places.get(token);
      if (!planted || sent.includes(token) || isSeenBy(asker, planted)) return [];
      const { department, condition, isOfGhost } = planted.kept;
      return [`${token}: ${department} ${condition}${isOfGhost ? ' of a ghost' : ''} ${planted.fields?.join() ?? ''}`];
    });
  }

  #keep(token: string, kept: Kept, fields: Planted['fields']): string {
    this.#places.set(token, { kept, fields });
    return token;
  }
}

function isSeenBy(asker: Asker, { kept, fields }: Planted): boolean {
  return seesRow(asker, kept) && (fields === null || fields.some((field) => cellOf(asker, field, kept) === 'seen'));
}
