import { authorityColumns, authorityOf, providerOf } from '../../../platform/import/authority.ts';
import { counterpartColumns, counterpartOf } from '../../../platform/import/counterpart.ts';
import { endsBeforeStart } from '../../../platform/import/days.ts';
import { type Counterpart, type Rejection, recordSheet, rejected } from '../../../platform/import/draft.ts';
import { publishedUntil } from '../../../platform/import/removal.ts';
import { coded, date, defineSheet, OCCASIONAL, text, wordIn, wordsOf } from '../../../platform/sheets/index.ts';
import { isCreditCode, kindOf, parse as parseCreditCode } from '../../../schema/identifiers/credit-code.ts';
import { nameKey } from '../../../schema/identifiers/name-key.ts';
import { groundsIn } from './grounds.ts';
import { removalColumns, removalOf } from './removal.ts';

const YES_OR_NO: ReadonlyMap<string, boolean> = new Map([
  ['是', true],
  ['已恢复', true],
  ['已移出', true],
  ['1', true],
  ['否', false],
  ['未恢复', false],
  ['未移出', false],
  ['0', false],
]);

/**
 * 经营异常名录: a row is one decision to list an enterprise or a cooperative (列入), or to mark an individual business as in
 * an abnormal state of operation (标记), with its end where it has one (columns as cities' exports have them).
 */
export const abnormalOperationSheet = recordSheet({
  type: 'AbnormalOperationEntry',
  title: '经营异常名录',
  sheet: defineSheet({
    columns: {
      ...counterpartColumns,
      ...authorityColumns([
        '列入机关',
        '列入决定机关',
        '作出决定机关(列入)',
        '作出列入决定机关',
        '作出决定机关',
        '标记机关',
        '作出决定机关(标记)',
      ]),
      documentNumber: text(['列入决定书文号', '列入决定文书号', '决定书文号', '列入文号', '标记决定书文号'], {
        maxLength: 128,
        describes: { example: '云监异列字〔2026〕3号' },
      }),
      listedOn: date(['列入日期', '列入时间', '列入经营异常名录日期']),
      markedOn: date(['标记日期', '标记时间', '标记经营异常状态日期'], { describes: OCCASIONAL }),
      reason: text(
        [
          '列入原因',
          '列入事由',
          '列入经营异常名录原因',
          '列入经营异常名录原因类型',
          '标记原因',
          '标记经营异常状态原因',
          '经营异常状态原因',
        ],
        {
          isRequired: true,
          maxLength: 2000,
          describes: { kind: 'CODE', words: wordsOf('abnormal-operation-grounds'), isOpen: true },
        },
      ),
      publishedOn: date(['公示日期', '公示开始日期', '发布日期']),
      publicationEndsOn: date(['公示截止期', '公示截止日期'], { openEnded: true }),
      isRestored: coded(['是否恢复', '是否移出', '是否已移出'], wordIn(YES_OR_NO), { describes: { example: '否' } }),
      ...removalColumns,
    },
  }),
  draft(values) {
    const counterpart = counterpartOf(values);
    if ('rejected' in counterpart) return counterpart;
    const authority = authorityOf(values);
    if ('rejected' in authority) return authority;
    const decidedOn = values.listedOn ?? values.markedOn;
    if (decidedOn === null) return rejected('NO_DATE', '缺少列入日期（个体工商户为标记日期）。', 'listedOn');
    const form = formOf(values, counterpart);
    if (typeof form === 'object') return form;
    const impossible = impossibleDays(values, decidedOn);
    if (impossible) return impossible;
    const { grounds, isKnown } = groundsIn(values.reason);
    return {
      counterpart,
      keyedBy: 'SUBJECT',
      // Without a document two decisions of one day are told apart by their grounds.
      naturalKey: [decidedOn, values.documentNumber === null ? grounds.join(' ') : nameKey(values.documentNumber)],
      authority,
      provider: providerOf(values, authority),
      documentNumber: values.documentNumber,
      decidedOn,
      effectiveUntil: null,
      publishedOn: values.publishedOn ?? decidedOn,
      publicationEndsOn: publishedUntil(values.publicationEndsOn, values.removedOn),
      accessLevel: 'PUBLIC',
      // Restored on a day that the source does not give: no longer published, all the same.
      withheldReason: values.isRestored === true && values.removedOn === null ? 'REMOVED' : null,
      sortedOn: decidedOn,
      marks: isKnown ? [] : ['CODE_UNKNOWN'],
      own: { form, grounds, reason: values.reason, ...removalOf(values) },
    };
  },
});

/** Individual businesses are marked, all others are listed; exports of both often have but the headers of listing. */
function formOf(
  values: { readonly markedOn: string | null; readonly counterpartCategory: string | null },
  counterpart: Counterpart,
): 'LISTED' | 'MARKED' | Rejection {
  const code = counterpart.identifiers.find(({ type, value }) => type === 'CREDIT_CODE' && isCreditCode(value));
  const isIndividual = code
    ? kindOf(parseCreditCode(code.value)) === 'INDIVIDUAL_BUSINESS'
    : values.counterpartCategory === 'INDIVIDUAL_BUSINESS';
  if (isIndividual) return 'MARKED';
  if (values.markedOn === null) return 'LISTED';
  if (code === undefined && values.counterpartCategory === null) return 'MARKED';
  return rejected('MARK_OF_ENTERPRISE', '标记经营异常状态只适用于个体工商户，企业应填列入日期。', 'markedOn');
}

function impossibleDays(
  values: Parameters<typeof removalOf>[0] & {
    readonly isRestored: boolean | null;
    readonly publicationEndsOn: string | null;
  },
  decidedOn: string,
): Rejection | undefined {
  const { isRestored, removedOn, publicationEndsOn } = values;
  if (isRestored === false && removedOn !== null) {
    const message = `是否恢复为“否”，却填有移出（恢复）日期 ${removedOn}。`;
    return rejected('REMOVAL_CONTRADICTED', message, 'removedOn');
  }
  return endsBeforeStart(['列入（标记）日期', decidedOn], {
    publicationEndsOn: ['公示截止日期', publicationEndsOn],
    removedOn: ['移出（恢复）日期', removedOn],
  });
}
