import type { AccessLevel, Role, Standing } from './viewer.ts';

/** What a viewer may see of somebody's records in one department. */
export interface Rights {
  /** Of fields and of rows. */
  readonly levels: readonly AccessLevel[];
  /** Whether ended, withheld and withdrawn records are seen as well, and the past as it stood. */
  readonly isWhole: boolean;
}

interface RoleRights extends Rights {
  /** Whether it sees no more than the public does until its question says what it is for (F140). */
  readonly needsPurpose: boolean;
  /** Whether it belongs to a department, whose own records it sees whole. */
  readonly isOfDepartment: boolean;
}

const NOTHING: Rights = { levels: [], isWhole: false };
const PUBLIC_ONLY: Rights = { levels: ['PUBLIC', 'LISTED_PERSON'], isWhole: false };
/** Analyses are not about people (F231), nor is lending to enterprises. */
const WITHOUT_PERSONS: Rights = { levels: ['PUBLIC'], isWhole: false };
const OFFICIAL: readonly AccessLevel[] = ['PUBLIC', 'LISTED_PERSON', 'AUTHORIZED', 'GOVERNMENT'];
const PUBLIC_ROLE: RoleRights = { ...PUBLIC_ONLY, needsPurpose: false, isOfDepartment: false };

/** What each role sees of anybody's records, given a purpose where it needs one (architecture §6). */
const OF_ROLE: Readonly<Record<Role, RoleRights>> = {
  ANONYMOUS: PUBLIC_ROLE,
  PORTAL: PUBLIC_ROLE,
  ANALYST: { ...PUBLIC_ROLE, ...WITHOUT_PERSONS },
  SUBJECT: PUBLIC_ROLE,
  INSTALLATION: PUBLIC_ROLE,
  BANK: { ...PUBLIC_ROLE, ...WITHOUT_PERSONS, needsPurpose: true },
  DEPARTMENT: { levels: OFFICIAL, isWhole: false, needsPurpose: true, isOfDepartment: true },
  CREDIT_OFFICE: { levels: OFFICIAL, isWhole: true, needsPurpose: true, isOfDepartment: true },
  AUDITOR: { levels: OFFICIAL, isWhole: true, needsPurpose: true, isOfDepartment: false },
};

/** What is seen of one's own file: everything but what the owning department keeps to itself. */
const OF_OWN_FILE: Rights = { levels: [...OFFICIAL, 'PERSONAL'], isWhole: true };
/** No persons and nothing of the government's: an authorization opens what the catalogue keeps for it. */
const UNDER_GRANTS: Rights = { levels: ['AUTHORIZED'], isWhole: false };

/** Whether a role's questions must say what they are for to be shown more than the public is. */
export function needsPurpose(role: Role): boolean {
  return OF_ROLE[role].needsPurpose;
}

/** Whether the viewer sees no more than the public does because its question does not say what it is for. A subject's authorization says it, too. */
export function lacksPurpose(viewer: Pick<Standing, 'role' | 'purpose' | 'grants'>): boolean {
  return needsPurpose(viewer.role) && viewer.purpose === null && viewer.grants.length === 0;
}

/** What the viewer may see of anybody's records in a department; null for one that is not its own. */
export function rightsIn(department: string | null, viewer: Standing): Rights {
  const { levels, isWhole } = OF_ROLE[viewer.role];
  if (lacksPurpose(viewer))
    return { levels: levels.filter((level) => PUBLIC_ONLY.levels.includes(level)), isWhole: false };
  const isOwn = isHome(department, viewer);
  const more: readonly AccessLevel[] = [
    ...(isOwn ? (['CONFIDENTIAL'] as const) : []),
    ...(hasPurposeForPersons(viewer) ? (['PERSONAL'] as const) : []),
  ];
  return more.length === 0 ? { levels, isWhole } : { levels: [...levels, ...more], isWhole: isWhole || isOwn };
}

/** Natural persons' records are for officials whose purpose extends to them; the law's purpose decides, not the office. */
function hasPurposeForPersons({ role, purpose, coversPersons }: Standing): boolean {
  return isOfficial(role) && purpose !== null && coversPersons;
}

function isOfficial(role: Role): boolean {
  return OF_ROLE[role].levels.includes('GOVERNMENT');
}

/** Whether what is for these roles alone (`to` of `@access`) is for the viewer: an official says what for, as everywhere. */
export function isFor(roles: readonly Role[], viewer: Pick<Standing, 'role' | 'purpose' | 'grants'>): boolean {
  return roles.includes(viewer.role) && !(isOfficial(viewer.role) && lacksPurpose(viewer));
}

/** What the viewer may see of its own file, in any department. */
export function rightsInOwnFile(viewer: Pick<Standing, 'role' | 'ownSubject'>): Rights {
  return viewer.role === 'SUBJECT' && viewer.ownSubject !== null ? OF_OWN_FILE : NOTHING;
}

/**
 * Whether a viewer may see more of anybody than the public does: an official with a purpose, who opens its own file, who has
 * a subject's authorization. What such a viewer asks leaves a trace, whatever it finds.
 */
export function seesMoreThanPublic(viewer: Standing): boolean {
  const { levels, isWhole } = rightsIn(viewer.department, viewer);
  const isMore = isWhole || levels.some((level) => !PUBLIC_ONLY.levels.includes(level));
  return isMore || rightsInOwnFile(viewer).levels.length > 0 || rightsUnderGrants(viewer).levels.length > 0;
}

/** What the viewer may see of the items that a subject has authorized it to: as others' authorized records, while published. */
export function rightsUnderGrants(viewer: Pick<Standing, 'role' | 'grants'>): Rights {
  return viewer.role === 'BANK' && viewer.grants.length > 0 ? UNDER_GRANTS : NOTHING;
}

/**
 * The levels of the fields that exist for a viewer at all: what lacks a purpose or a grant is null with the reason, not
 * absent. Of its own department's fields all exist.
 */
export function levelsKnownTo(
  viewer: Pick<Standing, 'role' | 'department'>,
  department?: string,
): readonly AccessLevel[] {
  if (viewer.role === 'BANK') return ['PUBLIC', 'AUTHORIZED'];
  if (viewer.role === 'SUBJECT') return OF_OWN_FILE.levels;
  const levels = [...OF_ROLE[viewer.role].levels, ...(isOfficial(viewer.role) ? (['PERSONAL'] as const) : [])];
  return department !== undefined && isHome(department, viewer) ? [...levels, 'CONFIDENTIAL'] : levels;
}

function isHome(department: string | null, viewer: Pick<Standing, 'role' | 'department'>): boolean {
  return department !== null && OF_ROLE[viewer.role].isOfDepartment && viewer.department === department;
}
