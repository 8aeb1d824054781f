import { codeTable } from '../../schema/codes/city.ts';
import type { OwnContext, Received } from '../own/asks.ts';
import { shownItem } from '../own/items.ts';
import { appliesTo, isKeptFrom } from './catalogue.ts';

/** What is known of one catalogue item of one subject; the audit chain keeps a letter for each (audit/told-verdicts.ts). */
export type VerdictOutcome = 'RECORDS' | 'NONE' | 'NOT_APPLICABLE' | 'NOT_COVERED' | 'NOT_AUTHORIZED' | 'UNAVAILABLE';

export interface Verdict {
  readonly subject: object;
  readonly item: object | null;
  readonly outcome: VerdictOutcome;
  readonly isStale: boolean;
  readonly asOf: string | null;
  readonly reportedThrough: string | null;
  readonly retryAfter: number | null;
}

/** What departments answered of the subjects of a question. */
export interface Findings {
  /** `<subject> <item>` wherever there is a visible record. */
  readonly present: ReadonlySet<string>;
  readonly silent: ReadonlySet<string>;
  /** Undefined where that is not known. */
  readonly received: ReadonlyMap<string, Received> | undefined;
}

/** In how many seconds a department that did not answer may be asked again. */
export const RETRY_SECONDS = 5;

/** Asks each department once about all subjects: of which of these items they have records that the viewer may see. */
export async function findingsOf(
  subjects: readonly string[],
  items: readonly string[],
  context: OwnContext,
): Promise<Findings> {
  const { asks } = context;
  const byDepartment = new Map<string, string[]>();
  for (const item of items) {
    const department = asks.departmentOf(item)?.department;
    if (department !== undefined) byDepartment.set(department, [...(byDepartment.get(department) ?? []), item]);
  }
  const [received, ...answers] = await Promise.all([
    asks.received(context),
    ...[...byDepartment].map(async ([department, own]) => ({
      department,
      found: await asks.presence(department, subjects, own, context),
    })),
  ]);
  return {
    received,
    silent: new Set(answers.filter(({ found }) => !found).map(({ department }) => department)),
    present: new Set(answers.flatMap(({ found = [] }) => found.map(({ subject, item }) => `${subject} ${item}`))),
  };
}

/** The verdict on an item that a department of this installation submits, as what was found lets it be told to the viewer. */
export function verdictOn(
  item: string,
  subject: string,
  { present, silent, received }: Findings,
  { asks, viewer, now }: OwnContext,
): Verdict {
  const department = asks.departmentOf(item)?.department ?? '';
  const facts = received?.get(item);
  const told = {
    subject: { __typename: 'Subject', id: subject },
    item: shownItem(item, asks),
    isStale: isStale(asks.items.get(item)?.updated, facts?.receivedAt ?? null, now()),
    asOf: viewer.known ?? now().toISOString(),
    reportedThrough: facts?.reportedThrough ?? null,
    retryAfter: null,
  };
  if (silent.has(department)) return { ...told, outcome: 'UNAVAILABLE', asOf: null, retryAfter: RETRY_SECONDS };
  if (present.has(`${subject} ${item}`)) return { ...told, outcome: 'RECORDS' };
  if (!appliesTo(item, subject, viewer.today)) return { ...told, outcome: 'NOT_APPLICABLE' };
  if (isKeptFrom(viewer, subject, item, department)) return { ...told, outcome: 'NOT_AUTHORIZED', asOf: null };
  // Nothing found where nothing was ever submitted tells nothing of the subject.
  return { ...told, outcome: facts && facts.receivedAt === null ? 'NOT_COVERED' : 'NONE' };
}

/** Whether a department has not submitted for longer than it should: the days stand in the table `update-frequencies`. */
function isStale(frequency: string | undefined, receivedAt: string | null, now: Date): boolean {
  const days = Number(codeTable('update-frequencies').get(frequency ?? '')?.extra.days ?? '');
  if (!days || receivedAt === null) return false;
  return now.getTime() - Date.parse(receivedAt) > days * 86_400_000;
}
