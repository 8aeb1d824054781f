import { badUserInput } from '../../platform/errors.ts';
import { codeTable } from '../../schema/codes/city.ts';
import type { CodeRow, Term } from '../../schema/codes/index.ts';

/** A block of the financing package: what banks may ask companies for (code table `financing-blocks`). */
export interface Block extends Term {
  /** Its catalogue items; none where nobody submits it here. */
  readonly items: readonly string[];
  /** Who holds it, for people. */
  readonly holder: string;
}

/** The blocks of a day, YYYY-MM-DD. */
export function blocksOn(day: string): readonly Block[] {
  return codeTable('financing-blocks').onDate(day).rows.map(blockOf);
}

/**
 * The blocks of these codes, in the order of the table, each once.
 * @throws Refusal `BAD_USER_INPUT` for none, or for one that the table does not have on that day.
 */
export function blocksOf(codes: readonly string[], day: string): readonly Block[] {
  const known = blocksOn(day);
  const strange = codes.filter((code) => !known.some((block) => block.code === code));
  if (codes.length === 0 || strange.length > 0) {
    const expected = known.map(({ code, label }) => `${code}(${label})`).join('、');
    throw badUserInput(`参数 blocks 须为至少一个数据块代码:${expected}。`, { argument: 'blocks' });
  }
  return known.filter(({ code }) => codes.includes(code));
}

/** Blocks as they are shown; one that the table does not have any more keeps its code. */
export function blockTerms(codes: readonly string[]): readonly Term[] {
  return codes.map((code) => ({ code, label: codeTable('financing-blocks').get(code)?.label ?? code }));
}

function blockOf({ code, label, extra }: CodeRow): Block {
  const items = (extra.items ?? '').split('|').filter(Boolean);
  return { code, label, items, holder: extra.holder ?? '' };
}
