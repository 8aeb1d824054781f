import { codeTable } from '../../../schema/codes/city.ts';

/**
 * The grounds that a decision's words name, in their order, as codes of the table `abnormal-operation-grounds`. The longest
 * wordings are taken out of the text first: 年度报告隐瞒真实情况 is no missing annual report. Words that name none are OTHER.
 */
export function groundsIn(reason: string): { readonly grounds: readonly string[]; readonly isKnown: boolean } {
  let rest = plain(reason);
  const found: { readonly at: number; readonly code: string }[] = [];
  for (const { wording, code } of wordings()) {
    for (let at = rest.indexOf(wording); at >= 0; at = rest.indexOf(wording)) {
      found.push({ at, code });
      rest = rest.slice(0, at) + '|'.repeat(wording.length) + rest.slice(at + wording.length);
    }
  }
  if (found.length === 0) return { grounds: ['OTHER'], isKnown: false };
  const inOrder = found.sort((one, other) => one.at - other.at).map(({ code }) => code);
  return { grounds: [...new Set(inOrder)], isKnown: true };
}

function wordings(): readonly { readonly wording: string; readonly code: string }[] {
  return codeTable('abnormal-operation-grounds')
    .rows.flatMap((row) => [row.label, ...row.aliases].map((label) => ({ wording: plain(label), code: row.code })))
    .sort((one, other) => other.wording.length - one.wording.length);
}

function plain(words: string): string {
  return words.normalize('NFKC').replace(/\s/gu, '');
}
