import type { GraphQLResolveInfo } from 'graphql';
import { badUserInput } from '../../platform/errors.ts';
import { compact, isCreditCode } from '../../schema/identifiers/credit-code.ts';
import { withoutIdNumbers } from '../../schema/identifiers/redact.ts';
import type { OwnContext, Subjects } from '../own/asks.ts';
import { needsAuthorization } from '../verdicts/catalogue.ts';
import { type Findings, findingsOf, RETRY_SECONDS } from '../verdicts/verdict.ts';
import { type AuthorizationStatus, isId, statusOn } from './authorization.ts';
import { blocksOn } from './blocks.ts';
import {
  askedBlocks,
  ended as endedPackage,
  labelsOf,
  messageOf,
  type PackageResult,
  refused,
  unavailable,
} from './package-result.ts';
import { type BlockVerdicts, blocksOfPackage } from './package-verdicts.ts';
import { isGood, type PackageRequest } from './presented.ts';
import { openOf, tried } from './resolvers.ts';
import { shownAuthorization } from './shown.ts';
import type { PresentedAuthorization } from './store.ts';

/** One outcome for each company, in the order of the requests; what happens to one touches no other. */
export async function financingPackages(
  _root: unknown,
  { requests }: { readonly requests: readonly PackageRequest[] },
  context: OwnContext,
  { path }: Pick<GraphQLResolveInfo, 'path'>,
) {
  const { presented, viewer } = context;
  if (requests.length === 0) throw badUserInput('参数 requests 须有 1 至 100 家。', { argument: 'requests' });
  const subjects = await identified(requests, context);
  const held = requests.map((request) => ofItsCompany(request, presented.byId.get(request.authorization), subjects));
  const isOpening = (one: PresentedAuthorization) => isGood(one, viewer.today) && !presented.besides.has(one.id);
  const good = held.flatMap((one) => (one && isOpening(one) ? [one] : []));
  const items = [...new Set(blocksOn(viewer.today).flatMap((block) => block.items))];
  const findings =
    good.length > 0 ? await findingsOf([...new Set(good.map((one) => one.subject_id))], items, context) : NOTHING;
  const packages = new Map(good.map((one) => [one.id, blocksOfPackage(one, findings, context)]));
  for (const { subject_id, items } of good) context.trace?.add(subject_id, items);
  context.said.packages.set(String(path.key), {
    silent: new Set(context.silent),
    results: held.map((one) => restingOn(packages.get(one?.id ?? '') ?? [], context)),
    held,
  });
  const ended = await endedOf([...new Set(good)], packages, context);
  return requests.map((request, at) => {
    const result = resultOf(request, held[at], subjects, packages, ended, context);
    context.trace?.package({
      subject: subjects?.get(request.identifier) ?? null,
      authorization: isId(request.authorization) ? request.authorization : null,
      outcome: result.outcome,
    });
    return { identifier: withoutIdNumbers(request.identifier), ...result };
  });
}

/** The blocks of a package, with the departments that their verdicts rest on. */
function restingOn(blocks: readonly BlockVerdicts[], { asks }: OwnContext) {
  return blocks.map((block) => ({
    block,
    isGranted: block.isGranted,
    departments: block.items.map((item) => asks.departmentOf(item)?.department ?? ''),
  }));
}

const NOTHING: Findings = { present: new Set(), silent: new Set(), received: undefined };

/** Whose identifiers are: those that an authorization names itself are known; the others the credit office is asked for. */
async function identified(requests: readonly PackageRequest[], context: OwnContext): Promise<Subjects | undefined> {
  const known = new Map<string, string>();
  for (const { identifier, authorization } of requests) {
    const subject = context.presented.byId.get(authorization)?.subject_id;
    if (subject !== undefined && compact(identifier) === subject) known.set(identifier, subject);
  }
  const strange = [...new Set(requests.map(({ identifier }) => identifier))].filter((one) => !known.has(one));
  const found = await context.asks.subjectsOf(strange, context);
  return new Map<string, string | null>([
    ...known,
    ...strange.flatMap((one): [string, string | null][] => {
      const subject = found?.get(one);
      if (subject !== undefined) return [[one, subject]];
      // With the credit office silent, a well-formed code is a subject's id all the same.
      return isCreditCode(one) ? [[one, compact(one)]] : [];
    }),
  ]);
}

