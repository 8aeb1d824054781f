import type { Random } from '../support/random.ts';
import type { MadeDocument, MadeVariable } from './question-maker.ts';

/** Words, numbers and ids that a question may be about, of what everybody sees and of what hardly anybody does. */
export interface Pool {
  readonly codes: readonly string[];
  readonly names: readonly string[];
  readonly ids: readonly string[];
  readonly words: readonly string[];
  readonly years: readonly number[];
  readonly instants: readonly string[];
}

/** Values for a document's variables; cursors are null until an answer has told some. */
export function madeValues({ variables }: MadeDocument, pool: Pool, random: Random): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const variable of variables) values[variable.name] = argumentValue(variable, pool, random);
  return values;
}

function argumentValue({ argument, type, isIndex }: MadeVariable, pool: Pool, random: Random): unknown {
  switch (argument) {
    case 'identifier':
      return random.pick(random.chance(0.95) ? pool.codes : MALFORMED);
    case 'identifiers':
      return [random.pick(pool.codes), random.pick(pool.names), random.pick([...pool.words, ...MALFORMED])];
    case 'id':
      return random.pick(pool.ids);
    case 'name':
      return random.pick([...pool.names, random.pick(pool.words)]);
    case 'search':
      return random.chance(0.3) ? null : random.pick([...pool.names, random.pick(pool.words), '云泽', '有限公司']);
    case 'district':
      return random.pick([null, '990100', '990102', '110101']);
    case 'first':
      return random.chance(0.01) ? random.pick([0, 101]) : 1 + random.below(5);
    case 'known':
      return random.pick(pool.instants);
    case 'filter':
      if (random.chance(0.5)) return null;
      return type === 'SubjectFilter' ? subjectFilter(random) : recordFilter(pool, isIndex, random);
    default:
      return null;
  }
}

const MALFORMED = ['91990102MA00000310', '不是号码', '12345'];

function subjectFilter(random: Random): Record<string, unknown> {
  return {
    ...(random.chance(0.5) ? { kinds: ['ENTERPRISE'] } : {}),
    ...(random.chance(0.3) ? { districts: ['990102'] } : {}),
    ...(random.chance(0.3) ? { industries: ['C'] } : {}),
  };
}

function recordFilter(pool: Pool, isIndex: boolean, random: Random): Record<string, unknown> {
  const some = random.chance(0.2) ? 0.4 : 0.1;
  const day = () => `${random.pick([2024, 2025, 2026])}-0${1 + random.below(9)}-${10 + random.below(19)}`;
  const all: Record<string, () => unknown> = {
    ids: () => random.some(pool.ids, 30),
    classes: () => random.some(['ADMINISTRATIVE', 'JUDICIAL', 'EVALUATION', 'OPERATION', 'SERIOUS_DISHONESTY'], 3),
    departments: () => random.some(['tax', 'market', 'credit', 'courts', 'utilities'], 3),
    decidedOn: () => (random.chance(0.5) ? { from: day() } : { until: day() }),
    years: () => random.some(pool.years, 3),
    grades: () => [random.pick(['A', 'B', 'C', 'M']), random.pick(pool.words)],
    types: () => [random.pick(['FINE', 'WARNING']), random.pick(pool.words)],
    amount: () =>
      random.chance(0.5)
        ? { from: random.pick(['1', '4000', '900000000000']) }
        : { until: random.pick(['5000', '900000000500']) },
    isInForce: () => random.chance(0.5),
  };
  if (random.chance(0.25)) return { isLatest: true };
  if (isIndex || random.chance(0.01)) {
    all.search = () => random.pick([random.pick(pool.words), '云泽', '第3号']);
    all.districts = () => ['990102'];
  }
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) => (random.chance(some) ? [[name, value()]] : [])),
  );
}
