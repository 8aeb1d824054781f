import { addCalendarMonths, addDays, earliest } from '../../schema/calendar/days.ts';
import { type RuleSet, ruleSetsOf } from './rule-sets.ts';
import { type WeighedPenalty, weigh } from './severity.ts';
import { publicationDeadlineOf } from './terms.ts';

export interface PublishedPenalty extends WeighedPenalty {
  readonly decidedOn: string;
  /** 公示截止期 as the source gives it; null where it gives none or leaves it open. */
  readonly publicationEndsOn: string | null;
  /** Whether the source itself says that it is published; null where it says nothing. */
  readonly isPublished: boolean | null;
}

/** The publication of a penalty: three clocks, each of its own, and the rule that they rest on. */
export interface PenaltyPublication {
  /** The rule that applies, with its set and tier: a code of `publication-rules`. */
  readonly publicationRule: string;
  /** Null: there is nothing to publish. */
  readonly publicationDeadline: string | null;
  readonly publicationEndsOn: string;
  readonly repairEligibleFrom: string | null;
  readonly isPublicationProvisional: boolean;
  readonly withheldReason: 'MINOR_NOT_PUBLISHED' | null;
  readonly marks: readonly string[];
}

/** What one rule set makes of a penalty, whatever end its source gives. */
interface Outcome {
  readonly rule: string;
  /** The last day on which the set lets it be shown. */
  readonly lastDay: string;
  readonly repairFrom: string | null;
  readonly isWithheld: boolean;
  readonly isProvisional: boolean;
}

/**
 * When a penalty must be published, until when it is, and from when repair may be applied for.
 *
 * The rule set in force on the day of the decision applies; a later one that covers earlier decisions takes its place from
 * its first day on, where it is more favourable to the subject: never before that day, so that the result does not depend
 * on the day of import. Repair that the set of its day opens earlier stays open. The source's own end stands where it is
 * earlier, and moves nothing else. Where it is later than the rule allows, publication ends with the rule all the same, and
 * the mark PUBLICATION_SHORTENED says so: to go on showing what the law no longer lets be shown would harm the subject. An
 * authority that means a graver tier names it (失信程度) and has its term.
 */
export function publicationOfPenalty(penalty: PublishedPenalty): PenaltyPublication {
  const { own, later, isOlder } = ruleSetsOf(penalty.decidedOn);
  const first = outcomeOf(penalty, own);
  const best = later
    .map((set) => outcomeOf(penalty, set, set.from))
    .reduce((one, other) => (isMoreFavourable(other, one) ? other : one), first);
  const { isPublicationProvisional, publicationDeadline } = publicationDeadlineOf(penalty.decidedOn);
  const isProvisional = isOlder || first.isProvisional || best.isProvisional;
  const isShortened = penalty.publicationEndsOn !== null && penalty.publicationEndsOn > best.lastDay;
  return {
    publicationRule: best.rule,
    publicationDeadline: best.isWithheld ? null : publicationDeadline,
    publicationEndsOn: isShortened ? best.lastDay : (penalty.publicationEndsOn ?? best.lastDay),
    repairEligibleFrom: earliest(first.repairFrom, best.repairFrom),
    isPublicationProvisional: isProvisional || (!best.isWithheld && isPublicationProvisional),
    withheldReason: best.isWithheld ? 'MINOR_NOT_PUBLISHED' : null,
    marks: isShortened && !best.isWithheld ? ['PUBLICATION_SHORTENED'] : [],
  };
}

/** `since`: the day from which the set applies to a decision that is older than it. */
function outcomeOf(penalty: PublishedPenalty, set: RuleSet, since?: string): Outcome {
  const { decidedOn } = penalty;
  const { rule, isVerified } = weigh(set, penalty);
  const isPublished = rule.isPublished || penalty.isPublished === true;
  const limit = isPublished || since === undefined ? addCalendarMonths(decidedOn, rule.maxMonths) : decidedOn;
  const repairFrom = rule.minMonths === null ? null : addCalendarMonths(decidedOn, rule.minMonths);
  return {
    rule: rule.code,
    lastDay: since === undefined ? limit : latest(limit, addDays(since, -1)),
    repairFrom: repairFrom === null || since === undefined ? repairFrom : latest(repairFrom, since),
    isWithheld: !isPublished && since === undefined,
    isProvisional: !isVerified || (since !== undefined && !set.isCoverVerified),
  };
}

/** Not shown before shown, an earlier end before a later one, earlier repair before later or none. */
function isMoreFavourable(one: Outcome, other: Outcome): boolean {
  if (one.isWithheld !== other.isWithheld) return one.isWithheld;
  if (one.lastDay !== other.lastDay) return one.lastDay < other.lastDay;
  return (one.repairFrom ?? NEVER) < (other.repairFrom ?? NEVER);
}

function latest(one: string, other: string): string {
  return one > other ? one : other;
}

/** After every day, as text. */
const NEVER = '~';
