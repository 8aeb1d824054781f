import { authorityColumns, authorityOf, providerOf } from '../../platform/import/authority.ts';
import { counterpartOf } from '../../platform/import/counterpart.ts';
import { endsBeforeStart, filedInFuture } from '../../platform/import/days.ts';
import { recordSheet, rejected } from '../../platform/import/draft.ts';
import { publishedUntil } from '../../platform/import/removal.ts';
import { date, defineSheet, never, OCCASIONAL, text } from '../../platform/sheets/index.ts';
import { format as formatCaseNumber } from '../../schema/identifiers/case-number.ts';
import { nameKey } from '../../schema/identifiers/name-key.ts';
import { caseNumberColumn, debtorOrPersonColumns, restrictedActsColumn } from './columns.ts';

/**
 * 限制消费: a row is an order against one debtor in one enforcement case (法释〔2015〕17号 art. 1 and 3). The order binds
 * its legal representative and others too: whoever they are, they are never read.
 */
export const consumptionRestrictionSheet = recordSheet({
  type: 'ConsumptionRestriction',
  title: '限制消费',
  sheet: defineSheet({
    columns: {
      ...debtorOrPersonColumns,
      ...authorityColumns(['执行法院', '执行法院名称', '法院名称', '作出法院', 'courtName']),
      restricted: text(['限制消费对象', '限消令对象', '限制消费人员姓名', '限制高消费人员', '限消人员'], {
        isWithheld: true,
        describes: { form: '与本行主体同名;限制他人的另报一行', example: '云泽荻禾粮油有限公司' },
      }),
      caseNumber: caseNumberColumn(['案号', '执行案号', '执行案件案号', 'caseCode']),
      filedOn: date(['立案时间', '立案日期', 'regDate']),
      decidedOn: date(['限制消费令日期', '限消令日期', '决定日期', '限制消费日期', '限制日期']),
      publishedOn: date(['发布时间', '发布日期', '公布日期', 'publishDate']),
      publicationEndsOn: date(['公示截止期', '公示截止日期', '公布截止日期'], { openEnded: true }),
      effectiveUntil: date(['有效期止', '有效期至', '限制消费截止日期'], { openEnded: true }),
      removedOn: date(['解除日期', '解除时间', '移出日期', '删除日期', '屏蔽日期', '撤销日期'], {
        describes: OCCASIONAL,
      }),
      restrictedActs: restrictedActsColumn(['限制消费内容', '限制消费行为', '限制内容']),
      relatedPersons: never([
        '法定代表人',
        '法定代表人姓名',
        '法定代表人或负责人姓名',
        '法定代表人或者负责人姓名',
        '负责人姓名',
        '主要负责人',
        '实际控制人',
        '影响债务履行的直接责任人员',
        '直接责任人员',
        '关联人员',
        '申请执行人',
        '申请人',
        'businessEntity',
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
    if (values.restricted !== null && !nameKey(values.restricted).includes(nameKey(counterpart.name))) {
      const message = '限制消费对象不是本行所载的主体：对他人的限制消费请另报一行，并填写其公民身份号码。';
      return rejected('NATURAL_PERSON', message, 'restricted');
    }
    const authority = authorityOf(values);
    if ('rejected' in authority) return authority;
    const firstDay = values.publishedOn ?? values.decidedOn ?? values.filedOn;
    if (firstDay === null) {
      return rejected('NO_DATE', '缺少发布时间、限制消费令日期和立案时间，至少应有其一。', 'publishedOn');
    }
    const impossible =
      filedInFuture(['立案日期', values.filedOn]) ??
      endsBeforeStart(['发布、决定或立案日期', firstDay], {
        effectiveUntil: ['有效期止', values.effectiveUntil],
        publicationEndsOn: ['公示截止日期', values.publicationEndsOn],
        removedOn: ['解除日期', values.removedOn],
      });
    if (impossible) return impossible;
    return {
      counterpart,
      keyedBy: 'NAME',
      naturalKey: [values.caseNumber],
      authority,
      provider: providerOf(values, authority),
      documentNumber: formatCaseNumber(values.caseNumber),
      decidedOn: values.decidedOn,
      effectiveUntil: publishedUntil(values.effectiveUntil, values.removedOn),
      publishedOn: values.publishedOn,
      publicationEndsOn: publishedUntil(values.publicationEndsOn, values.removedOn),
      accessLevel: 'PUBLIC',
      withheldReason: values.removedOn === null ? null : 'REMOVED',
      sortedOn: firstDay,
      own: { caseNumber: values.caseNumber, filedOn: values.filedOn, restrictedActs: values.restrictedActs ?? [] },
    };
  },
});
