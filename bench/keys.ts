import { chance } from '../demonstration/generator/random.ts';
import type { FilledCity } from './city/fill.ts';
import { searchedPart } from './city/names.ts';
import { DISTRICTS } from './city/patterns.ts';
import type { QuestionName } from './question.ts';

/** What each question is asked about. */
export function keysOf({ codes, names }: FilledCity, seed: number): Readonly<Record<QuestionName, readonly string[]>> {
  const random = chance(seed);
  const texts = names.map((name) => searchedPart(name, random));
  return { profile: codes, profileTop: codes, batch: codes, board: DISTRICTS, search: texts, bankPackage: codes };
}
