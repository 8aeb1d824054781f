import { codeTable } from '../../schema/codes/city.ts';
import type { OwnContext, Received } from '../own/asks.ts';
import { frequencyOf, shownItem } from '../own/items.ts';
import type { Authorization } from './authorization.ts';
import { appliesTo, type Block, blocksOn } from './blocks.ts';

export type VerdictOutcome = 'RECORDS' | 'NONE' | 'NOT_APPLICABLE' | 'NOT_COVERED' | 'NOT_AUTHORIZED' | 'UNAVAILABLE';

export interface Verdict {
  readonly item: object | null;
  readonly outcome: VerdictOutcome;
  readonly isStale: boolean;
  readonly asOf: string | null;
  readonly reportedThrough: string | null;
  readonly retryAfter: number | null;
}

export interface BlockVerdicts extends Block {
  readonly isGranted: boolean;
  readonly verdicts: readonly Verdict[];
}

/** What departments answered of the subjects of a question. */
export interface Findings {
  /** `<subject> <item>` wherever there is a visible record. */
  readonly present: ReadonlySet<string>;
  readonly silent: ReadonlySet<string>;
  /** Undefined where that is not known. */
  readonly received: ReadonlyMap<string, Received> | undefined;
}

const RETRY_SECONDS = 5;

/** Asks each department once about all subjects: of which items of the blocks they have records that the viewer may see. */
export async function findingsOf(subjects: readonly string[], context: OwnContext): Promise<Findings> {
  const { asks, viewer } = context;
  const byDepartment = new Map<string, string[]>();
  for (const item of blocksOn(viewer.today).flatMap(({ items }) => items)) {
    const department = asks.departmentOf(item)?.department;
    if (department !== undefined) byDepartment.set(department, [...(byDepartment.get(department) ?? []), item]);
  }
  const [received, ...answers] = await Promise.all([
    asks.received(context),
    ...[...byDepartment].map(async ([department, items]) => ({
      department,
      found: await asks.presence(department, subjects, items, context),
    })),
  ]);
  return {
    received,
    silent: new Set(answers.filter(({ found }) => !found).map(({ department }) => department)),
    present: new Set(answers.flatMap(({ found = [] }) => found.map(({ subject, item }) => `${subject} ${item}`))),
  };
}

/** The blocks of a package: what the authorization opens, and what the departments answered. */
export function blocksOfPackage(
  authorization: Authorization,
  findings: Findings,
  context: OwnContext,
): readonly BlockVerdicts[] {
  return blocksOn(context.viewer.today).map((block) => {
    const isGranted = authorization.blocks.includes(block.code);
    const verdicts = block.items.map((item) =>
      verdictOn(item, block, isGranted, authorization.subject_id, findings, context),
    );
    return { ...block, isGranted, verdicts: verdicts.length > 0 ? verdicts : [nobodySubmits(block)] };
  });
}

function verdictOn(
  item: string,
  block: Block,
  isGranted: boolean,
  subject: string,
  { present, silent, received }: Findings,
  { asks, viewer, now }: OwnContext,
): Verdict {
  const department = asks.departmentOf(item);
  if (!department) return nobodySubmits(block, item);
  const facts = received?.get(item);
  const told = {
    item: shownItem(item, asks),
    isStale: isStale(asks.items.get(item)?.updated, facts?.receivedAt ?? null, now()),
    asOf: viewer.known ?? now().toISOString(),
    reportedThrough: facts?.reportedThrough ?? null,
    retryAfter: null,
  };
  if (!isGranted && block.authorized.includes(item)) return { ...told, outcome: 'NOT_AUTHORIZED', asOf: null };
  if (silent.has(department.department))
    return { ...told, outcome: 'UNAVAILABLE', asOf: null, retryAfter: RETRY_SECONDS };
  if (present.has(`${subject} ${item}`)) return { ...told, outcome: 'RECORDS' };
  if (!appliesTo(block, subject)) return { ...told, outcome: 'NOT_APPLICABLE' };
  // Nothing found where nothing was ever submitted tells nothing of the company.
  return { ...told, outcome: facts && facts.receivedAt === null ? 'NOT_COVERED' : 'NONE' };
}

function nobodySubmits({ code, label, holder }: Block, item = code): Verdict {
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
    item: shown,
    outcome: 'NOT_COVERED',
    isStale: false,
    asOf: null,
    reportedThrough: null,
    retryAfter: null,
  };
}

/** Whether a department has not submitted for longer than it should: the days stand in the table `update-frequencies`. */
function isStale(frequency: string | undefined, receivedAt: string | null, now: Date): boolean {
  const days = Number(codeTable('update-frequencies').get(frequency ?? '')?.extra.days ?? '');
  if (!days || receivedAt === null) return false;
  return now.getTime() - Date.parse(receivedAt) > days * 86_400_000;
}
