import { badUserInput, forbidden } from '../../platform/errors.ts';
import type { DepartmentContext } from '../../platform/subgraph/department.ts';

/** Whom the registrations of today name as legal representative. */
interface LegalRepresentation {
  /** The companies whose representative has the number; of one company asked about, that one or none. */
  readonly companies: readonly string[];
  /** Whether the registration of the company asked about holds a number that the given hash can be compared with. */
  readonly isRecorded: boolean;
}

interface Arguments {
  readonly numberHash?: string | null;
  readonly company?: string | null;
}

const MOST = 1_000;

/** Answers the gateway alone whose legal representative a person is, by a hash of the number (platform/persons/comparison.ts). */
export async function legalRepresentation(
  { numberHash = null, company = null }: Arguments,
  { viewer, clients }: DepartmentContext,
): Promise<LegalRepresentation> {
  if (viewer.role !== 'INSTALLATION') throw forbidden('只对本系统的网关开放。');
  if (numberHash === null && company === null)
    throw badUserInput('参数 numberHash 与 company 至少给出其一。', { argument: 'numberHash' });
  const sql = clients.imports;
  const [keys = ''] = numberHash?.split('.') ?? [];
  const rows = await sql<{ company: string; isTheirs: boolean; isComparable: boolean }[]>`
    /* market.legalRepresentation */
    select subject_id as company, coalesce(legal_representative_hash = ${numberHash}, false) as "isTheirs",
      coalesce(${numberHash}::text is null or split_part(legal_representative_hash, '.', 1) = ${keys}, false)
        and legal_representative_hash is not null as "isComparable"
    from market.registrations
    where superseded_at is null and withheld_reason is null and item = 'market.registration'
      and ${company === null ? sql`legal_representative_hash = ${numberHash}` : sql`subject_id = ${company}`}
    order by subject_id limit ${MOST}`;
  return {
    companies: rows.filter(({ isTheirs }) => isTheirs).map((row) => row.company),
    isRecorded: rows.some(({ isComparable }) => isComparable),
  };
}
