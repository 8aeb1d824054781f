import { createHash } from 'node:crypto';

const LONGEST = 63; // PostgreSQL cuts longer names silently

/** What a department's roles are for; what each may is in grants.ts. */
export const ROLE_KINDS = ['owner', 'app', 'public', 'persons'] as const;
export type RoleKind = (typeof ROLE_KINDS)[number];

/** Roles belong to the whole server, so their names begin with the database's. */
export function roleNames(database: string, department: string): Readonly<Record<RoleKind, string>> {
  const named = (kind: RoleKind) => shorten(`${database}_${department}${kind === 'app' ? '' : `_${kind}`}`);
  return { owner: named('owner'), app: named('app'), public: named('public'), persons: named('persons') };
}

/** @throws Error with a Chinese sentence unless it can name a department, a schema and part of a role. */
export function checkDepartment(name: string): string {
  const isRole = ROLE_KINDS.some((kind) => name.endsWith(`_${kind}`)); // another department's role would have its name
  if (/^[a-z][a-z0-9_]{0,39}$/.test(name) && !isRole) return name;
  throw new Error(
    `部门代号“${name}”不合规范：应以小写字母开头，只含小写字母、数字和下划线，不超过 40 个字符，且不以 ${ROLE_KINDS.map((kind) => `_${kind}`).join('、')} 结尾。`,
  );
}

export function quote(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}

function shorten(name: string): string {
  if (Buffer.byteLength(name) <= LONGEST) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 12);
  return `${Buffer.from(name)
    .subarray(0, LONGEST - 13)
    .toString('utf8')
    .replace(/\uFFFD+$/, '')}_${hash}`;
}
