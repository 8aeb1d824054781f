import { forbidden, type Refusal } from '../../platform/errors.ts';
import { isCreditCode } from '../../schema/identifiers/credit-code.ts';
import type { AskRegistrations } from './registrations.ts';

/** Somebody as a credential with a proven name tells it: for which company, if it says one, and as which person, if it does. */
export interface Claimed {
  readonly subject: string | null;
  readonly personHash: string | null;
  readonly representativeHash: string | null;
}

/** For which companies somebody acts, and on which basis. A person's delegations are looked up where they are kept. */
export interface Representative {
  /** Companies whose registration names this person as legal representative. */
  readonly registered: readonly string[];
  /** Companies for which the issuer alone vouches. */
  readonly vouched: readonly string[];
  readonly personHash: string | null;
  /** Why a company that the credential names is not among them; told only to who says to act for it. */
  readonly doubt?: Refusal | undefined;
}

/** What a decision rests on: the registration, a delegation, or the issuer's word where the city lets that suffice. */
export type DecisionBasis = 'REGISTRATION' | 'DELEGATION' | 'ISSUER';

export interface RepresentationOptions {
  readonly ask: AskRegistrations | undefined;
  /** Whether the issuer's word suffices where a registration holds no number to compare with. */
  readonly isIssuerEnough: boolean;
}

export type Representation = ReturnType<typeof representation>;

/** Tells for whom somebody may act: nobody is taken for a representative who was not verified. */
export function representation({ ask, isIssuerEnough }: RepresentationOptions) {
  async function verified(claimed: Claimed): Promise<Omit<Representative, 'personHash'>> {
    const { representativeHash } = claimed;
    const company = companyOf(claimed);
    const own = company === null ? [] : [company];
    if (company === null && representativeHash === null) return NOBODY;
    const { companies, isRecorded } = (await ask?.(representativeHash, company)) ?? {
      companies: [],
      isRecorded: false,
    };
    if (companies.length > 0) return { registered: companies, vouched: [] };
    if (company === null) return NOBODY;
    if (!isRecorded) return isIssuerEnough ? { registered: [], vouched: own } : { ...NOBODY, doubt: notRecorded() };
    return { ...NOBODY, doubt: representativeHash === null ? withoutNumber() : another() };
  }

  return {
    /** For whom somebody decides. What the registrations could not be asked is a doubt, too: a delegation needs no registration. */
    async deciding(claimed: Claimed): Promise<Representative> {
      const { personHash } = claimed;
      try {
        return { ...(await verified(claimed)), personHash };
      } catch (doubt) {
        return { ...NOBODY, personHash, doubt: doubt as Refusal };
      }
    },
    /** For whom somebody looks at what was asked for and decided: in its own company's file on the issuer's word, as everywhere. */
    async looking(claimed: Claimed): Promise<Representative> {
      const { personHash } = claimed;
      const company = companyOf(claimed);
      if (company !== null) return { registered: [], vouched: [company], personHash };
      return { ...(await verified(claimed)), personHash };
    },
  };
}

const NOBODY = { registered: [], vouched: [] } as const;

/** The company that the credential names; a natural person's pseudonym is none. */
export function companyOf({ subject }: Pick<Claimed, 'subject'>): string | null {
  return subject !== null && isCreditCode(subject) ? subject : null;
}

function notRecorded(): Refusal {
  return forbidden(
    '无法核验您是该企业的代表:登记中没有可比对的法定代表人号码。请由登记机关补报,或由企业经核验的代表委托您(delegateDecisions)。',
  );
}

function withoutNumber(): Refusal {
  return forbidden('无法核验您是该企业的代表:凭证没有载明本人的公民身份号码,不能与登记的法定代表人比对。');
}

function another(): Refusal {
  return forbidden('登记的法定代表人不是您。如由您办理,请该企业的法定代表人委托您(delegateDecisions)。');
}
