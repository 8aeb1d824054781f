import { authorityColumns, authorityOf, providerOf } from '../../../platform/import/authority.ts';
import { counterpartColumns, counterpartOf } from '../../../platform/import/counterpart.ts';
import { type RecordSheet, recordSheet, rejected } from '../../../platform/import/draft.ts';
import { publishedUntil } from '../../../platform/import/removal.ts';
import { coded, date, defineSheet, labelIn, OCCASIONAL, text } from '../../../platform/sheets/index.ts';
import { nameKey } from '../../../schema/identifiers/name-key.ts';
import { type ListType, listsOf, listTypeNamed, missingParts } from './list-types.ts';

type Polarity = 'SERIOUS_DISHONESTY' | 'KEY_ATTENTION' | 'INCENTIVE';

/**
 * 名单条目: a row is one entry on a list. A list of serious dishonesty needs the document that decided it (国办发〔2020〕49号:
 * no entry without a legally effective document), and only lists of the catalogue exist, with all their parts fixed.
 */
export function listingSheet(polarity: Polarity, title: string): RecordSheet {
  return recordSheet({
    type: 'Listing',
    title,
    sheet: defineSheet({
      columns: {
        ...counterpartColumns,
        ...authorityColumns(['列入部门', '列入机关', '认定部门', '认定机关']),
        listName: text(['名单名称', '名单类型', '数据类别'], {
          isRequired: true,
          maxLength: 200,
          describes: { kind: 'CODE', words: listsOf(polarity) },
        }),
        reason: text(['列入事由', '列入原因', '纳入理由', '列入名单事由'], {
          isRequired: true,
          maxLength: 2000,
          describes: { example: '符合名单认定标准' },
        }),
        legalBasis: text(['列入依据', '认定依据', '法律依据'], {
          isRequired: true,
          maxLength: 2000,
          describes: { example: '名单管理办法' },
        }),
        documentNumber: text(['认定文号', '列入决定文书号', '决定文书号', '执行依据文号'], {
          maxLength: 128,
          describes: { example: '云信认〔2026〕5号' },
        }),
        decidedOn: date(['列入日期', '认定日期', '认定时间'], { isRequired: true }),
        publishedOn: date(['发布日期', '公布日期', '发布时间', '公示日期']),
        effectiveUntil: date(['有效期限', '有效期至', '有效期止'], { openEnded: true }),
        publicationEndsOn: date(['公示截止期', '公示截止日期'], { openEnded: true }),
        removedOn: date(['移出日期', '移出时间'], { describes: OCCASIONAL }),
        removalReason: coded(['移出原因'], labelIn('removal-reasons'), { describes: OCCASIONAL }),
        removalDocumentNumber: text(['移出决定文书号', '移出文号'], { maxLength: 128, describes: OCCASIONAL }),
      },
    }),
    draft(values) {
      const counterpart = counterpartOf(values);
      if ('rejected' in counterpart) return counterpart;
      const authority = authorityOf(values);
      if ('rejected' in authority) return authority;
      const listType = listTypeNamed(values.listName, values.decidedOn);
      const wrong = wrongList(listType, polarity, values);
      if (wrong) return wrong;
      return {
        counterpart,
        keyedBy: 'SUBJECT',
        naturalKey: [
          listType?.code ?? '',
          values.decidedOn,
          authority.creditCode ?? authority.name,
          values.documentNumber === null ? null : nameKey(values.documentNumber),
        ],
        authority,
        provider: providerOf(values, authority),
        documentNumber: values.documentNumber,
        decidedOn: values.decidedOn,
        effectiveUntil: values.effectiveUntil,
        publishedOn: values.publishedOn ?? values.decidedOn,
        // Who has left a list is no longer published on it.
        publicationEndsOn: publishedUntil(values.publicationEndsOn ?? values.effectiveUntil, values.removedOn),
        accessLevel: listType?.level ?? 'CONFIDENTIAL',
        withheldReason: null,
        sortedOn: values.decidedOn,
        own: {
          listType: listType?.code,
          reason: values.reason,
          legalBasis: values.legalBasis,
          listName: values.listName,
          removedOn: values.removedOn,
          removalReason: values.removalReason,
          removalDocumentNumber: values.removalDocumentNumber,
        },
      };
    },
  });
}

function wrongList(
  listType: ListType | undefined,
  polarity: string,
  values: { readonly listName: string; readonly documentNumber: string | null; readonly decidedOn: string },
) {
  if (!listType)
    return rejected('UNKNOWN_LIST', `“${values.listName}”不是目录内的名单:部门不得自行增设名单。`, '名单名称');
  if (listType.polarity !== polarity)
    return rejected('LIST_POLARITY', `“${listType.legalName}”不属于本目录项,请按其性质另行导入。`, '名单名称');
  const missing = missingParts(listType);
  if (missing.length > 0) {
    const message = `“${listType.legalName}”尚未启用：名单制度缺少${missing.join('、')}。`;
    return rejected('LIST_INCOMPLETE', message, '名单名称');
  }
  if (listType.validTo !== null && values.decidedOn > listType.validTo) {
    const message = `“${listType.legalName}”自 ${listType.validTo} 之后不再适用，列入日期为 ${values.decidedOn}。`;
    return rejected('LIST_ENDED', message, '列入日期');
  }
  if (polarity === 'SERIOUS_DISHONESTY' && values.documentNumber === null) {
    return rejected('NO_DOCUMENT', '列入严重失信主体名单须有生效的决定文书号。', '认定文号');
  }
  return undefined;
}
