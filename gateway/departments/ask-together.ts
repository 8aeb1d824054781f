import type { FormattedExecutionResult } from 'graphql';
import { whileAnyStays } from '../../platform/gathering.ts';
import type { Question } from '../../platform/viewer/token.ts';
import { nothingYet, type Rests } from '../cache/rests.ts';
import { saysSilent } from './again.ts';
import { type Asked, askedBy } from './asked.ts';
import { copied } from './copied.ts';
import { Late, Left } from './deadline.ts';
import { Busy, type ReachedDepartment } from './department.ts';
import { entityRoots, type MergedQuestion, mergedQuestion } from './merged-question.ts';
import { mergedRoots } from './merged-roots.ts';
import type { StandIn } from './stand-in.ts';

/** What became of one of several questions. */
export interface Outcome {
  readonly answer?: FormattedExecutionResult | undefined;
  /** Why there is no answer. */
  readonly error?: unknown;
}

export interface AskingTogether {
  readonly at: ReachedDepartment;
  readonly standIn: StandIn;
  readonly now: () => Date;
  /** Asks for one caller alone. */
  ask(asked: Asked): Promise<FormattedExecutionResult>;
  noteRests(rests: Rests, asked: Asked, answer: FormattedExecutionResult): void;
  /** Tells what is only for who looks for it in the log. */
  tell(facts: object, said: string): void;
}

/**
 * Asks a department what several callers ask of subjects of their own, as one question: with one place, one deadline, one key.
 * Whoever leaves is told nothing; it is given up when all have left. Where the answer does not say what each is told, or there
 * is none, each is asked for alone, in what is left of its time; where the department was late or busy, it was so for all.
 */
export async function askTogether(all: readonly Asked[], together: AskingTogether): Promise<readonly Outcome[]> {
  const { at, now, standIn, tell } = together;
  const mayBeOne = all.every(({ key, asking }) => key !== undefined && !at.wasLate(asking.signal));
  const same = mayBeOne ? sameQuestions(all) : undefined;
  if (!same) return Promise.all(all.map((asked) => alone(asked, together)));
  const began = now();
  const merged = asOne(all, same.question, tell);
  try {
    const answer = await at.ask(merged);
    const parts = same.firsts.map((_first, index) => same.partOf(answer, index));
    if (!isEach(parts)) throw new Error('what each is answered does not follow from it');
    const told = new Set<FormattedExecutionResult>();
    return all.map((asked, index) => {
      const part = parts[same.places[index] ?? 0] ?? {};
      const { rests } = asked.asking;
      if (rests) together.noteRests(rests, asked, part);
      // Somebody else had asked the very same before: what was read then is not kept as if it were read now.
      if (!merged.asking.rests?.isUntold) standIn.keep(asked, part, began);
      else if (rests) rests.isUntold = true;
      // Of questions that are not all the same it would not follow what each is answered.
      const last = saysSilent(part) ? standIn.answer(asked) : undefined;
      if (last) return { answer: last };
      if (told.has(part)) return { answer: copied(part) };
      told.add(part);
      return { answer: part };
    });
  } catch (error) {
    if (isOfAll(error)) return all.map((asked) => unanswered(asked, error, standIn));
    tell({ reason: error instanceof Error ? error.name : 'unknown' }, 'asked apart');
    return Promise.all(all.map((asked) => alone({ ...asked, isGathered: true }, together)));
  }
}

function isEach<T>(parts: readonly (T | undefined)[]): parts is readonly T[] {
  return !parts.includes(undefined);
}

async function alone(asked: Asked, { ask }: AskingTogether): Promise<Outcome> {
  try {
    return { answer: await ask(asked) };
  } catch (error) {
    return { error };
  }
}

/** Whether each would be told no better alone: the time is over, all have left, or there is no place for this payer. */
function isOfAll(error: unknown): boolean {
  return error instanceof Late || error instanceof Left || error instanceof Busy;
}

function unanswered(asked: Asked, error: unknown, standIn: StandIn): Outcome {
  const hasLeft = error instanceof Left || asked.asking.signal.aborted;
  return { answer: hasLeft ? undefined : standIn.answer(asked), error };
}

/** The question of all, which the department knows as the first one's. */
function asOne(all: readonly Asked[], question: Question, tell: AskingTogether['tell']): Asked {
  const [first, ...others] = all;
  if (!first) throw new Error('nobody asks');
  const { viewer } = first.asking;
  for (const { asking } of others)
    tell({ requestId: asking.viewer.requestId, under: viewer.requestId }, 'asked together with another');
  const companions = all.map(({ asking: { signal } }) => signal);
  const asking = { ...first.asking, signal: whileAnyStays(companions), rests: nothingYet(), stale: new Map() };
  return { ...askedBy(asking, question), companions, isGathered: true };
}

/** Questions in the same words, of which some may be the very same, as one. */
interface SameQuestions extends MergedQuestion {
  /** One of each. */
  readonly firsts: readonly Asked[];
  /** For each question, the place of the one that stands for it. */
  readonly places: readonly number[];
}

function sameQuestions(all: readonly Asked[]): SameQuestions | undefined {
  const known = new Map<string | undefined, number>();
  const firsts: Asked[] = [];
  const places = all.map((asked) => {
    const place = known.get(asked.key) ?? firsts.push(asked) - 1;
    known.set(asked.key, place);
    return place;
  });
  const [first, ...others] = firsts;
  if (!first) return undefined;
  if (others.length === 0) return { firsts, places, question: first.question, partOf: (answer) => answer };
  const questions = firsts.map(({ question }) => question);
  const roots = entityRoots(first.document);
  const merged = roots ? mergedQuestion(questions, roots) : mergedRoots(questions, first.document);
  return merged && { firsts, places, ...merged };
}
