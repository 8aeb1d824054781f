import { codeTable } from '../../schema/codes/city.ts';
import type { CodeRow, CodeTable } from '../../schema/codes/index.ts';
import { rememberedOf } from '../../schema/remembered.ts';
import type { PublicationRule, RuleSet } from './rule-sets.ts';

/** What decides how grave a penalty is. Amounts in yuan with two decimals. */
export interface WeighedPenalty {
  readonly penaltyTypes: readonly string[];
  readonly procedure: string | null;
  /** The tier that the authority itself gives (table `severity-tiers`). */
  readonly severity: string | null;
  readonly fine: string | null;
  readonly confiscated: string | null;
  readonly legalBasis: string;
}

/** A penalty's rule in one rule set. */
export interface Weighed {
  readonly rule: PublicationRule;
  /** The rule was read in the act, and the tier was given by the authority or found by a rule that was read there too. */
  readonly isVerified: boolean;
}

/**
 * The rule for a penalty in a rule set: of the tier that its authority gave, where the set has it, else of the tier that
 * the table `severity-rules` finds for each kind of penalty. Of several kinds the longest term stands (令第58号).
 */
export function weigh(set: RuleSet, penalty: WeighedPenalty): Weighed {
  const given = set.rules.find(({ tier }) => tier === penalty.severity);
  if (given) return { rule: given, isVerified: given.isVerified };
  const table = rulesOf(codeTable('severity-rules'), set.code);
  const sectors = sectorsIn(codeTable('penalty-sectors'), penalty.legalBasis);
  const tierOf = (type: string): Weighed => {
    const row = table.find((one) => fits(one.extra, type, penalty, sectors));
    const rule = set.rules.find(({ tier }) => tier === row?.extra.tier);
    if (!row || !rule) throw new Error(`代码表 severity-rules:规则“${set.code}”没有适用于“${type}”的档次`);
    return { rule, isVerified: rule.isVerified && row.extra.verified === 'yes' };
  };
  const [first = 'OTHER', ...others] = penalty.penaltyTypes;
  return others.map(tierOf).reduce((one, other) => (isLonger(other, one) ? other : one), tierOf(first));
}

function isLonger({ rule: one }: Weighed, { rule: other }: Weighed): boolean {
  if (one.maxMonths !== other.maxMonths) return one.maxMonths > other.maxMonths;
  return (one.minMonths ?? Number.POSITIVE_INFINITY) > (other.minMonths ?? Number.POSITIVE_INFINITY);
}

function fits(row: CodeRow['extra'], type: string, penalty: WeighedPenalty, sectors: ReadonlySet<string>): boolean {
  const { penaltyTypes = '', procedure = '', minAmount = '', sectors: within = '' } = row;
  return (
    (penaltyTypes === '' || penaltyTypes.split('|').includes(type)) &&
    (procedure === '' || procedure === penalty.procedure) &&
    (minAmount === '' || Number(amountOf(type, penalty) ?? -1) >= Number(minAmount)) &&
    (within === '' || within.split('|').some((sector) => sectors.has(sector)))
  );
}

function amountOf(type: string, { fine, confiscated }: WeighedPenalty): string | null {
  if (type === 'FINE') return fine;
  return type.startsWith('CONFISCATE_') ? confiscated : null;
}

const rulesOf = rememberedOf(100, (table: CodeTable, ruleSet) =>
  table.rows.filter(({ extra }) => extra.ruleSet === ruleSet),
);

/** The fields of regulation that a penalty belongs to, by the laws that its legal basis names; rows cite the same again and again. */
const sectorsIn = rememberedOf(1000, (table: CodeTable, legalBasis): ReadonlySet<string> => {
  const text = legalBasis.normalize('NFKC').replace(/\s/gu, '');
  const named = table.rows.filter(({ aliases }) => aliases.some((law) => text.includes(law)));
  return new Set(named.map(({ code }) => code));
});
