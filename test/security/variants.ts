import type { Random } from '../support/random.ts';
import { type Asker, cellOf, seesRow } from './askers.ts';
import { CONDITIONS } from './conditions.ts';
import type { Ghost, Slot } from './slots.ts';
import { withValues } from './values.ts';
import type { World } from './world.ts';

/**
 * Changes what is hidden from a group of askers, the same from each, and nothing else, by what the matrices say: records that they may not see come, go, say
 * something else and are hidden for another reason; fields that they may not see, earlier versions and subjects of hidden
 * rows change. `only` keeps to one department's records.
 */
export async function vary(world: World, group: readonly Asker[], random: Random, only?: string): Promise<void> {
  const [asker] = group;
  if (!asker) throw new Error('nobody asks');
  const { slots, ghosts, tokens, write, city } = world;
  const changed: Slot[] = [];
  for (const slot of slots) {
    if (only !== undefined && slot.kind.department !== only) continue;
    if (seesRow(asker, slot.kept)) {
      if (withHiddenFields(slot, asker, random, tokens)) changed.push(slot);
      continue;
    }
    if (!random.chance(only === undefined ? 0.35 : 0.9)) continue;
    if (!slot.isEarlier) {
      slot.isThere = random.chance(0.7);
      const conditions = CONDITIONS.filter((condition) => !seesRow(asker, { ...slot.kept, condition }));
      if (random.chance(0.5)) slot.kept = { ...slot.kept, condition: random.pick(conditions) };
    }
    slot.values = withValues(slot, random, tokens);
    changed.push(slot);
  }
  const spirits: Ghost[] = asker.knowsGhosts || only !== undefined ? [] : [...ghosts];
  for (const ghost of spirits) {
    ghost.isThere = random.chance(0.6);
    ghost.name = `云泽${tokens.text(ghost.kept, null)}有限公司`;
  }
  await write(changed, spirits);
  for (const { department } of new Set(world.kinds)) {
    if (only !== undefined && department !== only) continue;
    const levels = LEVELS.filter(
      (level) => !seesRow(asker, { department, subject: '', condition: conditionOf(level), isOfGhost: false }),
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

/** The same record with other values in columns that only fields show which somebody may not see; whether there are any. */
function withHiddenFields(slot: Slot, asker: Asker, random: Random, tokens: World['tokens']): boolean {
  const hidden = slot.kind.columns.filter(
    ({ fields, words }) =>
      words !== 'FIXED' && fields.length > 0 && fields.every((field) => cellOf(asker, field, slot.kept) !== 'seen'),
  );
  if (hidden.length === 0) return false;
  const { row } = withValues(slot, random, tokens);
  const cells = Object.fromEntries(hidden.map(({ name }) => [name, row[name]]));
  slot.values = { ...slot.values, row: { ...slot.values.row, ...cells } };
  return true;
}
