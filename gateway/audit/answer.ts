import { badUserInput, forbidden } from '../../platform/errors.ts';
import { connection } from '../../platform/records/connection.ts';
import type { CursorSeal } from '../../platform/records/cursor.ts';
import { pageOf } from '../../platform/records/list-arguments.ts';
import { ALL_ITEMS } from '../../platform/records/looks.ts';
import { lacksPurpose, rightsInOwnFile } from '../../platform/viewer/rights.ts';
import { dayInShanghai, type Viewer } from '../../platform/viewer/viewer.ts';
import { usageItemOf } from '../access/purpose.ts';
import type { Asks, OwnContext } from '../own/asks.ts';
import { shownItem } from '../own/items.ts';
import type { Verdict } from '../verdicts/verdict.ts';
import type { KeepChange } from './changes.ts';
import { concealedOn } from './concealment.ts';
import type { AuditReader, KeptAlarm, KeptOutcome, LooksPage, WantedLooks } from './read.ts';
import { receiptText } from './receipt.ts';
import { verdictsIn } from './told-verdicts.ts';

/** What the audit chain answers in the graph. */
export interface AuditAnswers {
  readonly reader: AuditReader;
  readonly seal: CursorSeal;
  readonly variablesKeyOf: (question: string) => string;
  readonly keepChange: KeepChange;
}

interface ListArguments {
  readonly filter?: WantedLooks | null;
  readonly first?: number | null;
  readonly after?: string | null;
}

/** The resolvers of what the chain answers. Without one nobody has looked at anything that could be told. */
export const auditResolvers = {
  Query: {
    accesses(_root: unknown, args: ListArguments, context: OwnContext) {
      const { subject, ...others } = args.filter ?? {};
      for (const [name, text] of Object.entries({ subject, ...others }))
        if (text && !isStorable(text))
          throw badUserInput(`筛选项 ${name} 须为不超过 100 字的有效文本。`, { argument: `filter.${name}` });
      for (const name of ['from', 'until'] as const)
        if (others[name] && Number.isNaN(Date.parse(others[name])))
          throw badUserInput(`筛选项 ${name} 须为带时区的时刻,如 2026-11-21T10:00:00+08:00。`, {
            argument: `filter.${name}`,
          });
      if (subject) context.trace?.add(subject, OF_LOOKS);
      return page('Query.accesses', args, context, args.filter ?? {});
    },
    async alarms(_root: unknown, args: Omit<ListArguments, 'filter'>, { audit, viewer }: OwnContext) {
      const seal = audit?.seal ?? NO_SEAL;
      const asked = pageOf<object>('Query.alarms', { ...args, filter: {}, first: args.first ?? 20 }, viewer, seal);
      const before = asked.after === null ? null : Number(asked.after[0]);
      const found = ((await audit?.reader.alarms({ before, limit: asked.first + 1 })) ?? []).map(alarmOf);
      return connection(found, asked, undefined, ({ sequence }) => [String(sequence)], seal);
    },
    async receipt(_root: unknown, { id }: { readonly id: string }, { audit, asks, caller, viewer }: OwnContext) {
      if (!/^[\w-]{1,64}$/u.test(id))
        throw badUserInput('回执编号由字母、数字、- 和 _ 组成,取自回答的 extensions.receipt。', { argument: 'id' });
      const line = await audit?.reader.outcome(id);
      if (!audit || !line) return null;
      const { who } = line;
      const isTheirs = who.client !== null && who.client === caller.client && who.ownSubject === viewer.ownSubject;
      if (!isTheirs && !isAuditor(viewer)) return null;
      const { key, algorithm, value } = line.signature;
      return {
        id,
        request: line.request,
        issuedAt: line.at,
        document: line.document,
        variablesHash: line.variables,
        variablesKey: isTheirs ? audit.variablesKeyOf(id) : null,
        answerHash: line.answer,
        signature: `${receiptText(line, { alg: algorithm, kid: key })}.${value}`,
        verdicts: verdictsOf(line, asks),
      };
    },
  },
  Subject: {
    __resolveReference: (reference: object) => reference,
    accesses({ id }: { readonly id: string }, args: ListArguments, context: OwnContext) {
      const { viewer } = context;
      const isOwn = rightsInOwnFile(viewer).levels.length > 0 && viewer.ownSubject === id;
      if (!isOwn && !isAuditor(viewer))
        throw forbidden('字段 accesses 只对信用主体本人(本单位)和注明用途的审计人员开放。');
      context.trace?.add(id, OF_LOOKS);
      const forSubject = isOwn ? { subject: id, concealed: concealedOn(viewer.today) } : undefined;
      return page('Subject.accesses', args, context, { subject: id }, forSubject);
    },
  },
};