/** The authorization that was presented, where it is of the company that it was presented for. */
function ofItsCompany(
  { identifier }: PackageRequest,
  authorization: PresentedAuthorization | undefined,
  subjects: Subjects | undefined,
): PresentedAuthorization | undefined {
  return authorization && subjects?.get(identifier) === authorization.subject_id ? authorization : undefined;
}

/** Notes which single uses something was found out with; tells which did not hold until then. They are settled elsewhere (uses.ts). */
async function endedOf(
  held: readonly PresentedAuthorization[],
  packages: ReadonlyMap<string, readonly BlockVerdicts[]>,
  context: OwnContext,
): Promise<ReadonlySet<string>> {
  const used = held.filter(({ id, isClaimed }) => isClaimed && isAnswered(packages.get(id) ?? [])).map(({ id }) => id);
  if (used.length === 0) return new Set();
  const standing = await tried(openOf(context).store.standing(used, context.viewer.requestId));
  for (const id of used) context.said.answered.add(id);
  return new Set(used.filter((id) => !standing.includes(id)));
}

/** Whether any department that holds something of the granted blocks answered. */
function isAnswered(blocks: readonly BlockVerdicts[]): boolean {
  const outcomes = blocks
    .filter(({ isGranted }) => isGranted)
    .flatMap(({ verdicts }) => verdicts.map((one) => one.outcome));
  return outcomes.some((outcome) => outcome !== 'UNAVAILABLE');
}

function resultOf(
  { identifier }: PackageRequest,
  held: PresentedAuthorization | undefined,
  subjects: Subjects | undefined,
  packages: ReadonlyMap<string, readonly BlockVerdicts[]>,
  ended: ReadonlySet<string>,
  context: OwnContext,
): PackageResult {
  const subject = subjects?.get(identifier);
  if (subject === undefined) return unavailable([]);
  if (subject === null)
    return refused('SUBJECT_UNKNOWN', [], '没有此企业:请核对标识,可先以 subjectsByIdentifier 识别。');
  const today = context.viewer.today;
  const required = blocksOn(today).filter(({ items }) => items.some((item) => needsAuthorization(item, today)));
  if (!held) {
    const message = `没有此企业可用的授权。可以 requestAuthorization 请企业授权:${labelsOf(required)}。`;
    return refused('AUTHORIZATION_REQUIRED', required, message);
  }
  const blocks = packages.get(held.id);
  const asked = askedBlocks(held, today);
  if (context.presented.besides.has(held.id))
    return refused('ASKED_TWICE', asked, '同一企业在这次查询中已凭另一份授权作答:一次查询只凭一份,请另行查询这一份。');
  if (!blocks || ended.has(held.id)) return endedPackage(ended.has(held.id) ? 'USED' : statusOf(held, today), asked);
  const granted = blocks.filter(({ isGranted }) => isGranted);
  const isMissing = (outcome: string) =>
    granted.filter(({ verdicts }) => verdicts.some((one) => one.outcome === outcome));
  const silent = isMissing('UNAVAILABLE');
  if (!isAnswered(blocks)) return unavailable(silent);
  const uncovered = granted.filter(({ verdicts }) => verdicts.every((one) => one.outcome === 'NOT_COVERED'));
  return {
    outcome: silent.length > 0 ? 'PARTIAL' : 'COMPLETE',
    missing: [...silent, ...uncovered],
    message: messageOf(silent, uncovered),
    retryAfter: silent.length > 0 ? RETRY_SECONDS : null,
    package: {
      subject: { __typename: 'Subject', id: subject },
      authorization: shownAuthorization({ ...held, state: held.isClaimed ? 'USED' : held.state }, context),
      blocks: blocks.map(({ code, label, isGranted, verdicts }) => ({ block: { code, label }, isGranted, verdicts })),
      asOf: context.viewer.known ?? context.now().toISOString(),
      receipt: context.trace?.receiptId ?? null,
    },
  };
}

/** An authorization for one use that this question did not get is another's, or was used. */
function statusOf(held: PresentedAuthorization, today: string): AuthorizationStatus {
  const status = statusOn(held, today);
  return status === 'GRANTED' ? 'USED' : status;
}
