import { authorityColumns, authorityOf, providerOf } from '../../../platform/import/authority.ts';
import { counterpartColumns, counterpartOf } from '../../../platform/import/counterpart.ts';
import { endsBeforeStart } from '../../../platform/import/days.ts';
import { recordSheet, rejected } from '../../../platform/import/draft.ts';
import {
  coded,
  codedList,
  date,
  defineSheet,
  labelIn,
  telling,
  text,
  wordsOf,
} from '../../../platform/sheets/index.ts';
import { codeTable } from '../../../schema/codes/city.ts';
import { nameKey } from '../../../schema/identifiers/name-key.ts';

/** 抽查检查结果: a row is what one check of a subject found, of one matter or of several together. */
export const spotCheckSheet = recordSheet({
  type: 'SpotCheckResult',
  title: '抽查检查结果',
  sheet: defineSheet({
    columns: {
      ...counterpartColumns,
      ...authorityColumns(['检查机关', '检查实施机关', '抽查机关', '检查单位', '实施机关']),
      checkType: coded(['抽查类型', '检查类型', '检查方式', '抽查方式'], labelIn('spot-check-types'), {
        isRequired: true,
        otherwise: 'OTHER',
      }),
      decidedOn: date(['检查日期', '抽查日期', '检查时间', '抽查时间', '检查完成日期'], { isRequired: true }),
      planNumber: text(['抽查计划编号', '计划编号', '抽查任务编号', '任务编号', '检查单号'], {
        maxLength: 128,
        describes: { example: '云监抽〔2026〕2号' },
      }),
      planName: text(['抽查计划名称', '计划名称', '抽查任务名称', '任务名称'], {
        maxLength: 500,
        describes: { example: '2026年度抽查' },
      }),
      matters: text(['抽查事项', '检查事项', '抽查内容', '检查内容', '抽查检查事项'], {
        maxLength: 2000,
        describes: { example: '公示信息检查' },
      }),
      results: codedList(
        ['抽查结果', '检查结果', '抽查检查结果', '结果'],
        telling(
          (word) => codeTable('spot-check-results').byLabel(word.replace(/的$/u, ''))?.code,
          wordsOf('spot-check-results'),
        ),
        { isRequired: true, otherwise: 'OTHER' },
      ),
      publishedOn: date(['公示日期', '结果公示日期', '公示时间', '发布日期']),
      publicationEndsOn: date(['公示截止期', '公示截止日期'], { openEnded: true }),
    },
  }),
  draft(values) {
    const counterpart = counterpartOf(values);
    if ('rejected' in counterpart) return counterpart;
    const authority = authorityOf(values);
    if ('rejected' in authority) return authority;
    const { decidedOn, publishedOn, publicationEndsOn } = values;
    if (publishedOn !== null && publishedOn < decidedOn) {
      const message = `公示日期 ${publishedOn} 早于检查日期 ${decidedOn}。`;
      return rejected('PUBLISHED_BEFORE_CHECK', message, 'publishedOn');
    }
    const impossible = endsBeforeStart(['公示日期或检查日期', publishedOn ?? decidedOn], {
      publicationEndsOn: ['公示截止日期', publicationEndsOn],
    });
    if (impossible) return impossible;
    if (values.results.length > 1 && values.results.includes('NO_PROBLEM_FOUND')) {
      return rejected('RESULTS_CONTRADICT', '抽查结果既写“未发现问题”，又写有问题，请按抽查事项分行填写。', 'results');
    }
    const plan = values.planNumber ?? values.planName;
    return {
      counterpart,
      keyedBy: 'SUBJECT',
      naturalKey: [
        decidedOn,
        nameKey(authority.name),
        plan === null ? null : nameKey(plan),
        values.matters === null ? null : nameKey(values.matters),
      ],
      authority,
      provider: providerOf(values, authority),
      documentNumber: values.planNumber,
      decidedOn,
      effectiveUntil: null,
      publishedOn,
      publicationEndsOn,
      accessLevel: 'PUBLIC',
      withheldReason: null,
      sortedOn: decidedOn,
      own: { checkType: values.checkType, planName: values.planName, matters: values.matters, results: values.results },
    };
  },
});
