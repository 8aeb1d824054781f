import type { AuthorizationStatus } from './authorization.ts';

/** How a status is called, for people. */
export const STATUS_LABELS: Readonly<Record<AuthorizationStatus, string>> = {
  REQUESTED: '待企业确认',
  GRANTED: '已同意',
  DECLINED: '企业不同意',
  REVOKED: '已撤回',
  EXPIRED: '已到期',
  USED: '已使用',
};
