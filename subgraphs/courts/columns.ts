import { counterpartColumns, isOrganization } from '../../platform/import/counterpart.ts';
import { counterpartOrPersonColumns } from '../../platform/import/counterpart-or-person.ts';
import { excerpt } from '../../platform/sheets/excerpt.ts';
import {
  type Column,
  type ColumnOptions,
  coded,
  column,
  type Reading,
  telling,
  wordsOf,
} from '../../platform/sheets/index.ts';
import { codeTable } from '../../schema/codes/city.ts';
import { type CaseNumber, parse as parseCaseNumber } from '../../schema/identifiers/case-number.ts';
import { IdentifierError } from '../../schema/identifiers/index.ts';

/**
 * Whom a row of the court's is about. The site's list holds persons too: they are told by partyTypeName (0 person,
 * 1 organisation), and where their ID numbers come masked (3423011964****3224) they say nothing here.
 */
export const debtorColumns = {
  ...counterpartColumns,
  counterpartCategory: coded(
    [...counterpartColumns.counterpartCategory.aliases, '被执行人类型', '被执行人类别', '当事人类型'],
    telling(categoryOf, wordsOf('counterpart-categories', isOrganization)),
  ),
  counterpartName: alsoNamed(counterpartColumns.counterpartName, [
    '被执行人姓名/名称',
    '失信被执行人名称',
    '失信被执行人',
    '被执行人',
  ]),
  creditCode: withoutMaskedNumbers(
    alsoNamed(counterpartColumns.creditCode, [
      '身份证号码/组织机构代码',
      '身份证号码或组织机构代码',
      '统一社会信用代码/组织机构代码',
    ]),
  ),
};

/** The same for what the court's list and orders say of persons, too. */
export const debtorOrPersonColumns = {
  ...counterpartOrPersonColumns,
  counterpartName: debtorColumns.counterpartName,
  counterpartCategory: coded(
    debtorColumns.counterpartCategory.aliases,
    telling(categoryOf, wordsOf('counterpart-categories')),
  ),
  creditCode: debtorColumns.creditCode,
};

function categoryOf(word: string): string | undefined {
  return PARTY_TYPES.get(word) ?? codeTable('counterpart-categories').byLabel(word)?.code;
}

const PARTY_TYPES: ReadonlyMap<string, string> = new Map([
  ['0', 'NATURAL_PERSON'],
  ['1', 'LEGAL_ENTITY'],
  ['法人或其他组织', 'LEGAL_ENTITY'],
  ['法人或者其他组织', 'LEGAL_ENTITY'],
]);

function alsoNamed<Value>(known: Column<Value>, aliases: readonly string[]): Column<Value> {
  return { ...known, aliases: [...known.aliases, ...aliases] };
}

function withoutMaskedNumbers<Value>(known: Column<Value>): Column<Value> {
  return {
    ...known,
    read: (cell, header) => (/[*＊]/u.test(cell.text) ? { isEmpty: true } : known.read(cell, header)),
  };
}

/** 案号, in half width. A wrong one is refused: it is what the entry is known by and what the court is asked with. */
export function caseNumberColumn(aliases: readonly string[]): Column<CaseNumber> {
  const describes = { form: '法院案号', pattern: '^[((]\\d{4}[))].+号$', example: '(2026)泽0102执118号' };
  return column<CaseNumber, ColumnOptions & { readonly isRequired: true }>(
    aliases,
    { isRequired: true, describes },
    (cell) => {
      try {
        return { value: parseCaseNumber(cell.text) };
      } catch (error) {
        if (error instanceof IdentifierError) return { problem: error.message, code: `CASE_NUMBER_${error.kind}` };
        throw error;
      }
    },
  );
}

/**
 * 失信行为具体情形, several joined by any mark. What is left over when the known wordings are taken out is no known behaviour.
 */
export function behavioursColumn(aliases: readonly string[]): Column<readonly string[]> {
  return column<readonly string[], ColumnOptions & { readonly isRequired: true }>(
    aliases,
    { isRequired: true, describes: { kind: 'CODES', words: wordsOf('dishonest-behaviours') } },
    (cell): Reading<readonly string[]> => {
      const { codes, rest } = codesInText('dishonest-behaviours', cell.text);
      if (rest === '' && codes.length > 0) return { value: codes };
      return { problem: `${excerpt(cell.text)}中有代码表未收录的失信行为情形`, code: 'CODE_UNKNOWN' };
    },
  );
}

/**
 * 限制消费内容: which of the nine acts of 法释〔2015〕17号 art. 3 an order's text names. The text is not kept: orders name the
 * persons whom they bind. Marked where it holds anything else, since an order may restrict more.
 */
export function restrictedActsColumn(aliases: readonly string[]): Column<readonly string[] | null> {
  const describes = { kind: 'CODES', words: wordsOf('restricted-consumption-acts'), isOpen: true } as const;
  return column<readonly string[], ColumnOptions>(aliases, { isWithheld: true, describes }, (cell) => {
    const { codes, rest } = codesInText('restricted-consumption-acts', cell.text);
    return { value: codes, flags: rest === '' ? [] : ['CODE_UNKNOWN'] };
  });
}

/**
 * The codes of a table whose wordings stand in a text, in the text's order, and what is left of it beside marks. Wordings
 * hold commas of their own (以伪造证据、暴力、威胁等方法妨碍、抗拒执行), so that the longest are taken out of the text first.
 */
function codesInText(table: string, submitted: string): { readonly codes: readonly string[]; readonly rest: string } {
  let rest = plain(submitted);
  const found: { readonly at: number; readonly code: string }[] = [];
  for (const { wording, code } of wordings(table)) {
    for (let at = rest.indexOf(wording); at >= 0; at = rest.indexOf(wording)) {
      found.push({ at, code });
      rest = rest.slice(0, at) + '|'.repeat(wording.length) + rest.slice(at + wording.length);
    }
  }
  const codes = found.sort((one, other) => one.at - other.at).map(({ code }) => code);
  return { codes: [...new Set(codes)], rest: rest.replace(/\([一二三四五六七八九\d]+\)|[|,;、。.]/gu, '') };
}

function wordings(table: string): readonly { readonly wording: string; readonly code: string }[] {
  return codeTable(table)
    .rows.flatMap((row) => [row.label, ...row.aliases].map((label) => ({ wording: plain(label), code: row.code })))
    .sort((one, other) => other.wording.length - one.wording.length);
}

function plain(words: string): string {
  return words.normalize('NFKC').replace(/\s/gu, '');
}
