import { authorityColumns, authorityOf, providerOf } from '../../../platform/import/authority.ts';
import { counterpartColumns, counterpartOf } from '../../../platform/import/counterpart.ts';
import { endsBeforeStart } from '../../../platform/import/days.ts';
import { type RecordSheet, type Rejection, recordSheet, rejected } from '../../../platform/import/draft.ts';
import { date, defineSheet, text } from '../../../platform/sheets/index.ts';
import { nameKey } from '../../../schema/identifiers/name-key.ts';
import { endOfTerm, publicationOfEntry } from '../../../standards/publication/list-publication.ts';
import { decidedRemovalColumns } from '../../../standards/publication/removal.ts';
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
        ...decidedRemovalColumns,
      },
    }),
    draft(values) {
      const counterpart = counterpartOf(values);
      if ('rejected' in counterpart) return counterpart;
      const authority = authorityOf(values);
      if ('rejected' in authority) return authority;
      const listType = listOf(values, polarity);
      if ('rejected' in listType) return listType;
      const wrong = endsBeforeStart(['列入日期', values.decidedOn], {
        effectiveUntil: ['有效期限', values.effectiveUntil],
        publicationEndsOn: ['公示截止日期', values.publicationEndsOn],
        removedOn: ['移出日期', values.removedOn],
      });
      if (wrong) return wrong;
      return {
        counterpart,
        keyedBy: 'SUBJECT',
        naturalKey: [
          listType.code,
          values.decidedOn,
          authority.creditCode ?? nameKey(authority.name),
          values.documentNumber === null ? null : nameKey(values.documentNumber),
        ],
        authority,
        provider: providerOf(values, authority),
        documentNumber: values.documentNumber,
        decidedOn: values.decidedOn,
        effectiveUntil: values.effectiveUntil ?? endOfTerm(listType.term, values.decidedOn),
        publishedOn: values.publishedOn ?? values.decidedOn,
        ...publicationOfEntry(listType.term, {
          day: values.decidedOn,
          endsOn: values.publicationEndsOn ?? values.effectiveUntil,
          removedOn: values.removedOn,
        }),
        accessLevel: listType.level,
        withheldReason: null,
        sortedOn: values.decidedOn,
        own: {
          listType: listType.code,
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

/** The list that a row is an entry on: of the catalogue, of this item, in use on the day, and nobody else's to report. */
function listOf(
  values: { readonly listName: string; readonly documentNumber: string | null; readonly decidedOn: string },
  polarity: Polarity,
): ListType | Rejection {
  const { listName, documentNumber, decidedOn } = values;
  const listType = listTypeNamed(listName, decidedOn);
  if (!listType) return rejected('UNKNOWN_LIST', `“${listName}”不是目录内的名单:部门不得自行增设名单。`, 'listName');
  const { legalName, item, validTo } = listType;
  if (listType.polarity !== polarity) {
    return rejected('LIST_POLARITY', `“${legalName}”不属于本目录项,请按其性质另行导入。`, 'listName');
  }
  if (item !== null) {
    const message = `“${legalName}”由主管部门归集，请以目录项 ${item} 导入：同一次列入不重复登记。`;
    return rejected('LIST_OF_ANOTHER_ITEM', message, 'listName');
  }
  const missing = missingParts(listType);
  if (missing.length > 0) {
    const message = `“${legalName}”尚未启用：名单制度缺少${missing.join('、')}。`;
    return rejected('LIST_INCOMPLETE', message, 'listName');
  }
  if (validTo !== null && decidedOn > validTo) {
    const message = `“${legalName}”自 ${validTo} 之后不再适用，列入日期为 ${decidedOn}。`;
    return rejected('LIST_ENDED', message, 'decidedOn');
  }
  if (polarity === 'SERIOUS_DISHONESTY' && documentNumber === null) {
    return rejected('NO_DOCUMENT', '列入严重失信主体名单须有生效的决定文书号。', 'documentNumber');
  }
  return listType;
}
