import { authorityColumns, authorityOf, providerOf } from '../../platform/import/authority.ts';
import { counterpartOf } from '../../platform/import/counterpart.ts';
import { endsBeforeStart, filedInFuture } from '../../platform/import/days.ts';
import { recordSheet } from '../../platform/import/draft.ts';
import {
  coded,
  date,
  defineSheet,
  labelIn,
  never,
  OCCASIONAL,
  telling,
  text,
  wordsOf,
} from '../../platform/sheets/index.ts';
import { codeTable } from '../../schema/codes/city.ts';
import type { CodeRow } from '../../schema/codes/index.ts';
import { format as formatCaseNumber } from '../../schema/identifiers/case-number.ts';
import { withoutIdNumbers } from '../../schema/identifiers/redact.ts';
import { publicationOfEntry } from '../../standards/publication/list-publication.ts';
import { listTermOf } from '../../standards/publication/terms.ts';
import { behavioursColumn, caseNumberColumn, debtorOrPersonColumns } from './columns.ts';

/** 失信被执行人: a row is a debtor in one enforcement case (法释〔2017〕7号 art. 6; keys of the court's own site as aliases). */
export const dishonestDebtorSheet = recordSheet({
  type: 'DishonestDebtorEntry',
  title: '失信被执行人',
  sheet: defineSheet({
    columns: {
      ...debtorOrPersonColumns,
      ...authorityColumns(['执行法院', '执行法院名称', '法院名称', 'courtName']),
      caseNumber: caseNumberColumn(['案号', '执行案号', '执行案件案号', 'caseCode']),
      filedOn: date(['立案时间', '立案日期', 'regDate'], { isRequired: true }),
      listedOn: date(['列入日期', '纳入日期', '认定日期', '决定日期']),
      publishedOn: date(['发布时间', '发布日期', '公布日期', 'publishDate']),
      publicationEndsOn: date(['公示截止期', '公示截止日期', '公布截止日期'], { openEnded: true }),
      effectiveUntil: date(['有效期止', '有效期至', '名单有效期', '失信期限届满日期'], { openEnded: true }),
      removedOn: date(['移出日期', '删除日期', '屏蔽日期', '撤销日期', '退出日期'], { describes: OCCASIONAL }),
      province: coded(['省份', '所在省份', 'areaName'], telling(provinceOf, wordsOf('regions', isProvince)), {
        otherwise: null,
        describes: { example: '泽州省' },
      }),
      basisDocumentNumber: text(['执行依据文号', '执行依据文书号', '依据文书编号', 'gistId'], {
        maxLength: 200,
        describes: { example: '(2025)泽0102民初872号' },
      }),
      basisIssuer: text(['做出执行依据单位', '作出执行依据单位', '作出执行依据的单位', 'gistUnit'], {
        maxLength: 200,
        describes: { example: '云泽市临江区人民法院' },
      }),
      obligation: text(['生效法律文书确定的义务', '法律生效文书确定的义务', '确定的义务', 'duty'], {
        isRequired: true,
        maxLength: 10_000,
        describes: { example: '支付货款120000元。' },
      }),
      performance: coded(
        ['履行情况', '被执行人的履行情况', '被执行人履行情况', 'performance'],
        labelIn('performance-statuses'),
        { isRequired: true },
      ),
      performedPart: text(['已履行部分', '已履行', 'performedPart'], { maxLength: 4000, describes: OCCASIONAL }),
      unperformedPart: text(['未履行部分', '未履行', 'unperformPart'], { maxLength: 4000, describes: OCCASIONAL }),
      behaviours: behavioursColumn([
        '失信行为具体情形',
        '失信被执行人行为具体情形',
        '失信行为情形',
        '具体情形',
        'disruptTypeName',
      ]),
      legalRepresentativeName: text(
        [
          '法定代表人或负责人姓名',
          '法定代表人或者负责人姓名',
          '法定代表人',
          '法定代表人姓名',
          '负责人姓名',
          'businessEntity',
        ],
        { maxLength: 50 },
      ),
      /** The site fills them for persons. */
      personFacts: never(['年龄', '性别', 'age', 'sexy']),
    },
  }),
  draft(values) {
    const counterpart = counterpartOf(values);
    if ('rejected' in counterpart) return counterpart;
    const authority = authorityOf(values);
    if ('rejected' in authority) return authority;
    const firstDay = values.publishedOn ?? values.listedOn ?? values.filedOn;
    const impossible =
      filedInFuture(['立案日期', values.filedOn]) ??
      endsBeforeStart(['发布、列入或立案日期', firstDay], {
        effectiveUntil: ['有效期止', values.effectiveUntil],
        publicationEndsOn: ['公示截止日期', values.publicationEndsOn],
        removedOn: ['移出日期', values.removedOn],
      });
    if (impossible) return impossible;
    // The two years count from the listing (art. 2); the next best day stands in where the source does not tell it.
    const day = values.listedOn ?? firstDay;
    return {
      counterpart,
      keyedBy: 'NAME',
      naturalKey: [values.caseNumber],
      authority,
      provider: providerOf(values, authority),
      documentNumber: formatCaseNumber(values.caseNumber),
      // The site tells when the case was filed and the entry published, not when the court decided to list: no day is made up.
      decidedOn: values.listedOn,
      effectiveUntil: values.effectiveUntil,
      publishedOn: values.publishedOn,
      ...publicationOfEntry(listTermOf('courts.dishonest-debtor', day, values.behaviours), {
        day,
        endsOn: values.publicationEndsOn,
        removedOn: values.removedOn,
      }),
      accessLevel: 'PUBLIC',
      withheldReason: values.removedOn === null ? null : 'REMOVED',
      sortedOn: values.publishedOn ?? values.filedOn,
      own: {
        caseNumber: values.caseNumber,
        filedOn: values.filedOn,
        province: values.province,
        basisDocumentNumber: values.basisDocumentNumber,
        basisIssuer: values.basisIssuer,
        // The court's words, in which persons may be named (creditors, guarantors): published as the court does, ID numbers masked.
        obligation: withoutIdNumbers(values.obligation),
        performance: values.performance,
        performedPart: masked(values.performedPart),
        unperformedPart: masked(values.unperformedPart),
        behaviours: values.behaviours,
        legalRepresentativeName: values.legalRepresentativeName,
      },
    };
  },
});

function masked(words: string | null): string | null {
  return words === null ? null : withoutIdNumbers(words);
}

function isProvince({ extra }: CodeRow): boolean {
  return extra.level === 'PROVINCE';
}

/** The site writes provinces without what they are: 安徽, 北京, 内蒙古. */
function provinceOf(word: string): string | null | undefined {
  const regions = codeTable('regions');
  const kinds = ['', '省', '市', '自治区', '壮族自治区', '回族自治区', '维吾尔自治区', '特别行政区'];
  return kinds.map((kind) => regions.byLabel(word + kind)).find((row) => row?.extra.level === 'PROVINCE')?.code;
}
