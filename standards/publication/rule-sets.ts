import { addDays } from '../../schema/calendar/days.ts';
import { codeTable } from '../../schema/codes/city.ts';
import type { CodeRow, CodeTable } from '../../schema/codes/index.ts';

/** How long a penalty of one tier is published (a row of `publication-rules`). */
export interface PublicationRule {
  /** `RS-2026/GENERAL`. */
  readonly code: string;
  readonly tier: string;
  /** Months until repair may be applied for; null where it may not. */
  readonly minMonths: number | null;
  /** Months until publication ends by itself. */
  readonly maxMonths: number;
  /** Published in principle. */
  readonly isPublished: boolean;
  readonly isVerified: boolean;
}

/** The rules in force in one time (a row of `publication-rule-sets`). */
export interface RuleSet {
  readonly code: string;
  /** First day in force. */
  readonly from: string;
  /** The last day before it. */
  readonly dayBefore: string;
  readonly rules: readonly PublicationRule[];
  /** From its first day on it applies to earlier decisions too, where it is more favourable to the subject. */
  readonly coversEarlierDecisions: boolean;
  readonly isCoverVerified: boolean;
}

/** The rule sets that a decision meets in its time: its day's own, then later ones that cover earlier decisions. */
export interface RuleSetsOfDecision {
  readonly own: RuleSet;
  readonly later: readonly RuleSet[];
  /** The decision is older than the first rule set, which stands for want of another. */
  readonly isOlder: boolean;
}

export function ruleSetsOf(decidedOn: string): RuleSetsOfDecision {
  const table = codeTable('publication-rule-sets');
  const sets = read.get(table) ?? table.rows.map(ruleSetOf).sort((one, other) => (one.from < other.from ? -1 : 1));
  read.set(table, sets);
  const begun = sets.filter(({ from }) => from <= decidedOn);
  const own = begun.at(-1) ?? sets[0];
  if (own === undefined) throw new Error(`代码表 ${table.name}:没有任何规则`);
  const later = sets.filter((set) => set.from > decidedOn && set !== own && set.coversEarlierDecisions);
  return { own, later, isOlder: begun.length === 0 };
}

/** Read once per table: a city's own is another. */
const read = new WeakMap<CodeTable, readonly RuleSet[]>();

function ruleSetOf(row: CodeRow): RuleSet {
  const rules = codeTable('publication-rules').rows.filter(({ extra }) => extra.ruleSet === row.code);
  if (row.from === undefined || rules.length === 0) throw new Error(`公示期规则“${row.code}”缺少施行日期或档次`);
  return {
    code: row.code,
    from: row.from,
    dayBefore: addDays(row.from, -1),
    rules: rules.map(ruleOf),
    coversEarlierDecisions: row.extra.earlierDecisions === 'MORE_FAVOURABLE',
    isCoverVerified: row.extra.earlierVerified === 'yes',
  };
}

function ruleOf({ code, extra }: CodeRow): PublicationRule {
  const { tier = '', minMonths = '', maxMonths = '', published, verified } = extra;
  if (!/^\d*$/u.test(minMonths) || !/^\d+$/u.test(maxMonths)) {
    throw new Error(`代码表 publication-rules:“${code}”的月数应为非负整数`);
  }
  return {
    code,
    tier,
    minMonths: minMonths === '' ? null : Number(minMonths),
    maxMonths: Number(maxMonths),
    isPublished: published === 'yes',
    isVerified: verified === 'yes',
  };
}
