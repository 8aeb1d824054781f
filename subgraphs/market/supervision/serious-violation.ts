import { authorityColumns, authorityOf, providerOf } from '../../../platform/import/authority.ts';
import { counterpartColumns, counterpartOf } from '../../../platform/import/counterpart.ts';
import { endsBeforeStart } from '../../../platform/import/days.ts';
import { recordSheet, rejected } from '../../../platform/import/draft.ts';
import { coded, date, defineSheet, telling, text, wordsOf } from '../../../platform/sheets/index.ts';
import { codeTable } from '../../../schema/codes/city.ts';
import { nameKey } from '../../../schema/identifiers/name-key.ts';
import { endOfTerm, publicationOfEntry } from '../../../standards/publication/list-publication.ts';
import { listTermOf } from '../../../standards/publication/terms.ts';
import { removalColumns, removalOf } from './removal.ts';

/** 市场监督管理严重违法失信名单: a row is one decision to list (总局令第44号), with its end where it has one. */
export const seriousViolationSheet = recordSheet({
  type: 'SeriousViolationEntry',
  title: '严重违法失信名单',
  sheet: defineSheet({
    columns: {
      ...counterpartColumns,
      ...authorityColumns(['列入机关', '列入决定机关', '作出决定机关(列入)', '作出列入决定机关', '作出决定机关']),
      documentNumber: text(['列入决定书文号', '列入决定文书号', '决定书文号', '列入文号', '认定文号'], {
        maxLength: 128,
        describes: { example: '云监严列字〔2026〕3号' },
      }),
      decidedOn: date(['列入日期', '列入时间', '认定日期'], { isRequired: true }),
      reason: text(['列入原因', '列入事由', '列入严重违法失信名单原因', '列入严重违法失信企业名单原因'], {
        isRequired: true,
        maxLength: 2000,
        describes: { example: '受到较重行政处罚' },
      }),
      legalBasis: text(['列入依据', '认定依据', '法律依据'], {
        maxLength: 2000,
        describes: { example: '《市场监督管理严重违法失信名单管理办法》第五条' },
      }),
      district: coded(
        ['所属区县', '所属地市', '所属地区', '行政区划', '所属区划'],
        telling(regionOf, wordsOf('regions')),
        { otherwise: null, describes: { example: '临江区' } },
      ),
      publishedOn: date(['公示日期', '公示开始日期', '发布日期']),
      effectiveUntil: date(['列入期限至', '有效期至', '有效期止', '期满日期'], { openEnded: true }),
      publicationEndsOn: date(['公示截止期', '公示截止日期'], { openEnded: true }),
      ...removalColumns,
    },
  }),
  draft(values) {
    const counterpart = counterpartOf(values);
    if ('rejected' in counterpart) return counterpart;
    const authority = authorityOf(values);
    if ('rejected' in authority) return authority;
    const { decidedOn, documentNumber } = values;
    if (documentNumber === null) {
      return rejected(
        'NO_DOCUMENT',
        '列入严重违法失信名单须有生效的决定书文号（国办发〔2020〕49号）。',
        'documentNumber',
      );
    }
    const impossible = endsBeforeStart(['列入日期', decidedOn], {
      effectiveUntil: ['期满日期', values.effectiveUntil],
      publicationEndsOn: ['公示截止日期', values.publicationEndsOn],
      removedOn: ['移出日期', values.removedOn],
    });
    if (impossible) return impossible;
    const term = listTermOf('market.serious-violation', decidedOn);
    return {
      counterpart,
      keyedBy: 'SUBJECT',
      naturalKey: [decidedOn, nameKey(documentNumber)],
      authority,
      provider: providerOf(values, authority),
      documentNumber,
      decidedOn,
      effectiveUntil: values.effectiveUntil ?? endOfTerm(term, decidedOn),
      publishedOn: values.publishedOn ?? decidedOn,
      ...publicationOfEntry(term, {
        day: decidedOn,
        endsOn: values.publicationEndsOn ?? values.effectiveUntil,
        removedOn: values.removedOn,
      }),
      accessLevel: 'PUBLIC',
      withheldReason: null,
      sortedOn: decidedOn,
      own: {
        reason: values.reason,
        legalBasis: values.legalBasis,
        district: values.district,
        ...removalOf(values),
      },
    };
  },
});

function regionOf(word: string): string | null | undefined {
  return (codeTable('regions').get(word) ?? codeTable('regions').byLabel(word))?.code;
}
