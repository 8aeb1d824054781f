import type { Audit } from '../../gateway/audit/index.ts';
import type { GatewayOptions } from '../../gateway/server.ts';
import { csvText } from '../../platform/catalogue/csv-text.ts';
import { filedItems } from '../../platform/catalogue/filed-items.ts';
import { rowSchema } from '../../platform/catalogue/row-schema.ts';
import { departments } from '../../subgraphs/index.ts';
import { codeOf, subjectsFile } from '../graph/files.ts';
import { type TestCity, testCity } from '../support/city.ts';
import { authorizeAll } from '../support/lending.ts';
import { randomOf } from '../support/random.ts';
import { fixedKeys } from '../support/signing.ts';
import { type Asker, askersOf } from './askers.ts';
import { CONDITIONS, SINGLE, TOGETHER } from './conditions.ts';
import { placesOfRecords } from './places.ts';
import { applied, type Ghost, type Slot } from './slots.ts';
import { PlantedTokens } from './tokens-planted.ts';
import { type Kind, kindsOf, newGhost, newPerson, newSlot, withValues } from './values.ts';

// A small city in which every kind of record stands in every condition for every subject, and in some pairs of them, beside published ones, and every
// cell that is hidden from somebody holds a token of its own.

export const SUBJECTS = ['云泽甲木机械有限公司', '云泽乙木贸易有限公司', '云泽丙木餐饮有限公司'].map((name, index) => ({
  name,
  code: codeOf(index + 1),
}));
/** Ids of subjects that are known from hidden rows alone. */
export const GHOSTS = [codeOf(901), codeOf(902)];
/** Instants as of which questions are asked, between which records came and went. */
export const INSTANTS = ['2026-04-01T00:00:00Z', '2026-07-01T00:00:00+08:00', '2026-10-01T12:00:00.5+08:00'];

export interface World {
  readonly city: TestCity;
  /** A gateway that takes a request with a credential for whom that proves, each other for the asker it names in `test-as`. */
  readonly url: string;
  readonly askers: readonly Asker[];
  readonly kinds: readonly Kind[];
  /** Every version of every record, there or not; of companies, of a listed and of an unlisted natural person. */
  readonly slots: readonly Slot[];
  readonly ghosts: readonly Ghost[];
  readonly tokens: PlantedTokens;
  /** Writes records and subjects as they now are, in their departments and in the index. */
  write(slots: readonly Slot[], ghosts?: readonly Ghost[]): Promise<void>;
}

type Identify = NonNullable<GatewayOptions['identify']>;

/**
 * Builds it, until the test file ends. Call it at the top. `credentials` makes what knows the credentials of requests. Where
 * it is traced, receipts are alike for alike answers: their ids and keys stand still as the clock does.
 */
