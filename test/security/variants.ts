import type { Random } from '../support/random.ts';
import { type Asker, cellOf, type Kept, seesRow } from './askers.ts';
import { CONDITIONS } from './conditions.ts';
import type { Ghost, Slot } from './slots.ts';
import { fullName, withValues } from './values.ts';
import type { World } from './world.ts';

/**
 * Changes what is hidden from each of a group of askers, and nothing else, by what the matrices say: records that none of them may see come, go, say
 * something else and are hidden for another reason; fields that they may not see, earlier versions, subjects of hidden
 * rows and natural persons' names change. `only` keeps to one department's records.
 */
export async function vary(world: World, group: readonly Asker[], random: Random, only?: string): Promise<void> {
  const seen = (kept: Kept): boolean => group.some((asker) => seesRow(asker, kept));
  const { slots, ghosts, tokens, write, city } = world;
  const changed: Slot[] = [];
  for (const slot of slots) {
    if (only !== undefined && slot.kind.department !== only) continue;
    if (seen(slot.kept)) {
      if (withHiddenFields(slot, group, random, tokens)) changed.push(slot);
      continue;
    }
    if (!random.chance(only === undefined ? 0.35 : 0.9)) continue;
    if (!slot.isEarlier) {
      slot.isThere = random.chance(0.7);
      const conditions = conditionsOf(slot, ghosts).filter((condition) => !seen({ ...slot.kept, condition }));
      if (random.chance(0.5)) slot.kept = { ...slot.kept, condition: random.pick(conditions) };
    }
    slot.values = withValues(slot, random, tokens);
    changed.push(slot);
  }
  const spirits: Ghost[] = only === undefined ? ghosts.filter(({ kept }) => !seen(kept) && !isKnown(kept, group)) : [];
  for (const ghost of spirits) {
    ghost.isThere = ghost.person?.isListed || random.chance(0.6);
    ghost.name = ghost.person
      ? fullName(ghost.person.surname, ghost.kept, tokens)
      : `云泽${tokens.text(ghost.kept, null)}有限公司`;
  }
  await write(changed, spirits);
  for (const { department } of new Set(world.kinds)) {
    if (only !== undefined && department !== only) continue;
    const levels = LEVELS.filter(
      (level) => !seen({ department, subject: '', condition: conditionOf(level), isOfGhost: false }),
    );
    const days = Object.fromEntries(levels.map((level) => [level, `2026-11-1${random.below(9)}`]));
    await city.database.admin`
      update credit.catalogue_items set reported_through = coalesce(reported_through, '{}') || ${JSON.stringify(days)}::text::jsonb
      where department = ${department}`;
  }
}

const LEVELS = ['AUTHORIZED', 'GOVERNMENT', 'CONFIDENTIAL', 'LISTED_PERSON', 'PERSONAL'];

function conditionOf(level: string): string {
  return level.endsWith('PERSON') || level === 'PERSONAL' ? level : `LEVEL_${level}`;
}

const isKnown = ({ isOfGhost }: Kept, group: readonly Asker[]): boolean =>
  isOfGhost && group.some(({ knowsGhosts }) => knowsGhosts);

/** What a record of its subject can be like: a person's is never public, and an unlisted one's on no published list. */
function conditionsOf({ kept }: Slot, ghosts: readonly Ghost[]): readonly string[] {
  const person = ghosts.find(({ code }) => code === kept.subject)?.person;
  if (!person) return CONDITIONS;
  return CONDITIONS.filter((one) => /^PERSONAL/u.test(one) || (person.isListed && /^LISTED_PERSON/u.test(one)));
}

/** The same record with other values in columns that only fields show which somebody may not see; whether there are any. */
function withHiddenFields(slot: Slot, group: readonly Asker[], random: Random, tokens: World['tokens']): boolean {
  const hidden = slot.kind.columns.filter(
    ({ fields, words }) =>
      words !== 'FIXED' && fields.length > 0 && fields.every((field) => isHidden(field, slot, group)),
  );
  if (hidden.length === 0) return false;
  const { row } = withValues(slot, random, tokens);
  const cells = Object.fromEntries(hidden.map(({ name }) => [name, row[name]]));
  slot.values = { ...slot.values, row: { ...slot.values.row, ...cells } };
  return true;
}

const isHidden = (field: string, { kept }: Slot, group: readonly Asker[]): boolean =>
  group.every((asker) => cellOf(asker, field, kept) !== 'seen');
