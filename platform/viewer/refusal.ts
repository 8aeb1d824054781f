import { authorizationRequired, forbidden, type Refusal } from '../errors.ts';
import { lacksPurpose } from './rights.ts';
import type { AccessLevel, Viewer } from './viewer.ts';

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
