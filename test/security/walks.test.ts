import { getNamedType } from 'graphql';
import { describe, expect, it } from 'vitest';
import { randomOf, several } from '../support/random.ts';
import { type Asker, cellOf } from './askers.ts';
import { asked, askingAt } from './asking.ts';
import { FIELDS, ROWS } from './matrices.ts';
import { allOf, everything, fieldsOf } from './places.ts';
import type { Slot } from './slots.ts';
import { arrivedAt, type Target, type Walk, walkTo } from './walks.ts';
import { SUBJECTS, world } from './world.ts';

// The same field, by whatever way: from any root, through lists, boards, timelines, matches and back, under any name and in any
// fragment. What is answered at the end is what the matrices say, and the same for everybody who is answered at all.
// `npm run prove` walks 100,000 ways (WALKS); a failure names its SEED.

const WALKS = Number(process.env.WALKS ?? 1_000);
const SEED = Number(process.env.SEED ?? 1);
/** Ways in one document. */
const TOGETHER = 5;

const city = await world();
const send = askingAt(city.url);
const companies = SUBJECTS.map(({ code }) => code);
const records = city.slots.filter(({ kept, isEarlier }) => companies.includes(kept.subject) && !isEarlier);
const published = records.filter(({ kept, kind }) => kept.condition === 'PUBLISHED' && kind.isPublic);

/** Records that some see without all of their fields, or not at all. */
const isGuarded = (line: string): boolean => FIELDS.get(line)?.ANONYMOUS !== 'seen';
const guarded = records.filter(({ kind }) =>
  fieldsOf(everything, kind.type).some(({ name }) => isGuarded(`${kind.type}.${name}`)),
);

/** What depends on who asks, so that no two need to be told the same. */
const OF_THE_ASKER = /^(?:versions|recordCounts)$/u;
/** What is the same only to the same: of items that somebody may not see it says just that. */
const OF_EACH_ASKER = /^verdicts$/u;

/** A field with its selection, and the line of the matrix that it has. */
interface Aim extends Omit<Target, 'subject'> {
  readonly slot: Slot;
  readonly subject: (typeof SUBJECTS)[number];
  readonly line: string;
  /** Fields on the way whose cells stop whoever may not see them. */
  readonly gates: readonly string[];
  /** Whether everybody who sees it is told the same. */
  readonly isSame: boolean;
  /** Whether, of what is the same, each of them is told what it alone is told. */
  readonly isOfEach: boolean;
}

function aimAt(random: ReturnType<typeof randomOf>): Aim {
  const of = random.pick(['RECORD', 'RECORD', 'RECORD', 'LINE', 'SUBJECT'] as const);
  const isOfAny = of !== 'SUBJECT';
  const picked = random.pick(isOfAny && random.chance(0.6) ? (random.chance(0.4) ? guarded : records) : published);
  // Where one record of many is told alone, it is the latest: no way leads to another one.
  const alone = picked.kind.place.isConnection ? [] : published.filter(({ kind }) => kind === picked.kind);
  const slot = alone.length > 0 ? random.pick(alone) : picked;
  const { place } = slot.kind;
  const type = of === 'RECORD' ? place.type : of === 'LINE' ? 'RecordSummary' : 'Subject';
  const fields = fieldsOf(everything, type);
  const hidden = fields.filter(({ name }) => isGuarded(`${type}.${name}`));
  const field = random.pick(hidden.length > 0 && random.chance(0.3) ? hidden : fields);
  const target = getNamedType(field.type).name;
  const isList = /Connection$/u.test(target);
  const isCounted = fieldsOf(everything, target).some(({ name }) => name === 'totalCount');
  const isRecord = fieldsOf(everything, target).some(({ name }) => name === 'counterpartName');
  const selection = isList
    ? ` { ${isCounted ? 'totalCount' : 'pageInfo { hasNextPage }'} }`
    : /Slice$/u.test(target) || isRecord
      ? ' { __typename }'
      : allOf(everything, target, false);
  const [slice = '', list] = place.path;
  const sliceField = fieldsOf(everything, 'Subject').find(({ name }) => name === slice);
  const gates =
    of === 'RECORD'
      ? [`Subject.${slice}`, ...(list && sliceField ? [`${getNamedType(sliceField.type).name}.${list}`] : [])]
      : [];
  const subject = SUBJECTS.find(({ code }) => code === slot.kept.subject);
  if (!subject) throw new Error('a record of nobody');
  const isSame = !isList && !OF_THE_ASKER.test(field.name) && (place.isConnection || of !== 'RECORD');
  return {
    slot,
    place,
    subject,
    id: slot.id,
    field: `${field.name}${selection}`,
    isOpen: slot.kind.isPublic,
    of,
    line: `${type}.${field.name}`,
    gates,
    isSame,
    isOfEach: OF_EACH_ASKER.test(field.name),
  };
}

