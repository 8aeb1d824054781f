import { RETRY_SECONDS } from '../verdicts/verdict.ts';
import type { Authorization, AuthorizationStatus } from './authorization.ts';
import { type Block, blocksOn } from './blocks.ts';
import { STATUS_LABELS } from './labels.ts';

type PackageOutcome =
  | 'COMPLETE'
  | 'PARTIAL'
  | 'AUTHORIZATION_REQUIRED'
  | 'AUTHORIZATION_ENDED'
  | 'ASKED_TWICE'
  | 'SUBJECT_UNKNOWN'
  | 'UNAVAILABLE';

/** What becomes of one company that a package is asked of. */
export interface PackageResult {
  readonly outcome: PackageOutcome;
  readonly missing: readonly Block[];
  readonly message: string | null;
  readonly retryAfter: number | null;
  readonly package: object | null;
}

/** The blocks that an authorization was asked for, as far as the table has them still. */
export function askedBlocks({ blocks }: Pick<Authorization, 'blocks'>, today: string): readonly Block[] {
  return blocksOn(today).filter(({ code }) => blocks.includes(code));
}

/** An authorization that opens nothing, or nothing any more. */
export function ended(status: AuthorizationStatus, asked: readonly Block[]): PackageResult {
  if (status === 'REQUESTED' || status === 'DECLINED')
    return refused('AUTHORIZATION_REQUIRED', asked, `此授权${STATUS_LABELS[status]}:所请数据块为${labelsOf(asked)}。`);
  const message = `此授权${STATUS_LABELS[status]}。如仍需查询,请以 requestAuthorization 重新请企业授权:${labelsOf(asked)}。`;
  return refused('AUTHORIZATION_ENDED', asked, message);
}

export function refused(outcome: PackageOutcome, missing: readonly Block[], message: string): PackageResult {
  return { outcome, missing, message, retryAfter: null, package: null };
}

export function unavailable(missing: readonly Block[]): PackageResult {
  const message = `有关部门暂未应答,数据此次未知(不等于没有)。请在 ${RETRY_SECONDS} 秒后重试。`;
  return { outcome: 'UNAVAILABLE', missing, message, retryAfter: RETRY_SECONDS, package: null };
}

export function messageOf(silent: readonly Block[], uncovered: readonly Block[]): string | null {
  const sentences = [
    ...(silent.length > 0 ? [`${labelsOf(silent)}未应答(不等于没有),请在 ${RETRY_SECONDS} 秒后重试。`] : []),
    ...(uncovered.length > 0
      ? [`本市未归集:${uncovered.map(({ label, holder }) => `${label}(${holder})`).join('、')}。`]
      : []),
  ];
  return sentences.length > 0 ? sentences.join('') : null;
}

export function labelsOf(blocks: readonly Block[]): string {
  return blocks.map(({ label, holder }) => `${label}(${holder})`).join('、');
}
