import { FIELDS, ROWS } from './matrices.ts';
import { type Asking, STANDINGS } from './standings.ts';

/** Whose record it is, where it is kept, and what it is like. */
export interface Kept {
  readonly department: string;
  readonly subject: string;
  readonly condition: string;
  /** Whether its subject is known from hidden rows alone. */
  readonly isOfGhost: boolean;
}

/** Somebody who asks all sorts of questions, and what the matrices say of them. */
export interface Asker extends Asking {
  readonly name: string;
  /** The column of the matrices that holds for somebody's records in a department. */
  column(kept: Pick<Kept, 'department' | 'subject'>): string;
  /** Whether subjects that are known from hidden rows alone exist for them. */
  readonly knowsGhosts: boolean;
}

const ELSEWHERE = { department: 'tax', subject: '91990103MA2N7K1R10' };

/** One asker of each kind; `own` is the subject whose file is somebody's own, and so is `person`, a natural one. */
export function askersOf(own: string, person?: string): readonly Asker[] {
  const asker = (
    name: string,
    standing: string,
    asked: Partial<typeof ELSEWHERE> = {},
    column: Asker['column'] = () => standing,
  ): Asker => {
    const asking = STANDINGS[standing]?.({ ...ELSEWHERE, ...asked });
    if (!asking) throw new Error(`nobody stands as ${standing}`);
    const knowsGhosts = ['CREDIT_OFFICE+PURPOSE', 'AUDITOR+PURPOSE'].includes(standing);
    return { name, ...asking, column, knowsGhosts };
  };
  const official = (home: string, what: 'PURPOSE' | 'PERSONS' = 'PURPOSE') =>
    asker(`DEPARTMENT ${home}+${what}`, `DEPARTMENT OWN+${what}`, { department: home }, ({ department }) =>
      department === home ? `DEPARTMENT OWN+${what}` : `DEPARTMENT OTHER+${what}`,
    );
  return [
    ...['ANONYMOUS', 'PORTAL', 'ANALYST', 'BANK', 'BANK+PURPOSE', 'SUBJECT'].map((name) => asker(name, name)),
    asker('BANK+GRANT', 'BANK+GRANT', { subject: own }, ({ subject }) =>
      subject === own ? 'BANK+GRANT' : 'BANK+GRANT OTHER',
    ),
    asker('SUBJECT OWN', 'SUBJECT OWN', { subject: own }, ({ subject }) =>
      subject === own ? 'SUBJECT OWN' : 'SUBJECT OTHER',
    ),
    ...(person === undefined
      ? []
      : [
          asker('PERSON OWN', 'SUBJECT OWN', { subject: person }, ({ subject }) =>
            subject === person ? 'SUBJECT OWN' : 'SUBJECT OTHER',
          ),
        ]),
    asker('DEPARTMENT tax', 'DEPARTMENT'),
    official('tax'),
    official('market'),
    official('market', 'PERSONS'),
    asker('CREDIT_OFFICE', 'CREDIT_OFFICE'),
    asker('CREDIT_OFFICE+PURPOSE', 'CREDIT_OFFICE+PURPOSE', {}, ({ department }) =>
      department === 'credit' ? 'CREDIT_OFFICE OWN+PURPOSE' : 'CREDIT_OFFICE+PURPOSE',
    ),
    asker('AUDITOR', 'AUDITOR'),
    asker('AUDITOR+PURPOSE', 'AUDITOR+PURPOSE'),
  ];
}

/** Whether the matrix lets somebody see a record, now or (where it has been replaced) as it once was. */
export function seesRow(asker: Asker, kept: Kept): boolean {
  if (kept.isOfGhost && !asker.knowsGhosts) return false;
  // Nobody sees now what was replaced; who sees what was withdrawn sees the past as it stood.
  const condition = kept.condition.startsWith('SUPERSEDED') ? 'WITHDRAWN' : kept.condition;
  return ROWS.get(condition)?.[asker.column(kept)] === 'seen';
}

/** The matrix's cell of a field: `seen`, `absent`, or the code with which it is refused. */
export function cellOf(asker: Asker, field: string, kept: Pick<Kept, 'department' | 'subject'>): string {
  return FIELDS.get(field)?.[asker.column(kept)] ?? 'absent';
}