export async function world(
  credentials?: (city: TestCity) => Promise<Identify>,
  { isTraced = false } = {},
): Promise<World> {
  const audit = isTraced ? { newId: () => 'the-same-receipt', keys: fixedKeys } : undefined;
  const city = await testCity(audit ? { audit } : {});
  const { admin, name } = city.database;
  await city.take(
    'credit.subject',
    subjectsFile(
      SUBJECTS.map((subject) => [subject.name, subject.code, '990102', 'C3411'] as const),
      ',所在区划,行业代码',
    ),
  );
  for (const item of filedItems(departments)) {
    if (item.entry === null) continue;
    const { examples } = rowSchema(item) as { readonly examples: readonly Record<string, unknown>[] };
    const headers = item.columns.map(({ header }) => header);
    const rows = examples.slice(0, 1).map((row) => headers.map((header) => String(row[header] ?? '')));
    await city.take(item.code, csvText([headers, ...rows]));
  }
  await city.followed();
  await city.unfollow();
  // The database's clock stands still: what answers tell of now is the same today and tomorrow.
  await admin.unsafe(`create schema still; grant usage on schema still to public;
    create function still.now() returns timestamptz language sql immutable as $$ select timestamptz '2026-11-21 02:00:00Z' $$;
    alter database ${name} set search_path = still, pg_catalog, public`);
  await admin`update credit.subjects set recorded_at = '2026-02-01T00:00:00Z'`;

  const own = SUBJECTS[0]?.code ?? '';
  await authorizeAll(city, [own]);
  const tokens = new PlantedTokens();
  const [listed, unlisted] = [newPerson('钱', true, tokens), newPerson('孙', false, tokens)];
  const askers = askersOf(own, listed.code);
  const byName = new Map(askers.map((asker) => [asker.name, asker]));
  const identified = await credentials?.(city);
  const url = await city.gateway({
    audit: city.audit && withoutLooks(city.audit.audit),
    identify: async (request) => {
      if (identified && (request.headers.authorization ?? request.headers.dpop) !== undefined)
        return identified(request);
      const asker = byName.get(String(request.headers['test-as']));
      if (!asker) throw new Error('a request without an asker');
      return asker.caller;
    },
  });
  const random = randomOf(1);
  const kinds = await kindsOf(placesOfRecords(), city);
  const slots: Slot[] = [];
  for (const kind of kinds) {
    for (const { code: subject } of SUBJECTS) {
      const kept = { department: kind.department, subject, isOfGhost: false };
      if (kind.isPublic) {
        slots.push(newSlot(kind, { ...kept, condition: 'PUBLISHED' }, slots.length));
        const later = newSlot(kind, { ...kept, condition: 'PUBLISHED' }, slots.length);
        const earlier = { ...later.kept, condition: random.pick(EARLIER) };
        slots.push({ ...later, version: 2 }, { ...later, kept: earlier, isEarlier: true });
      }
      const some = [...SINGLE.filter((one) => one !== 'PUBLISHED'), ...random.some(TOGETHER, 3)];
      for (const condition of some) slots.push(newSlot(kind, { ...kept, condition }, slots.length));
    }
    if (OF_PERSONS.includes(kind.type))
      for (const { code: subject, person } of [listed, unlisted]) {
        const kept = { department: kind.department, subject, isOfGhost: false };
        const conditions = [
          ...(person?.isListed ? ['LISTED_PERSON', 'LISTED_PERSON_ENDED'] : []),
          'PERSONAL',
          'PERSONAL+ENDED',
        ];
        for (const condition of conditions) slots.push(newSlot(kind, { ...kept, condition }, slots.length));
      }
    for (const subject of GHOSTS) {
      const condition = random.pick(CONDITIONS.filter((one) => one !== 'PUBLISHED'));
      slots.push(newSlot(kind, { department: kind.department, subject, condition, isOfGhost: true }, slots.length));
    }
  }
  for (const slot of slots) slot.values = withValues(slot, random, tokens);
  const ghosts = [...GHOSTS.map((code) => newGhost(code, tokens)), listed, unlisted];
  const write: World['write'] = async (some, spirits = []) => {
    await admin.unsafe(applied(some, spirits)).simple();
    // What a state leaves behind is not read again: PostgreSQL would otherwise look through the rows of all states before.
    await admin.unsafe('vacuum (analyze) credit.record_index');
  };
  await write(slots, ghosts);
  return { city, url, askers, kinds, slots, ghosts, tokens, write };
}

/** Tells nobody who looked: every question adds to that, so that it is never the same twice. */
function withoutLooks(audit: Audit): Audit {
  const reader = {
    looks: async () => [],
    count: async () => 0,
    outcome: async () => undefined,
    ofRequest: async () => [],
    linesSince: async () => ({ looks: [], through: undefined }),
    alarms: async () => [],
    lastAlarms: async () => [],
  };
  return { ...audit, answers: { ...audit.answers, reader } };
}

/** Types whose records may be about natural persons (code table `person-items`). */
const OF_PERSONS = [
  'DishonestDebtorEntry',
  'ConsumptionRestriction',
  'AdministrativePenalty',
  'TaxArrears',
  'MajorTaxViolation',
];

/** What an earlier version of a published record may have been, and its content be hidden for. */
const EARLIER = ['LEVEL_AUTHORIZED', 'WITHDRAWN'];
