import { compactText } from '../../../schema/identifiers/compact-text.ts';
import { mayBeShown } from '../../../schema/identifiers/id-shape.ts';
import { identify } from '../../../schema/identifiers/index.ts';
import { hiddenIdNumber, withoutIdNumbers } from '../../../schema/identifiers/redact.ts';
import { lengthOf } from '../names/fold.ts';
import { askedName } from '../names/score.ts';
import type { AskedSubject } from './alike.ts';

/** One text of a column in which numbers and names are mixed, and what it is. `shown` is how it may be repeated. */
export type Given = { readonly shown: string } & (
  | {
      readonly kind: 'NUMBER';
      readonly value: string;
      /** What is wrong with it, in a sentence; it may be stored all the same (codes that fail their check exist). */
      readonly message?: string | undefined;
      /** A valid number that may be meant. */
      readonly nearMiss?: string | undefined;
    }
  | { readonly kind: 'NAME'; readonly asked: AskedSubject; readonly message?: undefined }
  | { readonly kind: 'NEITHER'; readonly message: string }
);

const LONGEST_NAME = 100;

export function givenOf(text: string): Given {
  const { value, problem } = identify(text);
  if (problem === undefined) return { kind: 'NUMBER', shown: text, value };
  const shown = repeated(text);
  const message = `${problem.message}。`;
  if (shown !== text) return { kind: 'NEITHER', shown, message };
  if (!isName(text))
    return value === '' || /\p{Cs}/u.test(value)
      ? { kind: 'NEITHER', shown, message }
      : { kind: 'NUMBER', shown, value, message, nearMiss: problem.nearMiss };
  const asked = lengthOf(text) > LONGEST_NAME ? undefined : askedName(text);
  return asked && lengthOf(asked.folded) >= 2
    ? { kind: 'NAME', shown, asked: { ...asked, number: numberIn(text) } }
    : { kind: 'NEITHER', shown, message: `名称应为 2 至 ${LONGEST_NAME} 个字。` };
}

/**
 * A number that subjects may be known by: one whose form tells it, or another with digits enough, such as a registry's own
 * 〔2019〕第0012号. Undefined for a name, and for what may be a citizen's number.
 */
export function numberIn(text: string): string | undefined {
  const { type, value } = identify(text);
  return type || (/\d{4}/u.test(value) && !/\p{Cs}/u.test(value)) ? value : undefined;
}

/** A text with letters that no number has, or with letters and few digits. */
function isName(text: string): boolean {
  const characters = Array.from(compactText(text.slice(0, LONGEST_NAME)));
  if (characters.some((character) => /\p{L}/u.test(character) && !/[A-Z]/u.test(character))) return true;
  const digits = characters.filter((character) => /\d/u.test(character)).length;
  return characters.some((character) => /[A-Z]/u.test(character)) && digits < 6 && digits * 2 < characters.length;
}

/** The text as it may be said again: without what is, or may be, a citizen's number. */
function repeated(text: string): string {
  const rest = withoutIdNumbers(text);
  return mayBeShown(rest) ? rest : hiddenIdNumber;
}
