import type { Authorization } from '../authorizations/authorization.ts';
import { canonical } from './canonical.ts';
import type { ChangeLine, Line } from './line.ts';

/** Where the table of authorizations says something else than the chain. */
export interface Disagreement {
  readonly authorization: string;
  /** `NOT_IN_CHAIN`: nobody made it; `NOT_IN_TABLE`: it was taken away; else what of it is another. */
  readonly what: 'NOT_IN_CHAIN' | 'NOT_IN_TABLE' | 'STATE' | keyof typeof CONTENT;
  /** The line that says otherwise; undefined where none speaks of it. */
  readonly line: number | undefined;
}

type Change = { readonly sequence: number; readonly body: ChangeLine };

/** What lines repeat of an authorization, and no decision changes. */
const CONTENT = {
  subject: [(row: Authorization) => row.subject_id, (line: ChangeLine) => line.subject],
  client: [(row: Authorization) => row.client_id, (line: ChangeLine) => line.grantee],
  blocks: [(row: Authorization) => row.blocks, (line: ChangeLine) => line.blocks],
  items: [(row: Authorization) => row.items, (line: ChangeLine) => line.items],
  until: [(row: Authorization) => row.ends_on, (line: ChangeLine) => line.until],
  isContinuous: [(row: Authorization) => row.is_continuous, (line: ChangeLine) => line.isContinuous],
  purpose: [(row: Authorization) => row.purpose, (line: ChangeLine) => line.loanPurpose],
} as const;

/** Holds a table of authorizations against a chain that was verified before: who may change the one cannot change the other. */
export class AuthorizationsInChain {
  readonly #changes = new Map<string, Change[]>();
  /** Lines of answers that held a package, by the authorization that it was given under. */
  readonly #answers = new Map<string, number>();

  take({ sequence, body }: Pick<Line, 'sequence' | 'body'>): void {
    if (body.kind === 'CHANGE') {
      const [id = ''] = body.authorizations;
      this.#changes.set(id, [...(this.#changes.get(id) ?? []), { sequence, body }]);
    }
    if (body.kind !== 'OUTCOME' || (body.outcome !== 'ANSWERED' && body.outcome !== 'PARTIAL')) return;
    for (const { authorization, outcome } of body.packages ?? [])
      if (authorization !== null && (outcome === 'COMPLETE' || outcome === 'PARTIAL'))
        this.#answers.set(authorization, sequence);
  }

  /** What a table says otherwise, authorization by authorization. */
  compare(rows: readonly Authorization[]): readonly Disagreement[] {
    const known = new Set(rows.map(({ id }) => id));
    const gone = [...this.#changes].filter(([id]) => !known.has(id));
    return [
      ...rows.flatMap((row) => this.#compared(row)),
      ...gone.map(([authorization, changes]): Disagreement => {
        return { authorization, what: 'NOT_IN_TABLE', line: changes[0]?.sequence };
      }),
    ];
  }

  #compared(row: Authorization): readonly Disagreement[] {
    const changes = this.#changes.get(row.id);
    const authorization = row.id;
    if (!changes) return [{ authorization, what: 'NOT_IN_CHAIN', line: undefined }];
    const content = Object.entries(CONTENT).flatMap(([what, [ofRow, ofLine]]): Disagreement[] => {
      const other = changes.find(({ body }) => {
        const said = ofLine(body);
        return said !== undefined && canonical(said) !== canonical(ofRow(row));
      });
      return other ? [{ authorization, what: what as keyof typeof CONTENT, line: other.sequence }] : [];
    });
    const state = this.#stateOf(row, changes);
    return state ? [...content, state] : content;
  }

  #stateOf(row: Authorization, changes: readonly Change[]): Disagreement | undefined {
    const lineOf = (change: ChangeLine['change']) => changes.findLast(({ body }) => body.change === change);
    const last = lineOf('REVOKE') ?? lineOf('DECLINE') ?? lineOf('GRANT') ?? lineOf('REQUEST');
    const expected = last && STATES[last.body.change];
    const otherwise = { authorization: row.id, what: 'STATE' as const, line: last?.sequence };
    if (row.state === 'USED') return expected === 'GRANTED' && !row.is_continuous ? undefined : otherwise;
    if (row.state !== expected) return otherwise;
    const basis = last?.body.basis;
    if (basis !== undefined && row.decision_basis !== basis) return otherwise;
    // Claimed, it is on its way to be used; else somebody has opened it for another use.
    const answer = this.#answers.get(row.id);
    const isOpenedAgain = row.state === 'GRANTED' && !row.is_continuous && row.used_by === null && answer !== undefined;
    return isOpenedAgain ? { ...otherwise, line: answer } : undefined;
  }
}

const STATES = { REQUEST: 'REQUESTED', GRANT: 'GRANTED', DECLINE: 'DECLINED', REVOKE: 'REVOKED' } as const;
