import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { internalError, Refusal } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import { withoutIdNumbers } from '../schema/identifiers/redact.ts';

/**
 * An error as the caller is told it: our refusals as they are, GraphQL's own findings in our words, anything else as
 * internal with a reference number. No library text, SQL, stack or host gets past this.
 */
export function toldToCaller(formatted: GraphQLFormattedError, error: unknown, log: Log): GraphQLFormattedError {
  const original = error instanceof GraphQLError ? (error.originalError ?? error) : error;
  const { path, locations, extensions } = formatted;
  const place = { ...(locations?.length ? { locations } : {}), ...(path ? { path } : {}) };
  const code = String(extensions?.code ?? '');
  if (original instanceof Refusal) return { message: original.message, ...place, extensions: original.extensions };
  if (extensions?.department !== undefined)
    return { message: formatted.message, ...place, extensions: ownExtensions(extensions) };
  if (FINDINGS.has(code)) {
    const isTooLarge = /more than \d+ tokens/u.test(formatted.message);
    const told = { message: inChinese(formatted.message, code), ...place };
    return { ...told, extensions: { code: isTooLarge ? 'QUESTION_TOO_LARGE' : code } };
  }
  const refusal = internalError();
  const cause =
    original instanceof Error ? { name: original.name, message: original.message, stack: original.stack } : {};
  log.error({ reference: refusal.extensions.reference, cause }, 'a question failed');
  return { ...refusal.toJSON(), ...place };
}

/** Codes under which graphql-js and Apollo Server report what is wrong with a question. */
const FINDINGS = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'PERSISTED_QUERY_NOT_FOUND',
]);

/** What a department may say beside its code; what the executor adds (service names, exceptions) stays behind. */
function ownExtensions(extensions: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { code, department, retryAfter, argument, reason, reference, expected } = extensions;
  return Object.fromEntries(
    Object.entries({ code, department, retryAfter, argument, reason, reference, expected }).filter(
      ([, value]) => value !== undefined,
    ),
  );
}

