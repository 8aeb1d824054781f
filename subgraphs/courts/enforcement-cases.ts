import { authorityColumns, authorityOf, providerOf } from '../../platform/import/authority.ts';
import { counterpartOf } from '../../platform/import/counterpart.ts';
import { endsBeforeStart, filedInFuture } from '../../platform/import/days.ts';
import { recordSheet, rejected } from '../../platform/import/draft.ts';
import { publishedUntil } from '../../platform/import/removal.ts';
import { unitsSeemMixed } from '../../platform/import/units.ts';
import { date, defineSheet, money, never, OCCASIONAL, text } from '../../platform/sheets/index.ts';
import { earliest } from '../../schema/calendar/days.ts';
import { format as formatCaseNumber } from '../../schema/identifiers/case-number.ts';
import { caseNumberColumn, debtorColumns } from './columns.ts';

/**
 * 被执行案件: a row is an organisation's debt in one enforcement case, amounts in yuan unless the header says otherwise
 * (columns as cities' exports have them). The creditor, fellow debtors and the representative are never read.
 */
export const enforcementCaseSheet = recordSheet({
  type: 'EnforcementCase',
  title: '被执行案件',
  sheet: defineSheet({
    columns: {
      ...debtorColumns,
      ...authorityColumns(['执行法院', '执行法院名称', '法院名称', 'courtName', 'execCourtName']),
      caseNumber: caseNumberColumn(['案号', '执行案号', '执行案件案号', 'caseCode']),
      filedOn: date(['立案日期', '立案时间', 'regDate', 'caseCreateTime'], { isRequired: true }),
      closedOn: date(['结案日期', '结案时间'], { describes: OCCASIONAL }),
      publishedOn: date(['曝光日期', '发布时间', '发布日期', '公布日期', 'publishDate']),
      publicationEndsOn: date(['公示截止期', '公示截止日期', '公布截止日期'], { openEnded: true }),
      removedOn: date(['移出日期', '删除日期', '屏蔽日期', '撤销日期'], { describes: OCCASIONAL }),
      target: money(
        ['执行金额', '执行金额(元)', '执行金额(万元)', '执行标的', '执行标的(元)', '执行标的(万元)', 'execMoney'],
        { unit: 'YUAN' },
      ),
      unperformed: money(
        ['未执行金额', '未执行金额(元)', '未执行金额(万元)', '未履行金额', '未履行金额(元)', '未履行金额(万元)'],
        { unit: 'YUAN' },
      ),
      cause: text(['执行案由', '案由'], { maxLength: 200, describes: { example: '买卖合同纠纷' } }),
      basisDocumentNumber: text(['执行依据', '执行依据文号', '执行依据文书号', '依据文书编号', 'gistId'], {
        maxLength: 200,
      }),
      otherPersons: never([
        '法定代表人',
        '法定代表人姓名',
        '法定代表人或负责人姓名',
        '法定代表人或者负责人姓名',
        '负责人姓名',
        '共同被执行人',
        '申请执行人',
        '申请人',
        '年龄',
        '性别',
        'age',
        'sexy',
      ]),
    },
  }),
  draft(values) {
    const counterpart = counterpartOf(values);
    if ('rejected' in counterpart) return counterpart;
    const authority = authorityOf(values);
    if ('rejected' in authority) return authority;
    const { target, unperformed, filedOn, closedOn } = values;
    if (unitsSeemMixed(unperformed, target)) {
      const message = `未执行金额（折合 ${unperformed} 元）超过执行金额（折合 ${target} 元）千倍，请核对单位是元还是万元。`;
      return rejected('UNITS_MIXED', message, 'unperformed');
    }
    if (closedOn !== null && closedOn < filedOn) {
      return rejected('CLOSED_BEFORE_FILED', `结案日期 ${closedOn} 早于立案日期 ${filedOn}。`, 'closedOn');
    }
    const firstDay = values.publishedOn ?? filedOn;
    const impossible =
      filedInFuture(['立案日期', values.filedOn]) ??
      endsBeforeStart(['曝光（发布）或立案日期', firstDay], {
        publicationEndsOn: ['公示截止日期', values.publicationEndsOn],
        removedOn: ['移出日期', values.removedOn],
      });
    if (impossible) return impossible;
    // Who has performed everything is no longer published as a debtor once the case is closed.
    const settledOn = unperformed === '0.00' ? closedOn : null;
    return {
      counterpart,
      keyedBy: 'NAME',
      naturalKey: [values.caseNumber],
      authority,
      provider: providerOf(values, authority),
      documentNumber: formatCaseNumber(values.caseNumber),
      decidedOn: null,
      effectiveUntil: closedOn,
      publishedOn: values.publishedOn,
      publicationEndsOn: publishedUntil(earliest(values.publicationEndsOn, settledOn), values.removedOn),
      accessLevel: 'PUBLIC',
      withheldReason: values.removedOn === null ? null : 'REMOVED',
      sortedOn: filedOn,
      own: {
        caseNumber: values.caseNumber,
        filedOn,
        closedOn,
        target,
        targetCurrency: target === null ? null : 'CNY',
        unperformed,
        unperformedCurrency: unperformed === null ? null : 'CNY',
        cause: values.cause,
        basisDocumentNumber: values.basisDocumentNumber,
      },
    };
  },
});
