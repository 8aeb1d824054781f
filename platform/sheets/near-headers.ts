/** Headers shorter than this are too near to each other: 案由 and 事由, 列入日期 and 移出日期. */
const SHORTEST = 5;
/** Characters that turn a header into another or its opposite when they go: 不予公示原因, 原负责人姓名, 金额(万元). */
const TELLING = new Set('不未无非否免前后原曾旧新上下起止始终自至入出内外正副元万亿一二三四五六七八九十');
const HAN = /^\p{Script=Han}$/u;

/**
 * The known header that a misspelt one stands for: one character missing, one typed twice, or two neighbours swapped
 * (政处罚决定文书号). Undefined unless all known headers that are so near belong to one field. A character in another's
 * place is no slip of this kind: 注册登记日期 and 注销登记日期 differ by one.
 * Both are normalised; `fieldsByTitle` holds only what may be guessed.
 */
export function nearHeader(
  title: string,
  fieldsByTitle: ReadonlyMap<string, string>,
): { readonly field: string; readonly alias: string } | undefined {
  if (title.length < SHORTEST) return undefined;
  const near = [...fieldsByTitle].filter(([alias]) => isSlip(title, alias));
  const [first] = near;
  if (first === undefined || near.some(([, field]) => field !== first[1])) return undefined;
  return { field: first[1], alias: first[0] };
}

function isSlip(title: string, alias: string): boolean {
  if (Math.abs(title.length - alias.length) > 1 || title === alias) return false;
  const at = firstDifference(title, alias);
  const [here = '', next = ''] = [title[at], title[at + 1]];
  const [there = '', after = ''] = [alias[at], alias[at + 1]];
  if (title.length < alias.length) return mayGo(there) && title.slice(at) === alias.slice(at + 1);
  // Of a doubled character the second one differs from what should follow.
  if (title.length > alias.length)
    return isHan(here) && here === title[at - 1] && title.slice(at + 1) === alias.slice(at);
  return isHan(here) && isHan(next) && here === after && next === there && title.slice(at + 2) === alias.slice(at + 2);
}

function firstDifference(one: string, other: string): number {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  return at;
}

function mayGo(character: string): boolean {
  return isHan(character) && !TELLING.has(character);
}

function isHan(character: string): boolean {
  return HAN.test(character);
}
