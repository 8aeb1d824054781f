const DIGITS = new Map(
  ['零〇', '壹一', '贰二貳两', '叁三參', '肆四', '伍五', '陆六陸', '柒七', '捌八', '玖九'].flatMap((forms, digit) =>
    [...forms].map((form) => [form, BigInt(digit)] as const),
  ),
);
const UNITS = new Map<string, bigint>([
  ['拾', 10n],
  ['十', 10n],
  ['佰', 100n],
  ['百', 100n],
  ['仟', 1_000n],
  ['千', 1_000n],
]);

/**
 * Reads an amount in formal or everyday Chinese numerals, as cheques and decisions write it: 伍拾肆万元整,
 * 壹仟贰佰叁拾肆元伍角陆分. `isBare` where neither 元 nor a 万 or 亿 says in what it counts. Undefined for other texts.
 */
export function readNumerals(text: string): { readonly fen: bigint; readonly isBare: boolean } | undefined {
  const words = text.replace(/^人民币:?/u, '').replace(/[整正]$/u, '');
  const [, whole = '', yuan, jiao, fen] =
    /^([^元圆圓角分]+)(?:([元圆圓])零?(?:(.)角)?零?(?:(.)分)?)?$/u.exec(words) ?? [];
  const value = wholeNumber(whole);
  const jiaoValue = jiao === undefined ? 0n : DIGITS.get(jiao);
  const fenValue = fen === undefined ? 0n : DIGITS.get(fen);
  if (value === undefined || jiaoValue === undefined || fenValue === undefined) return undefined;
  return { fen: value * 100n + jiaoValue * 10n + fenValue, isBare: yuan === undefined && !/[万萬亿億]/u.test(whole) };
}

function wholeNumber(text: string): bigint | undefined {
  const [, hundredMillions, tenThousands, rest] = /^(?:(.+)[亿億])?(?:(.+)[万萬])?(.*)$/u.exec(text) ?? [];
  const parts = [hundredMillions, tenThousands, rest === '' ? undefined : rest].map((part) =>
    part === undefined ? 0n : belowTenThousand(part),
  );
  const [high, middle, low] = parts;
  if (text === '' || high === undefined || middle === undefined || low === undefined) return undefined;
  return high * 100_000_000n + middle * 10_000n + low;
}

/** Digits and units in turn, units falling: 伍仟零叁拾, and 拾贰 for twelve. */
function belowTenThousand(text: string): bigint | undefined {
  let total = 0n;
  let digit: bigint | undefined;
  let lastUnit = 10_000n;
  for (const character of text) {
    const unit = UNITS.get(character);
    if (unit === undefined) {
      const next = DIGITS.get(character);
      if (next === undefined || (digit !== undefined && digit !== 0n)) return undefined;
      digit = next;
    } else {
      if (unit >= lastUnit || digit === 0n || (digit === undefined && !(unit === 10n && total === 0n)))
        return undefined;
      total += (digit ?? 1n) * unit;
      lastUnit = unit;
      digit = undefined;
    }
  }
  return total + (digit ?? 0n);
}
