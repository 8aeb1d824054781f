import type { Random } from '../support/random.ts';

/** Texts that somebody might stumble over. */
export const TEXTS = [
  ...[
    '',
    ' ',
    '\0',
    'a\0b',
    '\ud800',
    '\udfff\ud800',
    '\u202e',
    '\n\r\t',
    '%',
    '_',
    '\\',
    "'",
    '"',
    '$1',
    '`',
    '%s',
    '../../etc',
  ],
  ...[
    '云泽',
    '２０２４',
    '2024-02-30',
    '9999-12-31',
    '0001-01-01T00:00:00+14:00',
    '1e400',
    '-0',
    'NaN',
    '(a+)+$',
    '[[:alpha:]]',
  ],
  ...[
    "' or 1=1 --",
    '#{7*7}',
    '{{7*7}}',
    'null',
    'undefined',
    '__proto__',
    'constructor',
    'then',
    '9'.repeat(400),
    '甲'.repeat(101),
  ],
  ...['😀'.repeat(60), 'ſ', 'İ', 'ﬀ', 'e\u0301', '\u3000\u3000', '110101190001010000', '91990102MA00000310'],
];

/** Any JSON, with own members such as __proto__. */
export function oddValue(random: Random, depth = 0): unknown {
  const kind = random.below(depth > 3 ? 7 : 10);
  if (kind < 3) return random.pick(TEXTS);
  if (kind === 3) return random.pick([0, -1, 1, 101, 2 ** 31, 2 ** 53, -(2 ** 63), 1e300, 0.1, -0]);
  if (kind === 4) return random.chance(0.5);
  if (kind === 5) return null;
  if (kind === 6) return Array.from({ length: random.pick([0, 1, 3, 101]) }, () => random.pick(TEXTS));
  if (kind === 7) return Array.from({ length: random.below(4) }, () => oddValue(random, depth + 1));
  const names = [
    '__proto__',
    'constructor',
    'ids',
    'years',
    'amount',
    'from',
    'until',
    'search',
    'decidedOn',
    'grades',
    'x',
  ];
  const members = random
    .some(names, 4)
    .map((name) => `${JSON.stringify(name)}:${JSON.stringify(oddValue(random, depth + 1)) ?? 'null'}`);
  return JSON.parse(`{${members.join()}}`);
}
