import { authorityColumns, authorityOf, providerOf } from '../../platform/import/authority.ts';
import { counterpartOf } from '../../platform/import/counterpart.ts';
import { counterpartOrPersonColumns } from '../../platform/import/counterpart-or-person.ts';
import { endsBeforeStart } from '../../platform/import/days.ts';
import { recordSheet, rejected } from '../../platform/import/draft.ts';
import { codedList, date, defineSheet, labelIn, never, OCCASIONAL, text } from '../../platform/sheets/index.ts';
import { nameKey } from '../../schema/identifiers/name-key.ts';
import { publicationOfEntry } from '../../standards/publication/list-publication.ts';
import { listTermOf } from '../../standards/publication/terms.ts';

const GROUNDS = 'major-tax-violation-grounds';

/**
 * 重大税收违法失信主体: a row is one decision that names a taxpayer such (国家税务总局令第54号; columns as cities' exports have
 * them). Of persons only the legal representative of the time of the violation is named; sex and ID number are never read.
 */
export const majorViolationSheet = recordSheet({
  type: 'MajorTaxViolation',
  title: '重大税收违法失信主体',
  sheet: defineSheet({
    columns: {
      ...counterpartOrPersonColumns,
      ...authorityColumns(['确定失信主体的税务机关', '公布机关', '认定机关', '税务机关', '稽查机关', '发布部门']),
      grounds: codedList(['案件性质', '失信情形', '违法性质', '认定情形'], labelIn(GROUNDS), { isRequired: true }),
      violationFacts: text(['主要违法事实', '主要税收违法事实', '违法事实'], {
        isRequired: true,
        maxLength: 5000,
        describes: { example: '经查,当事人少缴税款若干,事实清楚。' },
      }),
      legalBasis: text(['处罚依据', '相关法律依据', '法律依据', '处理处罚依据'], { maxLength: 2048 }),
      treatment: text(['税务处理处罚情况', '税务处理、税务行政处罚决定', '税务处理情况', '处理处罚情况', '处罚情况'], {
        isRequired: true,
        maxLength: 4000,
        describes: { example: '追缴税款并处罚款。' },
      }),
      legalRepresentativeName: text(
        [
          '违法行为发生时的法定代表人或者负责人姓名',
          '违法行为发生时法定代表人或者负责人姓名',
          '违法行为发生时的法定代表人姓名',
          '法定代表人或者负责人姓名',
          '法定代表人或负责人姓名',
          '法定代表人姓名',
          '法定代表人',
          '负责人姓名',
        ],
        { maxLength: 50 },
      ),
      actuallyResponsiblePerson: text(['实际责任人', '实际责任人姓名', '经法院裁判确定的实际责任人'], {
        isWithheld: true,
        describes: OCCASIONAL,
      }),
      registeredAddress: text(['注册地址', '住所'], { maxLength: 200 }),
      documentNumber: text(
        [
          '失信主体确定文书文号',
          '确定文书文号',
          '决定书文号',
          '税务行政处罚决定书文号',
          '处罚决定书文号',
          '文书号',
          '文号',
        ],
        { maxLength: 128, describes: { example: '云税失信〔2026〕2号' } },
      ),
      decidedOn: date(['确定日期', '认定日期', '决定日期', '列入日期']),
      enteredOn: date(['录入时间', '录入日期'], { describes: OCCASIONAL }),
      publishedOn: date(['公布日期', '公布时间', '发布日期', '发布时间', '公告日期']),
      publicationEndsOn: date(['公布截止日期', '公示截止期', '公示截止日期'], { openEnded: true }),
      removedOn: date(['移出时间', '移出日期', '停止公布日期', '停止公布时间', '撤出日期'], { describes: OCCASIONAL }),
      /** Persons beside the legal representative, and what the older lists said of both. */
      personFacts: never([
        '性别',
        '法定代表人性别',
        '负责人性别',
        '实际责任人性别',
        '财务负责人姓名',
        '负有直接责任的财务负责人姓名',
        '直接责任人姓名',
        '团伙成员姓名',
      ]),
    },
  }),
  draft(values) {
    const counterpart = counterpartOf(values);
    if ('rejected' in counterpart) return counterpart;
    const authority = authorityOf(values);
    if ('rejected' in authority) return authority;
    const publishedOn = values.publishedOn ?? values.enteredOn;
    const firstDay = publishedOn ?? values.decidedOn;
    const keyDay = values.decidedOn ?? values.enteredOn ?? values.publishedOn;
    if (firstDay === null || keyDay === null) {
      return rejected('NO_DATE', '缺少确定日期、录入时间和公布日期，至少应有其一。', 'decidedOn');
    }
    const impossible = endsBeforeStart(['公布、录入或确定日期', firstDay], {
      publicationEndsOn: ['公示截止日期', values.publicationEndsOn],
      removedOn: ['移出时间', values.removedOn],
    });
    if (impossible) return impossible;
    return {
      counterpart,
      keyedBy: 'SUBJECT',
      naturalKey: values.documentNumber === null ? [keyDay] : [nameKey(values.documentNumber)],
      authority,
      provider: providerOf(values, authority),
      documentNumber: values.documentNumber,
      decidedOn: values.decidedOn,
      effectiveUntil: null,
      publishedOn,
      // The order counts the three years from publication.
      ...publicationOfEntry(listTermOf('tax.major-violation', firstDay, values.grounds), {
        day: firstDay,
        endsOn: values.publicationEndsOn,
        removedOn: values.removedOn,
      }),
      accessLevel: 'PUBLIC',
      withheldReason: values.removedOn === null ? null : 'REMOVED',
      sortedOn: firstDay,
      own: {
        grounds: values.grounds,
        violationFacts: values.violationFacts,
        legalBasis: values.legalBasis,
        treatment: values.treatment,
        // Where a court has found somebody else responsible, the law names that person and not the representative; we name neither.
        legalRepresentativeName: values.actuallyResponsiblePerson === null ? values.legalRepresentativeName : null,
        registeredAddress: values.registeredAddress,
      },
    };
  },
});