/** What the matrices say: the first gate that stops the asker, whether the record is there, and the cell of the field. */
function expectedOf({ slot, gates, line }: Aim, asker: Asker) {
  const blocked = gates.map((gate) => cellOf(asker, gate, slot.kept)).find((cell) => cell !== 'seen');
  const isThere = ROWS.get(slot.kept.condition)?.[asker.column(slot.kept)] === 'seen';
  return { blocked, isThere, cell: cellOf(asker, line, slot.kept) };
}

const values = new Map<string, string>();

async function walk(asker: Asker, some: readonly { readonly aim: Aim; readonly walk: Walk }[]): Promise<void> {
  const query = `{ ${some.map(({ walk: { text } }) => text).join(' ')} } ${some.flatMap(({ walk: { fragments } }) => fragments).join(' ')}`;
  const { status, text } = await send(asker, asked({ query }));
  const { data, errors = [] } = JSON.parse(text);
  for (const { aim, walk: way } of some) {
    const { blocked, isThere, cell } = expectedOf(aim, asker);
    const told = `SEED=${SEED} ${asker.name} ${aim.line} of ${aim.slot.kept.department} ${aim.slot.kept.condition}: ${query}`;
    if (blocked === 'absent' || cell === 'absent') {
      expect({ status, data, code: errors[0]?.extensions.code }, told).toEqual({
        status: 400,
        code: 'GRAPHQL_VALIDATION_FAILED',
      });
      continue;
    }
    expect(status, `${told} ${text}`).toBe(200);
    const arrived = arrivedAt(way, data, errors);
    if (!isThere) {
      expect(arrived, told).toMatchObject({ isThere: false, value: null });
      if (arrived.refusal !== undefined) expect(arrived.refusal, told).toBe(blocked);
    } else if (blocked !== undefined) {
      expect(arrived, told).toEqual({ isThere: false, value: null, refusal: blocked });
    } else if (cell !== 'seen') {
      expect(arrived, told).toEqual({ isThere: true, value: null, refusal: cell });
    } else {
      expect(arrived, `${told} ${text}`).toMatchObject({ isThere: true, refusal: undefined });
      if (!aim.isSame) continue;
      const key = `${aim.slot.id} ${aim.line} ${aim.of === 'SUBJECT' ? aim.subject.code : ''} ${aim.isOfEach ? asker.name : ''}`;
      const value = JSON.stringify(arrived.value);
      expect(value, told).toBe(values.get(key) ?? value);
      values.set(key, value);
    }
  }
}

describe('Of random ways to a field', () => {
  it(`all ${WALKS} end where the access matrices say, and in the same value`, {
    timeout: 600_000 + WALKS * 100,
  }, async () => {
    const outcomes = new Map<string, number>();
    const turns = Array.from({ length: Math.ceil(WALKS / TOGETHER) }, (_, turn) => turn);
    await several(turns, 6, async (turn) => {
      const random = randomOf(SEED * 1_000_000 + turn);
      const asker = random.pick(city.askers);
      const ways = Array.from({ length: TOGETHER }, (_, index) => {
        const aim = aimAt(random);
        const { blocked, isThere, cell } = expectedOf(aim, asker);
        const outcome = blocked ?? (isThere ? cell : 'hidden');
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
        return { aim, walk: walkTo(aim, 'abcde'[index] ?? '', random), isAbsent: [blocked, cell].includes('absent') };
      });
      // A field that does not exist for somebody makes the whole document invalid.
      const absent = ways.filter(({ isAbsent }) => isAbsent);
      const present = ways.filter(({ isAbsent }) => !isAbsent);
      if (present.length > 0) await walk(asker, present);
      for (const one of absent) await walk(asker, [one]);
    });
    for (const outcome of ['seen', 'hidden', 'absent', 'FORBIDDEN', 'AUTHORIZATION_REQUIRED'])
      expect([outcome, outcomes.get(outcome) ?? 0]).toEqual([
        outcome,
        expect.toSatisfy((count: number) => count > WALKS / 1_000),
      ]);
  });
});
