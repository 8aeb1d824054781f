import { authorityColumns, authorityOf, providerOf } from '../../platform/import/authority.ts';
import { counterpartOf } from '../../platform/import/counterpart.ts';
import { endsBeforeStart } from '../../platform/import/days.ts';
import { type Rejection, recordSheet, rejected } from '../../platform/import/draft.ts';
import { publishedUntil } from '../../platform/import/removal.ts';
import {
  type Column,
  type ColumnOptions,
  coded,
  column,
  date,
  defineSheet,
  labelIn,
  never,
  OCCASIONAL,
  text,
} from '../../platform/sheets/index.ts';
import { ACCESS_LEVELS, dayInShanghai } from '../../platform/viewer/viewer.ts';
import { codeTable } from '../../schema/codes/city.ts';
import { format as formatCaseNumber } from '../../schema/identifiers/case-number.ts';
import { withoutIdNumbers } from '../../schema/identifiers/redact.ts';
import { caseNumberColumn, debtorColumns } from './columns.ts';

/**
 * 裁判文书: a row says that a document in force names an organisation in a role that bears on its credit. Whoever else is
 * named in the document, and what it says of them, is never read. To have sued is no fact about anybody's credit: such rows
 * are refused, and nothing of them is kept.
 */
export const judgmentSheet = recordSheet({
  type: 'JudgmentSummary',
  title: '裁判文书',
  sheet: defineSheet({
    columns: {
      ...debtorColumns,
      ...authorityColumns(['审理法院', '裁判法院', '作出法院', '法院名称', '法院']),
      caseNumber: caseNumberColumn(['案号', '裁判文书案号', '文书案号']),
      documentType: coded(['文书类型', '文书种类', '裁判文书类型'], labelIn('judgment-document-types'), {
        isRequired: true,
      }),
      role: coded(
        ['诉讼地位', '当事人地位', '当事人角色', '角色'],
        labelIn('litigation-roles', ({ extra }) => extra.isCreditFact === 'YES'),
        { isRequired: true },
      ),
      cause: text(['案由', '裁判案由'], { maxLength: 200, describes: { example: '买卖合同纠纷' } }),
      instance: coded(['审级', '审理程序', '审判程序'], labelIn('trial-instances')),
      decidedOn: date(['裁判日期', '判决日期', '文书日期', '作出日期'], { isRequired: true }),
      effectiveOn: date(['生效日期', '生效时间'], { isRequired: true }),
      publishedOn: date(['发布时间', '发布日期', '公布日期']),
      publicationEndsOn: date(['公示截止期', '公示截止日期', '公布截止日期'], { openEnded: true }),
      removedOn: date(['移出日期', '删除日期', '撤回日期', '撤销日期'], { describes: OCCASIONAL }),
      url: addressColumn(['文书链接', '文书网址', '链接', '网址']),
      others: never([
        '原告',
        '被告',
        '第三人',
        '上诉人',
        '被上诉人',
        '申请人',
        '被申请人',
        '申请执行人',
        '对方当事人',
        '其他当事人',
        '当事人',
        '法定代表人',
        '委托代理人',
        '审判长',
        '审判员',
        '书记员',
        '案件名称',
        '文书名称',
        '标题',
        '裁判结果',
        '判决结果',
        '裁判主文',
        '裁判理由',
        '文书内容',
        '正文',
      ]),
    },
  }),
  draft(values) {
    const counterpart = counterpartOf(values);
    if ('rejected' in counterpart) return counterpart;
    const refused = notOfCredit(values.role) ?? notInForce(values.decidedOn, values.effectiveOn);
    if (refused) return refused;
    const authority = authorityOf(values);
    if ('rejected' in authority) return authority;
    const impossible = endsBeforeStart(['裁判日期', values.decidedOn], {
      publicationEndsOn: ['公示截止日期', values.publicationEndsOn],
      removedOn: ['移出日期', values.removedOn],
    });
    if (impossible) return impossible;
    const level = codeTable('judgment-document-types').get(values.documentType)?.extra.level;
    return {
      counterpart,
      keyedBy: 'NAME',
      naturalKey: [values.caseNumber, values.documentType],
      authority,
      provider: providerOf(values, authority),
      documentNumber: formatCaseNumber(values.caseNumber),
      decidedOn: values.decidedOn,
      effectiveUntil: null,
      publishedOn: values.publishedOn,
      publicationEndsOn: publishedUntil(values.publicationEndsOn, values.removedOn),
      accessLevel: ACCESS_LEVELS.find((one) => one === level) ?? 'CONFIDENTIAL',
      withheldReason: values.removedOn === null ? null : 'REMOVED',
      sortedOn: values.decidedOn,
      own: {
        caseNumber: values.caseNumber,
        documentType: values.documentType,
        role: values.role,
        cause: values.cause,
        instance: values.instance,
        effectiveOn: values.effectiveOn,
        url: values.url,
      },
    };
  },
});

/** Which roles bear on a party's own credit is the table's matter. */
function notOfCredit(role: string): Rejection | undefined {
  const row = codeTable('litigation-roles').get(role);
  if (row?.extra.isCreditFact === 'YES') return undefined;
  const label = row?.label ?? role;
  if (row?.extra.isCreditFact === 'UNCLEAR') {
    const message = `诉讼地位应注明在一审中是原告还是被告，如“${label}（原审被告）”，收到“${label}”。`;
    return rejected('ROLE_UNCLEAR', message, 'role');
  }
  const message = `应为被告、被申请人等承担义务一方的裁判文书，收到“${label}”：起诉是权利，不是信用信息，不予归集。`;
  return rejected('ROLE_NOT_OF_CREDIT', message, 'role');
}

function notInForce(decidedOn: string, effectiveOn: string): Rejection | undefined {
  if (effectiveOn < decidedOn) {
    const message = `生效日期 ${effectiveOn} 早于裁判日期 ${decidedOn}。`;
    return rejected('EFFECTIVE_BEFORE_DECISION', message, 'effectiveOn');
  }
  if (effectiveOn <= dayInShanghai(new Date())) return undefined;
  return rejected('NOT_IN_FORCE', `只归集已生效的裁判文书，生效日期 ${effectiveOn} 晚于今天。`, 'effectiveOn');
}

/** Where the court publishes the document: a web address, without a place for names or numbers of persons. */
function addressColumn(aliases: readonly string[]): Column<string | null> {
  const describes = { form: '法院公布文书的网址', pattern: '^https?://', example: 'https://credit-graph.example/870' };
  return column<string, ColumnOptions>(aliases, { describes }, (cell) => {
    const address = cell.text.trim();
    const isAddress = address.length <= 500 && /^https?:\/\//u.test(address) && URL.canParse(address);
    if (isAddress && withoutIdNumbers(decoded(address)) === decoded(address)) return { value: address };
    return { problem: '应为 http(s) 网址，至多 500 字，不得含公民身份号码', code: 'ADDRESS_UNREADABLE' };
  });
}

function decoded(address: string): string {
  try {
    return decodeURIComponent(address);
  } catch {
    return address;
  }
}
