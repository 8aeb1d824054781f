import { authorityColumns, authorityOf, providerOf } from '../../../platform/import/authority.ts';
import { counterpartColumns, counterpartOf } from '../../../platform/import/counterpart.ts';
import { endsBeforeStart } from '../../../platform/import/days.ts';
import { recordSheet } from '../../../platform/import/draft.ts';
import { date, defineSheet, integer, money, never, text } from '../../../platform/sheets/index.ts';
import { nameKey } from '../../../schema/identifiers/name-key.ts';
import { endOfTerm, publicationOfEntry } from '../../../standards/publication/list-publication.ts';
import { decidedRemovalColumns } from '../../../standards/publication/removal.ts';
import { listTermOf } from '../../../standards/publication/terms.ts';

const { counterpartName, counterpartCategory } = counterpartColumns;

/**
 * 拖欠农民工工资失信联合惩戒对象名单 (人力资源和社会保障部令第45号): a row is an employer listed by one decision. The order
 * lists responsible persons beside it; their rows are refused. Workers are told by their number, never by name.
 */
export const wageArrearsSheet = recordSheet({
  type: 'WageArrearsListing',
  title: '拖欠农民工工资失信联合惩戒对象名单',
  sheet: defineSheet({
    columns: {
      ...counterpartColumns,
      ...authorityColumns(['列入部门', '列入机关', '列入决定机关', '作出列入决定机关', '认定部门', '认定机关']),
      counterpartName: {
        ...counterpartName,
        aliases: [...counterpartName.aliases, '用人单位', '用人单位名称', '失信主体名称', '失信联合惩戒对象名称'],
      },
      counterpartCategory: {
        ...counterpartCategory,
        aliases: [...counterpartCategory.aliases, '当事人类别', '失信主体类别'],
      },
      reason: text(['列入事由', '列入原因', '列入名单事由', '失信行为', '主要违法事实', '违法事实'], {
        isRequired: true,
        maxLength: 2000,
        describes: { example: '克扣、无故拖欠农民工工资达到认定标准' },
      }),
      legalBasis: text(['列入依据', '认定依据', '法律依据'], {
        isRequired: true,
        maxLength: 2000,
        describes: { example: '《拖欠农民工工资失信联合惩戒对象名单管理暂行办法》第五条' },
      }),
      documentNumber: text(['列入决定书文号', '列入决定文书号', '决定书文号', '决定文书号', '认定文号'], {
        isRequired: true,
        maxLength: 128,
        describes: { example: '云人社失信〔2026〕1号' },
      }),
      decidedOn: date(['列入日期', '列入决定日期', '认定日期', '决定日期'], { isRequired: true }),
      publishedOn: date(['发布日期', '公布日期', '公示日期', '发布时间']),
      effectiveUntil: date(['列入期限届满日期', '有效期至', '有效期止', '惩戒期限至'], { openEnded: true }),
      publicationEndsOn: date(['公示截止期', '公示截止日期'], { openEnded: true }),
      amountOwed: money(['拖欠金额', '拖欠工资金额', '欠薪金额', '涉及金额', '拖欠金额(元)', '拖欠金额(万元)'], {
        unit: 'YUAN',
      }),
      personsConcerned: integer(['涉及人数', '拖欠人数', '欠薪人数', '涉及农民工人数', '涉及农民工人数(人)'], {
        min: 1,
        describes: { example: '46' },
      }),
      workerNames: never(['农民工姓名', '被欠薪人员', '被拖欠人员姓名', '涉及人员名单', '涉及农民工名单']),
      contact: never(['联系人', '联系电话', '手机号码']),
      ...decidedRemovalColumns,
    },
  }),
  draft(values) {
    const counterpart = counterpartOf(values);
    if ('rejected' in counterpart) return counterpart;
    const authority = authorityOf(values);
    if ('rejected' in authority) return authority;
    const term = listTermOf('labour.wage-arrears', values.decidedOn);
    const effectiveUntil = values.effectiveUntil ?? endOfTerm(term, values.decidedOn);
    const wrong = endsBeforeStart(['列入日期', values.decidedOn], {
      effectiveUntil: ['列入期限届满日期', values.effectiveUntil],
      publicationEndsOn: ['公示截止日期', values.publicationEndsOn],
      removedOn: ['移出日期', values.removedOn],
    });
    if (wrong) return wrong;
    return {
      counterpart,
      keyedBy: 'SUBJECT',
      naturalKey: [values.decidedOn, authority.creditCode ?? nameKey(authority.name), nameKey(values.documentNumber)],
      authority,
      provider: providerOf(values, authority),
      documentNumber: values.documentNumber,
      decidedOn: values.decidedOn,
      effectiveUntil,
      publishedOn: values.publishedOn ?? values.decidedOn,
      ...publicationOfEntry(term, {
        day: values.decidedOn,
        endsOn: values.publicationEndsOn ?? values.effectiveUntil,
        removedOn: values.removedOn,
      }),
      accessLevel: 'PUBLIC',
      withheldReason: null,
      sortedOn: values.decidedOn,
      own: {
        reason: values.reason,
        legalBasis: values.legalBasis,
        amountOwed: values.amountOwed,
        amountOwedCurrency: values.amountOwed === null ? null : 'CNY',
        personsConcerned: values.personsConcerned,
        removedOn: values.removedOn,
        removalReason: values.removalReason,
        removalDocumentNumber: values.removalDocumentNumber,
      },
    };
  },
});
