import { authorityColumns, authorityOf, providerOf } from '../../../platform/import/authority.ts';
import { counterpartColumns, counterpartOf } from '../../../platform/import/counterpart.ts';
import { endsBeforeStart } from '../../../platform/import/days.ts';
import { type Rejection, recordSheet, rejected } from '../../../platform/import/draft.ts';
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
} from '../../../platform/sheets/index.ts';
import { type AccessLevel, isPublicityAttribute, PUBLICITY_ATTRIBUTES } from '../../../platform/viewer/viewer.ts';
import { codeTable } from '../../../schema/codes/city.ts';
import { nameKey } from '../../../schema/identifiers/name-key.ts';

const { counterpartName } = counterpartColumns;

/**
 * 信用承诺 (data standard §9.1): a row is one commitment that a subject made to the unit that received it. Whether it was
 * kept is recorded only once that was decided: a breach needs the document. The signed paper itself is never read.
 */
export const commitmentSheet = recordSheet({
  type: 'CreditCommitment',
  title: '信用承诺',
  sheet: defineSheet({
    columns: {
      ...counterpartColumns,
      ...authorityColumns(['承诺受理单位', '受理单位', '承诺受理部门', '受理部门']),
      counterpartName: {
        ...counterpartName,
        aliases: [...counterpartName.aliases, '承诺人', '承诺人名称', '承诺主体', '承诺主体名称'],
      },
      commitmentType: coded(['承诺类型', '承诺类别', '信用承诺类型'], labelIn('commitment-types'), {
        isRequired: true,
        otherwise: 'OTHER',
      }),
      matter: text(['承诺事由', '承诺事项', '事由'], { maxLength: 1000, describes: { example: '办理行政许可' } }),
      content: text(['承诺内容'], {
        isRequired: true,
        maxLength: 10_000,
        describes: { example: '所提交的材料真实、合法、有效。' },
      }),
      breachLiability: text(['违诺责任', '违背承诺责任', '违约责任', '违诺责任及处置'], {
        maxLength: 4000,
        describes: { example: '撤销许可并记入信用记录。' },
      }),
      documentNumber: text(['承诺书编号', '承诺书文号', '承诺编号'], {
        maxLength: 128,
        describes: { example: '云诺〔2026〕9号' },
      }),
      decidedOn: date(['做出承诺日期', '作出承诺日期', '承诺作出日期', '承诺日期', '承诺时间'], { isRequired: true }),
      effectiveUntil: date(['承诺有效期', '承诺有效期至', '有效期至', '有效期止'], { openEnded: true }),
      publishedOn: date(['公示日期', '发布日期', '公布日期']),
      publicationEndsOn: date(['公示截止期', '公示截止日期'], { openEnded: true }),
      fulfilment: coded(
        ['承诺履行状态', '履行状态', '承诺履行情况', '履行情况', '践诺情况'],
        labelIn('fulfilment-statuses'),
        { describes: OCCASIONAL },
      ),
      fulfilmentDecidedOn: date(['履行认定日期', '履约认定日期', '违诺认定日期', '认定日期'], {
        describes: OCCASIONAL,
      }),
      fulfilmentDocumentNumber: text(['履行认定文号', '履约认定文号', '违诺认定文号', '认定文号'], {
        maxLength: 128,
        describes: OCCASIONAL,
      }),
      publicity: coded<AccessLevel, object>(
        ['是否公开', '公开属性', '是否公示'],
        telling(levelOf, wordsOf('publicity-attributes', isPublicityAttribute)),
      ),
      attachment: never(['承诺书附件', '附件', '承诺书', '承诺书扫描件']),
    },
  }),
  draft(values) {
    const counterpart = counterpartOf(values);
    if ('rejected' in counterpart) return counterpart;
    const authority = authorityOf(values);
    if ('rejected' in authority) return authority;
    const impossible = endsBeforeStart(['作出承诺日期', values.decidedOn], {
      effectiveUntil: ['承诺有效期', values.effectiveUntil],
      publicationEndsOn: ['公示截止日期', values.publicationEndsOn],
    });
    const wrong = impossible ?? judgedTooSoon(values) ?? undecided(values);
    if (wrong) return wrong;
    return {
      counterpart,
      keyedBy: 'SUBJECT',
      naturalKey: [
        values.commitmentType,
        values.decidedOn,
        authority.creditCode ?? nameKey(authority.name),
        nameKey(values.documentNumber ?? values.matter ?? ''),
      ],
      authority,
      provider: providerOf(values, authority),
      documentNumber: values.documentNumber,
      decidedOn: values.decidedOn,
      effectiveUntil: values.effectiveUntil,
      publishedOn: values.publishedOn,
      publicationEndsOn: values.publicationEndsOn,
      // What nobody said may be published is not.
      accessLevel: values.publicity ?? 'AUTHORIZED',
      withheldReason: null,
      sortedOn: values.decidedOn,
      own: {
        commitmentType: values.commitmentType,
        matter: values.matter,
        content: values.content,
        breachLiability: values.breachLiability,
        fulfilment: values.fulfilment,
        fulfilmentDecidedOn: values.fulfilmentDecidedOn,
        fulfilmentDocumentNumber: values.fulfilmentDocumentNumber,
      },
    };
  },
});

/**
 * 是否公开 is a question of yes and no: who says no leaves it to the subject, which may authorize. The four publicity
 * attributes are understood too (不予公开 is nobody's but the office's).
 */
function levelOf(word: string): AccessLevel | undefined {
  if (/^(?:是|1|y|yes|true)$/iu.test(word)) return 'PUBLIC';
  if (/^(?:否|0|n|no|false|不公开|不公示)$/iu.test(word)) return 'AUTHORIZED';
  const code = /^\d$/u.test(word) ? undefined : codeTable('publicity-attributes').byLabel(word)?.code;
  return PUBLICITY_ATTRIBUTES.find((level) => level === code);
}

/** A commitment is not judged before it was made. */
function judgedTooSoon(values: {
  readonly decidedOn: string;
  readonly fulfilmentDecidedOn: string | null;
}): Rejection | undefined {
  const { decidedOn, fulfilmentDecidedOn } = values;
  if (fulfilmentDecidedOn === null || fulfilmentDecidedOn >= decidedOn) return undefined;
  const message = `履行认定日期 ${fulfilmentDecidedOn} 早于作出承诺日期 ${decidedOn}。`;
  return rejected('JUDGED_BEFORE_COMMITMENT', message, 'fulfilmentDecidedOn');
}

/** A breach is no matter of a column's word: it is recorded after a decision, and by its number. */
function undecided(values: {
  readonly fulfilment: string | null;
  readonly fulfilmentDocumentNumber: string | null;
}): Rejection | undefined {
  if (values.fulfilment === null || values.fulfilment === 'FULFILLED') return undefined;
  if (values.fulfilmentDocumentNumber !== null) return undefined;
  const message = '记录未履行或部分履行须有认定文号：认定之前，“承诺履行状态”应留空。';
  return rejected('BREACH_NOT_DECIDED', message, 'fulfilmentDocumentNumber');
}