/** graphql-js's sentences, by pattern. What no pattern knows is told by its kind, with the place it is at. */
const SENTENCES: readonly (readonly [RegExp, string])[] = [
  [/more than (\d+) tokens/u, '查询超过 $1 个词法单元的上限。请缩短查询,或分成几次。'],
  [/^Syntax Error: Expected (.+), found (.+)\.$/u, '语法错误:此处应为 $1,却是 $2。'],
  [/^Syntax Error: Unexpected (.+)\.$/u, '语法错误:此处不应出现 $1。'],
  [/^Syntax Error: Unterminated string\.$/u, '语法错误:字符串没有结束。'],
  [
    /^Cannot query field "(\w+)" on type "(\w+)"\. Did you mean (?:to use an inline fragment on )?(.+)\?$/u,
    '类型 $2 没有字段 $1。是否想写 $3?',
  ],
  [/^Cannot query field "(\w+)" on type "(\w+)"\./u, '类型 $2 没有字段 $1。'],
  [/^Unknown argument "(\w+)" on field "([\w.]+)"\.(?: Did you mean (.+)\?)?/u, '字段 $2 没有参数 $1。'],
  [/^Unknown argument "(\w+)" on directive "(@\w+)"/u, '指令 $2 没有参数 $1。'],
  [/^Field "(\w+)" argument "(\w+)" of type "(.+)" is required/u, '字段 $1 必须给出参数 $2(类型 $3)。'],
  [/^Directive "(@\w+)" argument "(\w+)" of type "(.+)" is required/u, '指令 $1 必须给出参数 $2(类型 $3)。'],
  [
    /^Field "(\w+)" of type "(.+)" must have a selection of subfields/u,
    '字段 $1 是 $2 类型的对象,须写明要它的哪些子字段,如 $1 { … }。',
  ],
  [/^Field "(\w+)" must not have a selection since type "(.+)" has no subfields/u, '字段 $1 是 $2,没有子字段。'],
  [/^Variable "(\$\w+)" is not defined/u, '变量 $1 没有在操作中声明。'],
  [/^Variable "(\$\w+)" is never used/u, '变量 $1 声明了却没有使用。'],
  [/^Variable "(\$\w+)" of required type "(.+)" was not provided/u, '缺少变量 $1(类型 $2)。'],
  [/^Variable "(\$\w+)" of non-null type "(.+)" must not be null/u, '变量 $1(类型 $2)不能为空。'],
  [/^Variable "(\$\w+)" of type "(.+)" used in position expecting type "(.+)"/u, '变量 $1 的类型是 $2,而此处需要 $3。'],
  [
    /^Variable "(\$\w+)" got invalid value .*?(?: at "[^"]+")?; (?:.*?)((?:Date|DateTime|Decimal|CreditCode) 须为.+)$/su,
    '变量 $1 的值不对:$2',
  ],
  [
    /^Variable "(\$\w+)" got invalid value .*; Field "(\w+)" is not defined by type "(\w+)"/su,
    '变量 $1 的值不对:输入类型 $3 没有 $2。',
  ],
  [
    /^Variable "(\$\w+)" got invalid value .*; Expected (?:type|value of type)? ?"?([\w![\]]+)/su,
    '变量 $1 的值不对:应为 $2。',
  ],
  [
    /^Variable "(\$\w+)" got invalid value .*; (Int|Float|String|Boolean|ID) cannot represent/su,
    '变量 $1 的值不对:应为 $2。',
  ],
  [
    /^Variable "(\$\w+)" got invalid value .*; Value .* does not exist in "(\w+)" enum/su,
    '变量 $1 的值不对:不是 $2 的取值。',
  ],
  [/^Variable "(\$\w+)" got invalid value/u, '变量 $1 的值不符合其类型。'],
  [/((?:Date|DateTime|Decimal|CreditCode) 须为.+)$/su, '$1'],
  [/^(Int|Float|String|Boolean|ID) cannot represent .*value/u, '此处的值应为 $1。'],
  [/^Value .* does not exist in "(\w+)" enum/u, '此处的值不是 $1 的取值。'],
  [/^Enum "(\w+)" cannot represent/u, '此处的值不是 $1 的取值。'],
  [/^Expected value of type "(.+)", found/u, '此处的值应为 $1。'],
  [/^Field "([\w.]+)" of required type "(.+)" was not provided/u, '缺少输入项 $1(类型 $2)。'],
  [/^Field "(\w+)" is not defined by type "(\w+)"/u, '输入类型 $2 没有 $1。'],
  [/^Unknown type "(\w+)"/u, '没有名为 $1 的类型。'],
  [/^Unknown directive "(@\w+)"/u, '没有名为 $1 的指令。'],
  [/^Directive "(@\w+)" may not be used on (\w+)/u, '指令 $1 不能用在此处($2)。'],
  [/^The directive "(@\w+)" can only be used once/u, '指令 $1 在一处只能用一次。'],
  [/^Unknown fragment "(\w+)"/u, '没有名为 $1 的片段。'],
  [/^Fragment "(\w+)" is never used/u, '片段 $1 定义了却没有使用。'],
  [/^Cannot spread fragment "(\w+)" within itself/u, '片段 $1 不能包含自己。'],
  [
    /^(?:Fragment "(\w+)"|Fragment) cannot be spread here as objects of type "(\w+)" can never be of type "(\w+)"/u,
    '片段不能用在此处:类型 $2 不会是 $3。',
  ],
  [/^Fields "(\w+)" conflict/u, '两处同名字段 $1 的内容或参数不同,请用别名区分。'],
  [/^There can be only one (\w+) named "(.+)"/u, '$1 的名字 $2 只能用一次。'],
  [/^This anonymous operation must be the only defined operation/u, '有多个操作时,每个操作都须有名字。'],
  [/^Unknown operation named "(\w+)"/u, '文档中没有名为 $1 的操作。'],
  [
    /^Must provide operation name if query contains multiple operations/u,
    '文档中有多个操作,请以 operationName 指明执行哪一个。',
  ],
  [/^GraphQL operations must contain a non-empty `query`/u, '请求中须有非空的 query。'],
  [/`?variables`? (?:in|are|must)/u, 'variables 须为 JSON 对象。'],
  [
    /^This operation has been blocked as a potential Cross-Site Request Forgery/u,
    '为防跨站请求伪造,请以 content-type: application/json 提交,或加请求头 Apollo-Require-Preflight。',
  ],
  [/^Operation batching disabled/u, '不接受批量数组,请逐个提交。'],
  [/^GET requests only support query operations/u, 'GET 只用于查询操作。'],
];

const GENERIC: Readonly<Record<string, string>> = {
  GRAPHQL_PARSE_FAILED: '查询有语法错误。',
  GRAPHQL_VALIDATION_FAILED: '查询不符合接口定义。',
  BAD_USER_INPUT: '变量的值不符合其类型。',
  BAD_REQUEST: '请求不符合 GraphQL over HTTP 的格式。',
  OPERATION_RESOLUTION_FAILURE: '无法确定要执行的操作。',
};

function inChinese(message: string, code: string): string {
  for (const [pattern, sentence] of SENTENCES) {
    const found = pattern.exec(message);
    if (found)
      return withoutIdNumbers(
        sentence.replace(/\$(\d)/gu, (_all, index: string) => (found[Number(index)] ?? '').replaceAll(' or ', ' 或 ')),
      );
  }
  return GENERIC[code] ?? '请求有误。';
}
