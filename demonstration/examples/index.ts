import type { Example } from './example.ts';
import { finding } from './finding.ts';
import { lender } from './lender.ts';
import { pages, past } from './pages.ts';
import { profileElsewhere, profiles } from './profiles.ts';
import { boards, boardsElsewhere, catalogue, timeline } from './records.ts';

/**
 * Questions for the invented city's data, the profile first. `known` is the instant that the as-of question asks about:
 * one after the files were taken.
 */
export const examplesAt = (known: string): readonly Example[] => [
  ...profiles,
  ...timeline,
  ...finding,
  lender,
  ...boards,
  ...pages,
  past(known),
  catalogue,
];

/** Questions that name nobody, for an installation that has a city of its own. */
export const examplesElsewhere: readonly Example[] = [profileElsewhere, ...boardsElsewhere, catalogue];
