import {
  lacksPurpose,
  levelsKnownTo,
  rightsIn,
  rightsInOwnFile,
  rightsUnderGrants,
} from '../../platform/viewer/rights.ts';
import { ACCESS_LEVELS, type AccessLevel, type Viewer } from '../../platform/viewer/viewer.ts';
import { codeTable } from '../../schema/codes/city.ts';
import { usageItemsOf } from '../access/purpose.ts';
import { delegateDecisions, endDelegation, listDelegations } from '../authorizations/delegations.ts';
import { loanStatistics, reportLoan } from '../authorizations/loans.ts';
import { financingPackages } from '../authorizations/packages.ts';
import { authorizationMutations, listAuthorizations } from '../authorizations/resolvers.ts';
import type { QuestionContext } from '../executor/question-context.ts';
import { subjectVerdicts } from '../verdicts/subject-verdicts.ts';

/** The resolvers of what the gateway knows itself: who is asking, and what this question may see. */
export const ownResolvers = {
  Query: {
    authorizations: listAuthorizations,
    delegations: listDelegations,
    financingPackages,
    loanStatistics,
    viewer: (_root: unknown, _args: unknown, { caller, purpose, viewer, bill }: QuestionContext) => ({
      role: caller.role,
      client: caller.client,
      organization: caller.organisation,
      department: caller.department,
      ownSubject: viewer.ownSubject === null ? null : { __typename: 'Subject', id: viewer.ownSubject },
      purpose,
      purposes: usageItemsOf(caller, viewer.today),
      access: ACCESS_LEVELS.map((level) => accessTo(level, viewer)),
      limits: {
        pointsPerQuestion: bill.limits.pointsPerQuestion,
        pointsPerDay: bill.limits.pointsPerDay,
        remaining: bill.left?.remaining ?? null,
        resetsIn: bill.left?.reset ?? null,
      },
    }),
  },
  Subject: { verdicts: subjectVerdicts },
  Mutation: { ...authorizationMutations, delegateDecisions, endDelegation, reportLoan },
};

function accessTo(level: AccessLevel, viewer: Viewer) {
  const label = codeTable('publicity-attributes').get(level)?.label ?? level;
  return { level: { code: level, label }, extent: extentOf(level, viewer), missing: missingFor(level, viewer) };
}

function extentOf(level: AccessLevel, viewer: Viewer): string {
  if (rightsIn(null, viewer).levels.includes(level)) return 'ALL';
  if (viewer.department !== null && rightsIn(viewer.department, viewer).levels.includes(level)) return 'OWN_DEPARTMENT';
  if (rightsUnderGrants(viewer).levels.includes(level)) return 'GRANTED';
  return rightsInOwnFile(viewer).levels.includes(level) ? 'OWN_FILE' : 'NONE';
}

function missingFor(level: AccessLevel, viewer: Viewer): string | null {
  if (extentOf(level, viewer) !== 'NONE') return null;
  if (!levelsKnownTo(viewer, viewer.department ?? undefined).includes(level)) return null;
  if (lacksPurpose(viewer)) return '须以请求头 Credit-Purpose 注明已登记的应用事项。';
  if (level === 'PERSONAL' && viewer.role !== 'SUBJECT') return '须以依法涉及自然人的应用事项为用途。';
  return viewer.role === 'SUBJECT'
    ? '须持实名认证的凭证。'
    : '须经信用主体授权,并以请求头 Credit-Authorization 或 financingPackages 出示。';
}
