import { counterpartColumns, counterpartOf } from '../../../platform/import/counterpart.ts';
import { draftSheet, rejected } from '../../../platform/import/draft.ts';
import {
  coded,
  column,
  date,
  defineSheet,
  OCCASIONAL,
  telling,
  text,
  wordsOf,
} from '../../../platform/sheets/index.ts';
import { codeTable } from '../../../schema/codes/city.ts';
import { identify } from '../../../schema/identifiers/index.ts';
import { withoutIdNumbers } from '../../../schema/identifiers/redact.ts';
import type { NamePeriod, SubjectIdentifier } from '../tables.ts';
import { currentIdentifier } from './register.ts';

/** What a row of the registry's list says of one subject. */
export interface SubjectDraft {
  readonly name: string;
  readonly formerNames: readonly NamePeriod[];
  readonly identifiers: readonly SubjectIdentifier[];
  readonly district: string | null;
  readonly industry: string | null;
  readonly establishedOn: string | null;
  readonly marks?: readonly string[];
}

const FORMER_NAMES = {
  form: '多个之间用分号;可注明用到何日',
  example: '云泽市临江区荻禾粮店(至2023-06-30)',
  ...OCCASIONAL,
};

/**
 * 法人和其他组织统一社会信用代码基础数据 (GB/T 36104): the registration authorities' list of subjects. What stands in it is
 * confirmed to exist.
 */
export const subjectSheet = draftSheet<SubjectValues, SubjectDraft>({
  title: '信用主体基础信息',
  sheet: defineSheet({
    columns: {
      ...counterpartColumns,
      formerNames: column(['曾用名', '曾用名称'], { describes: FORMER_NAMES }, (cell) => ({
        value: periodsOf(cell.text),
      })),
      formerCreditCode: text(['原统一社会信用代码', '曾用统一社会信用代码'], {
        maxLength: 40,
        describes: { example: '92990102MA4F6L2B0C', ...OCCASIONAL },
      }),
      formerCreditCodeUntil: date(['原统一社会信用代码有效期至', '原代码停用日期', '代码变更日期'], {
        describes: OCCASIONAL,
      }),
      district: coded(
        ['行政区划代码', '机构地址行政区划代码', '注册地址行政区划代码', '所在区划', '行政区划'],
        codeOrLabelIn('regions'),
        { describes: { form: '代码或名称', example: '990102' } },
      ),
      industry: coded(['行业分类代码', '行业代码', '所属行业', '国民经济行业代码'], codeOrLabelIn('industries'), {
        describes: { form: '代码或名称', example: 'C1331' },
      }),
      establishedOn: date(['成立日期']),
    },
  }),
  draft(values) {
    const counterpart = counterpartOf(values);
    if ('rejected' in counterpart) return counterpart;
    const failing = counterpart.identifiers.find((one) => one.failsCheck !== undefined);
    if (failing) return rejected('IDENTIFIER_CHECKSUM', failing.failsCheck ?? '', '统一社会信用代码');
    const former = formerIdentifier(values.formerCreditCode, values.formerCreditCodeUntil);
    if (former && 'rejected' in former) return former;
    const known = counterpart.identifiers.map(({ type, value }) => currentIdentifier(type, value));
    return {
      name: counterpart.name,
      formerNames: values.formerNames ?? [],
      identifiers: former ? [...known, former] : known,
      district: values.district,
      industry: values.industry,
      establishedOn: values.establishedOn,
    };
  },
});

type SubjectValues = Parameters<typeof counterpartOf>[0] & {
  readonly formerNames: readonly NamePeriod[] | null;
  readonly formerCreditCode: string | null;
  readonly formerCreditCodeUntil: string | null;
  readonly district: string | null;
  readonly industry: string | null;
  readonly establishedOn: string | null;
};

function codeOrLabelIn(table: string) {
  return telling((word) => (codeTable(table).get(word) ?? codeTable(table).byLabel(word))?.code, wordsOf(table));
}

/** `旧名(至2019-05-01);更早的名称`: names joined by semicolons, each with the day it ended where that is known. */
function periodsOf(cell: string): readonly NamePeriod[] {
  return cell
    .split(/[;;、]/u)
    .map((part) => part.trim())
    .filter((part) => part !== '' && withoutIdNumbers(part) === part)
    .map((part) => {
      const [, name = part, until] = /^(.*?)[((]至(\d{4}-\d{2}-\d{2})[))]$/u.exec(part) ?? [];
      return { name, from: null, until: until ?? null };
    });
}

/**
 * A code that the subject had before (a merger, a wrong assignment): it stays a way to find the subject. Its last day stands
 * in a column of its own, or behind it: `92990102MA4F6L2B0C(至2023-06-30)`.
 */
function formerIdentifier(
  given: string | null,
  until: string | null,
): SubjectIdentifier | ReturnType<typeof rejected> | null {
  if (given === null) return null;
  const [, number = given, validTo] = /^(.*?)[((]至(\d{4}-\d{2}-\d{2})[))]$/u.exec(given) ?? [];
  const found = identify(number);
  if (found.problem) return rejected('FORMER_CODE', found.problem.message, '原统一社会信用代码');
  return { type: found.type, value: found.value, validFrom: null, validTo: until ?? validTo ?? null, isCurrent: false };
}