function verdictsOf({ verdicts, asOf, at }: KeptOutcome['body'], asks: Asks): readonly Verdict[] {
  return (verdicts ? verdictsIn(verdicts) : []).map(({ subject, item, outcome, isStale }) => ({
    subject: { __typename: 'Subject', id: subject },
    item: asks.items.has(item) ? shownItem(item, asks) : null,
    outcome,
    isStale,
    asOf: outcome === 'UNAVAILABLE' || outcome === 'NOT_AUTHORIZED' ? null : (asOf ?? at),
    reportedThrough: null,
    retryAfter: null,
  }));
}

function alarmOf({ sequence, body }: KeptAlarm) {
  const { at, alarm: kind, who, subjects, most, isStopped } = body;
  return {
    sequence,
    at,
    kind,
    role: who.role,
    client: who.client,
    organization: who.organisation,
    department: who.department,
    subjects,
    most,
    isStopped,
  };
}

/** Text that a database can be asked for: no halves of characters, nothing that is no text. */
function isStorable(text: string): boolean {
  return text.length <= 100 && !/[\0\p{Surrogate}]/u.test(text);
}

/** What a look at the looks is a look at. */
const OF_LOOKS = ['accesses'];

function isAuditor(viewer: Viewer): boolean {
  return viewer.role === 'AUDITOR' && !lacksPurpose(viewer);
}

async function page(
  list: string,
  args: ListArguments,
  { audit, viewer, asks }: OwnContext,
  wanted: WantedLooks,
  forSubject?: LooksPage['forSubject'],
): Promise<object> {
  const seal = audit?.seal ?? NO_SEAL;
  const asked = pageOf<WantedLooks>(list, { ...args, first: args.first ?? 20 }, viewer, seal);
  const before = asked.after === null ? null : Number(asked.after[0]);
  const limit = asked.first + 1;
  const lines = (await audit?.reader.looks(wanted, { before, limit, forSubject })) ?? [];
  const found = lines.map((line) => accessOf(line, wanted.subject ?? undefined, asks));
  return {
    ...connection(found, asked, undefined, ({ sequence }) => [String(sequence)], seal),
    totalCount: () => audit?.reader.count(wanted, forSubject) ?? 0,
  };
}

const NO_SEAL: CursorSeal = { seal: () => '', open: () => undefined };

function accessOf({ sequence, body }: KeptOutcome, subject: string | undefined, asks: Asks) {
  const { who, looks, at } = body;
  const items = looks
    .filter(({ subjects }) => subject === undefined || subjects.includes(subject))
    .flatMap((look) => look.items);
  const codes = [...new Set(items)].filter((item) => item.includes('.')).sort();
  return {
    sequence,
    at,
    role: who.role,
    organization: who.organisation,
    department: who.department,
    purpose: body.purpose === null ? null : usageItemOf(body.purpose, dayInShanghai(new Date(at))),
    authorizations: body.authorizations,
    items: codes.map((code) => shownItem(code, asks)),
    isOfAllSections: items.some((item) => ALL_ITEMS.includes(item)),
    outcome: body.outcome,
    client: who.client,
    request: body.request,
    subjects: subjectsIn(body.looks).map((id) => ({ __typename: 'Subject', id })),
  };
}

function subjectsIn(looks: KeptOutcome['body']['looks']): readonly string[] {
  return [...new Set(looks.flatMap(({ subjects }) => subjects))].sort();
}
