import { sightOf } from '../../platform/records/visibility.ts';
import { ACCESS_LEVELS, type AccessLevel, type Viewer } from '../../platform/viewer/viewer.ts';
import { codeTable } from '../../schema/codes/city.ts';
import { type CreditCode, isCreditCode, kindOf, parse } from '../../schema/identifiers/credit-code.ts';

/** What verdicts must know of a catalogue item (code table `catalogue-items`). */
interface ItemRules {
  /** The level above PUBLIC that records of it have by their kind or grade. */
  readonly rows: AccessLevel | null;
  /** The level above PUBLIC that fields of its public records have. */
  readonly fields: AccessLevel | null;
  /** The kinds of subject that it can be about; empty for all. */
  readonly kinds: readonly string[];
}

const OF_EVERYBODY: ItemRules = { rows: null, fields: null, kinds: [] };

function rulesOn(item: string, day: string): ItemRules {
  const found = codeTable('catalogue-items').onDate(day).get(item)?.extra;
  if (!found) return OF_EVERYBODY;
  const levelIn = (text: string | undefined) => ACCESS_LEVELS.find((level) => level === text) ?? null;
  const kinds = (found.kinds ?? '').split('|').filter(Boolean);
  return { rows: levelIn(found.rows), fields: levelIn(found.fields), kinds };
}

/** Whether an item needs the subject's authorization on a day, wholly or in part. */
export function needsAuthorization(item: string, day: string): boolean {
  const { rows, fields } = rulesOn(item, day);
  return rows === 'AUTHORIZED' || fields === 'AUTHORIZED';
}

/** Whether an item can be about a subject, as far as its credit code tells its kind. */
export function appliesTo(item: string, subject: string, day: string): boolean {
  const { kinds } = rulesOn(item, day);
  return kinds.length === 0 || !isCreditCode(subject) || kinds.includes(kindOf(parse(subject) as CreditCode));
}

/** Whether records of the item that are not public by their kind are kept from the viewer. */
export function isKeptFrom(viewer: Viewer, subject: string, item: string, department: string): boolean {
  const { rows } = rulesOn(item, viewer.today);
  if (rows === null) return false;
  const sight = sightOf(rows, department, viewer);
  if (sight === 'OWN_FILE') return viewer.ownSubject !== subject;
  if (sight === 'GRANTED') return !viewer.grants.some((one) => one.subject === subject && one.items.includes(item));
  return sight === 'NEVER';
}
