import { authorizationRequired, forbidden, type Refusal } from '../errors.ts';
import { lacksPurpose } from './rights.ts';
import type { AccessLevel, CallerRole, Viewer } from './viewer.ts';

/** Why a field of a level is null for a viewer who knows it, and what would change that. */
export function refusalOf(
  field: string,
  level: AccessLevel,
  viewer: Pick<Viewer, 'role' | 'purpose' | 'grants'>,
): Refusal {
  if (lacksPurpose(viewer))
    return forbidden(`字段 ${field} 须注明查询用途:请以请求头 Credit-Purpose 给出已登记的应用事项代码。`);
  if (level === 'PERSONAL' && viewer.role !== 'SUBJECT')
    return forbidden(`字段 ${field} 属自然人信息:所示应用事项须依法涉及自然人,见 viewer.purposes 的 coversPersons。`);
  if (viewer.role === 'SUBJECT') return forbidden(`字段 ${field} 只在本人(本单位)的档案中可见,且须经实名认证。`);
  return level === 'AUTHORIZED'
    ? authorizationRequired(`字段 ${field} 须经信用主体授权方可查询。`)
    : forbidden(`字段 ${field} 不对当前身份开放。`);
}

const ROLE_NAMES: Readonly<Record<CallerRole, string>> = {
  ANONYMOUS: '公众',
  PORTAL: '门户',
  ANALYST: '分析人员',
  BANK: '登记的合作银行',
  DEPARTMENT: '本市部门',
  SUBJECT: '经核验的信用主体代表',
  CREDIT_OFFICE: '信用办',
  AUDITOR: '审计人员',
};

/** Why a field that is for some roles alone is null for a viewer who knows it. */
export function notForViewer(field: string, roles: readonly CallerRole[], viewer: Pick<Viewer, 'role'>): Refusal {
  if (roles.some((role) => role === viewer.role)) {
    return forbidden(`字段 ${field} 须注明查询用途:请以请求头 Credit-Purpose 给出已登记的应用事项代码。`);
  }
  return forbidden(`字段 ${field} 只对${roles.map((role) => ROLE_NAMES[role]).join('、')}开放。`);
}
