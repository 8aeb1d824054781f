import type { FormattedExecutionResult } from 'graphql';
import { gathering } from '../../platform/gathering.ts';
import type { Leaving } from '../../platform/leaving.ts';
import { seesMoreThanPublic } from '../../platform/viewer/rights.ts';
import { factsName } from '../../platform/viewer/viewer.ts';
import type { Asked } from './asked.ts';
import { nameOf } from './documents.ts';
import { entitiesOf, entityRoots, mergedQuestion } from './merged-question.ts';

/** Asks a department a question, and gives up when it is told to. */
type Ask = (asked: Asked, leaving: Leaving) => Promise<FormattedExecutionResult>;

/** About how many entities one question may be after others have joined it, and how many one of them may bring. */
const MOST = 50;
const MOST_EACH = 10;

/**
 * Asks as `ask` does, but as one question what one payer's callers ask at once of entities of their own, in the same words and
 * with the same rights (platform/gathering.ts). Nobody waits in another's line, or for a subject that another asks about.
 * @param tell what is only for who looks for it in the log.
 */
export function gathered(ask: Ask, tell: (facts: object, said: string) => void): Ask {
  const gather = gathering<Asked, FormattedExecutionResult>({
    most: MOST,
    alone: ask,
    async together(all, leaving) {
      const [first, ...others] = all;
      if (!first) return [];
      for (const { asking } of others)
        tell(
          { requestId: asking.viewer.requestId, under: first.asking.viewer.requestId },
          'asked together with another',
        );
      try {
        const questions = all.map(({ question }) => question);
        const merged = mergedQuestion(questions, entityRoots(first.document) ?? []);
        const answer = await ask({ ...first, question: merged.question }, leaving);
        return questions.map((_question, index) => merged.partOf(answer, index));
      } catch (error) {
        tell({ reason: error instanceof Error ? error.name : 'unknown' }, 'asked apart');
        throw error;
      }
    },
  });
  return (asked, leaving) => {
    const size = sizeToGather(asked);
    return size === undefined ? ask(asked, leaving) : gather(crowdKey(asked), asked, size, leaving);
  };
}

/** About how many entities a question is that may be asked with others'; undefined for one that is asked alone. */
function sizeToGather({ question, document, asking, key, isGathered }: Asked): number | undefined {
  const { viewer } = asking;
  // What was looked at is told of a question as a whole, and a trace is one question's.
  if (key === undefined || isGathered || seesMoreThanPublic(viewer) || viewer.trace !== undefined) return undefined;
  const size = entityRoots(document)?.reduce((sum, { variable }) => sum + entitiesOf(question, variable).length, 0);
  return size !== undefined && size <= MOST_EACH ? size : undefined;
}

/** All that two questions must have in common to be asked as one: everything but the entities. */
function crowdKey({ question, document, asking }: Asked): string {
  const roots = entityRoots(document) ?? [];
  const others = Object.entries(question.variables ?? {}).filter(([name]) =>
    roots.every(({ variable }) => variable !== name),
  );
  return `${asking.payer}\n${factsName(asking.viewer)}\n${JSON.stringify(others)}\n${question.operationName ?? ''}\n${nameOf(document)}`;
}
