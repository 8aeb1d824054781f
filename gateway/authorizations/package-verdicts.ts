import type { OwnContext } from '../own/asks.ts';
import { frequencyOf } from '../own/items.ts';
import { needsAuthorization } from '../verdicts/catalogue.ts';
import { type Findings, type Verdict, verdictOn } from '../verdicts/verdict.ts';
import type { Authorization } from './authorization.ts';
import { type Block, blocksOn } from './blocks.ts';

export interface BlockVerdicts extends Block {
  readonly isGranted: boolean;
  readonly verdicts: readonly Verdict[];
}

/** The blocks of a package: what the authorization opens, and what the departments answered. */
export function blocksOfPackage(
  { blocks, subject_id: subject }: Authorization,
  findings: Findings,
  context: OwnContext,
): readonly BlockVerdicts[] {
  const { asks, trace, viewer } = context;
  return blocksOn(viewer.today).map((block) => {
    const isGranted = blocks.includes(block.code);
    const verdicts = block.items.map((item): Verdict => {
      if (!asks.departmentOf(item)) return nobodySubmits(block, subject, item);
      const verdict = verdictOn(item, subject, findings, context);
      // What is public of a block that was not granted is in the profile; of the package it is not part.
      if (isGranted || !needsAuthorization(item, viewer.today)) return verdict;
      return { ...verdict, outcome: 'NOT_AUTHORIZED', asOf: null, retryAfter: null };
    });
    verdicts.forEach(({ outcome, isStale }, at) => {
      const item = block.items[at] ?? block.code;
      const rests = isGranted ? asks.departmentOf(item)?.department : undefined;
      trace?.told({ subject, item, outcome, isStale, department: rests ?? null });
    });
    return { ...block, isGranted, verdicts: verdicts.length > 0 ? verdicts : [nobodySubmits(block, subject)] };
  });
}

function nobodySubmits({ code, label, holder }: Block, subject: string, item = code): Verdict {
  const department = { code, label: holder };
  const shown = {
    code: item,
    title: label,
    department,
    class: 'OTHER',
    basis: [],
    frequency: frequencyOf('ON_CHANGE'),
  };
  return {
    subject: { __typename: 'Subject', id: subject },
    item: shown,
    outcome: 'NOT_COVERED',
    isStale: false,
    asOf: null,
    reportedThrough: null,
    retryAfter: null,
  };
}
