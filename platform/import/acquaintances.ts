import { isCreditCode, organizationCodeOf, parse } from '../../schema/identifiers/credit-code.ts';
import { nameKey, personNameKey } from '../../schema/identifiers/name-key.ts';
import type { AskedCounterpart } from './draft.ts';
import type { IdentifyCounterparts, KnownSubject } from './identity.ts';

/** References of one question, and subjects that one file's import remembers. */
const QUESTION = 2000;
const MOST_REMEMBERED = 150_000;

type Ask = (counterparts: readonly AskedCounterpart[]) => Promise<readonly KnownSubject[]>;

/**
 * The credit office as one file meets it: it is asked about each counterpart once, and what it answered stands for the rows
 * that follow. Subjects that get another id meanwhile are followed after the import, from where its feed stood before.
 */
export function acquaintances(ask: Ask): IdentifyCounterparts {
  const remembered = new Map<string, KnownSubject>();
  return async (counterparts) => {
    const keys = counterparts.map(keyOf);
    const answers = new Map<string, KnownSubject>();
    const questions = new Map<string, AskedCounterpart>();
    counterparts.forEach((counterpart, index) => {
      const key = keys[index] ?? '';
      // Asked about as named by a public row, it stands for one that is not; not the other way round.
      const known = remembered.get(key) ?? (counterpart.isPublic ? undefined : remembered.get(`+${key.slice(1)}`));
      if (known) answers.set(key, known);
      else questions.set(key, counterpart);
    });
    const asked = [...questions];
    for (let from = 0; from < asked.length; from += QUESTION) {
      const part = asked.slice(from, from + QUESTION);
      const told = await ask(part.map(([, counterpart]) => counterpart)).catch(() => undefined);
      told?.forEach((known, index) => {
        const key = part[index]?.[0] ?? '';
        answers.set(key, known);
        // Who is not known may be so with the next row: another of its numbers may be registered by then.
        if (known.subjectId !== null) remember(remembered, key, known);
      });
    }
    return keys.map((key) => answers.get(key));
  };
}

function keyOf({ name, identifiers, isPublic, sealed }: AskedCounterpart): string {
  let key = isPublic ? '+' : '-';
  if (sealed) key += `${sealed.type} ${sealed.hash}\n`;
  for (const { type, value, failsCheck } of identifiers)
    key += `${failsCheck === undefined ? '' : '!'}${type} ${value}\n`;
  return key + name;
}

/** What was remembered first is forgotten first. */
function remember(remembered: Map<string, KnownSubject>, key: string, known: KnownSubject): void {
  remembered.set(key, known);
  if (remembered.size <= MOST_REMEMBERED) return;
  for (const oldest of remembered.keys()) {
    remembered.delete(oldest);
    return;
  }
}

/**
 * For a dry run, when strangers are not registered: remembers who would have been, by which numbers and name, so that later
 * rows of the file are answered as they would be.
 */
export function onlyLooking(ask: Ask): Ask {
  const registered = new Map<string, { readonly subjectId: string; readonly name: string }>();
  return async (counterparts) => {
    const answers = [...(await ask(counterparts))];
    // Where several rows name one stranger, it is registered as the first that gives its credit code has it.
    const order = [...counterparts.keys()].sort((one, other) => rank(counterparts[one]) - rank(counterparts[other]));
    const answerOf = (known: KnownSubject, counterpart: AskedCounterpart): KnownSubject => {
      const numbers = numbersOf(counterpart);
      const met = numbers.map((number) => registered.get(number)).filter((one) => one !== undefined);
      const [first] = met;
      if (met.some((one) => one.subjectId !== first?.subjectId))
        return { outcome: 'CONFLICT', subjectId: null, isNameKnown: false };
      const isPerson = counterpart.sealed && counterpart.identifiers.length === 0;
      const name = (isPerson ? personNameKey : nameKey)(counterpart.name);
      if (first) return { outcome: 'KNOWN', subjectId: first.subjectId, isNameKnown: first.name === name };
      const subjectId = known.subjectId ?? '';
      for (const number of numbers) registered.set(number, { subjectId, name });
      return known;
    };
    for (const index of order) {
      const [known, counterpart] = [answers[index], counterparts[index]];
      if (known?.outcome === 'REGISTERED' && counterpart) answers[index] = answerOf(known, counterpart);
    }
    return answers;
  };
}

function rank(counterpart: AskedCounterpart | undefined): number {
  return counterpart?.identifiers.some((one) => one.type === 'CREDIT_CODE') ? 0 : 1;
}

/** A subject is found by the organisation code within its credit code too. */
function numbersOf({ identifiers, sealed }: AskedCounterpart): readonly string[] {
  const personal = sealed ? [`${sealed.type} ${sealed.hash}`] : [];
  const others = identifiers.flatMap(({ type, value }) =>
    type === 'CREDIT_CODE' && isCreditCode(value)
      ? [`${type} ${value}`, `ORGANIZATION_CODE ${organizationCodeOf(parse(value))}`]
      : [`${type} ${value}`],
  );
  return [...personal, ...others];
}
