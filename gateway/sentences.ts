import { scalars } from '../platform/scalars.ts';
import { withoutIdNumbers } from '../schema/identifiers/redact.ts';

/**
 * A finding of graphql-js or Apollo Server in our words. Their sentences are told apart by pattern; what no pattern knows
 * is told by its kind. Names, types and suggestions are repeated, values are not, and nothing that looks like an ID number.
 */
export function inChinese(message: string, code: string): string {
  const bounded = message.length > 2_000 ? `${message.slice(0, 1_000)}${message.slice(-1_000)}` : message;
  const suggested = SUGGESTION.exec(bounded);
  const found = bounded.slice(0, suggested?.index ?? bounded.length).trim();
  const sentence = sentenceFor(found) ?? GENERIC[code] ?? '请求有误。';
  return withoutIdNumbers(suggested ? `${sentence}是否想写 ${namesIn(suggested[1] ?? '')}?` : sentence);
}

/** `Did you mean "a", "b", or "c"?` as it ends a message: graphql-js suggests only what the schema that it was given has. */
const SUGGESTION =
  / Did you mean (?:to use an inline fragment on |the enum value )?((?:"[^"]{1,200}"[, or]*){1,5})\?$/u;

function namesIn(list: string): string {
  return [...list.matchAll(/"([^"]+)"/gu)].map(([, name]) => name).join('、');
}

/** With the parts that the pattern found as $1, $2 …; or made of all that it found and those parts. */
type Sentence = string | ((all: string, ...parts: readonly string[]) => string);

function sentenceFor(message: string): string | undefined {
  for (const [pattern, sentence] of SENTENCES) {
    const matched = pattern.exec(message);
    if (!matched) continue;
    const found = matched.slice(1).map((part) => shortened(part ?? ''));
    if (typeof sentence === 'function') return sentence(message, ...found);
    return sentence.replace(/\$(\d)/gu, (_all, index: string) => found[Number(index) - 1] ?? '');
  }
  return undefined;
}

function shortened(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

const SYNTAX: readonly (readonly [RegExp, Sentence])[] = [
  // graphql 16.15 writes “more that”.
  [
    /^Syntax Error: Document contains more tha[nt] (\d+) tokens/u,
    '查询超过 $1 个词法单元的上限。请缩短查询,或分成几次。',
  ],
  [/^Syntax Error: Document contains more than \d+ comments/u, '查询中的注释过多。'],
  [
    /^Syntax Error: Expected (.+?), found (.+)\.$/su,
    (_all, expected = '', found = '') => `语法错误:此处应为${token(expected)},却是${token(found)}。`,
  ],
  [/^Syntax Error: Unexpected single quote/u, '语法错误:字符串须用双引号。'],
  [/^Syntax Error: Unexpected description/u, '语法错误:此处不能有说明文字。'],
  [/^Syntax Error: Unexpected variable "(\$\w+)"/u, '语法错误:常量中不能使用变量 $1。'],
  [/^Syntax Error: (?:Unexpected|Invalid) character: (.+)\.$/su, '语法错误:此处不应出现字符 $1。'],
  [/^Syntax Error: Unexpected (.+)\.$/su, (_all, found = '') => `语法错误:此处不应出现${token(found)}。`],
  [/^Syntax Error: Unterminated string\.$/u, '语法错误:字符串没有结束。'],
  [/^Syntax Error: Invalid number/u, '语法错误:数字的写法不对。'],
  [/^Syntax Error: Invalid character within String/u, '语法错误:字符串中有不允许的字符。'],
  [/^Syntax Error: Invalid (?:Unicode|character) escape sequence/u, '语法错误:字符串中的转义写法不对。'],
];

const TOKENS: Readonly<Record<string, string>> = {
  '<SOF>': '文档开头',
  '<EOF>': '文档结尾',
  Name: '名称',
  Int: '整数',
  Float: '小数',
  String: '字符串',
  BlockString: '块字符串',
};

/** A token as the parser describes it: its kind, or its kind and its text in quotes. The text of a string is a value. */
function token(description: string): string {
  const [, kind = '', text] = /^(<?\w+>?)(?: "(.*)"?)?$/su.exec(description) ?? [];
  const name = TOKENS[kind];
  if (name === undefined) return ` ${description} `;
  return text === undefined || kind.endsWith('String') ? name : `${name} ${text.replace(/"$/u, '')} `;
}

const FIELDS: readonly (readonly [RegExp, Sentence])[] = [
  [/^Cannot query field "(\w+)" on type "(\w+)"\./u, '类型 $2 没有字段 $1。'],
  [/^Unknown argument "(\w+)" on field "([\w.]+)"\./u, '字段 $2 没有参数 $1。'],
  [/^Unknown argument "(\w+)" on directive "(@\w+)"/u, '指令 $2 没有参数 $1。'],
  [/^Field "(\w+)" argument "(\w+)" of type "(.+)" is required/u, '字段 $1 必须给出参数 $2(类型 $3)。'],
  [/^Directive "(@\w+)" argument "(\w+)" of type "(.+)" is required/u, '指令 $1 必须给出参数 $2(类型 $3)。'],
  [
    /^Field "(\w+)" of type "(.+)" must have (?:a selection of subfields|at least one field selected)/u,
    '字段 $1 是 $2 类型的对象,须写明要它的哪些子字段。',
  ],
  [/^Field "(\w+)" must not have a selection since type "(.+)" has no subfields/u, '字段 $1 是 $2,没有子字段。'],
  [/^Fields "(.+?)" conflict/u, '两处同名字段 $1 的内容或参数不同,请用别名区分。'],
  [/^Unknown type "(\w+)"/u, '没有名为 $1 的类型。'],
  [/^Unknown directive "(@\w+)"/u, '没有名为 $1 的指令。'],
  [/^Directive "(@\w+)" may not be used on (\w+)/u, '指令 $1 不能用在此处($2)。'],
  [/^The directive "(@\w+)" can only be used once/u, '指令 $1 在一处只能用一次。'],
  [/^Maximum introspection depth exceeded/u, '对接口定义的查询嵌套过深。'],
];

const FRAGMENTS: readonly (readonly [RegExp, Sentence])[] = [
  [/^Unknown fragment "(\w+)"/u, '没有名为 $1 的片段。'],
  [/^Fragment "(\w+)" is never used/u, '片段 $1 定义了却没有使用。'],
  [/^Cannot spread fragment "(\w+)" within itself/u, '片段 $1 不能包含自己。'],
  [
    /^Fragment(?: "\w+")? cannot be spread here as objects of type "(\w+)" can never be of type "(\w+)"/u,
    '片段不能用在此处:类型 $1 不会是 $2。',
  ],
  [/^Fragment(?: "\w+")? cannot condition on non composite type "(.+)"/u, '片段不能以 $1 为条件,它不是对象类型。'],
];

const DOCUMENT: readonly (readonly [RegExp, Sentence])[] = [
  [
    /^There can be only one (\w+|input field) named "(.+)"/u,
    (_all, kind = '', name = '') => `${KINDS[kind] ?? '名称'} ${name} 只能出现一次。`,
  ],
  [/^This anonymous operation must be the only defined operation/u, '有多个操作时,每个操作都须有名字。'],
  [/^Unknown operation named "(\w+)"/u, '文档中没有名为 $1 的操作。'],
  [/^Unknown operation named/u, '文档中没有所指的操作。'],
  [/^Must provide operation name/u, '文档中有多个操作,请以 operationName 指明执行哪一个。'],
  [/^Must provide an operation/u, '文档中没有可执行的操作。'],
  [/^The (.+) definition is not executable/u, '查询文档中只能有操作和片段,不能定义 $1。'],
  [/^(?:Subscription "\w+"|Anonymous Subscription) must /u, '订阅操作只能有一个根字段。'],
  [/^Too many (?:validation )?errors/u, '错误过多,其余的不再列出。'],
];

const KINDS: Readonly<Record<string, string>> = {
  argument: '参数',
  fragment: '片段',
  operation: '操作',
  variable: '变量',
  'input field': '输入项',
};

const VALUES: readonly (readonly [RegExp, Sentence])[] = [
  [/^Variable "(\$\w+)" is not defined/u, '变量 $1 没有在操作中声明。'],
  [/^Variable "(\$\w+)" is never used/u, '变量 $1 声明了却没有使用。'],
  [/^Variable "(\$\w+)" of required type "(.+)" was not provided/u, '缺少变量 $1(类型 $2)。'],
  [/^Variable "(\$\w+)" of non-null type "(.+)" must not be null/u, '变量 $1(类型 $2)不能为空。'],
  [/^Variable "(\$\w+)" of type "(.+)" used in position expecting type "(.+)"/u, '变量 $1 的类型是 $2,而此处需要 $3。'],
  [/^Variable "(\$\w+)" is of type "(.+)" but must be non-nullable/u, '变量 $1 的类型是 $2,而此处不能为空。'],
  [
    /^Variable "(\$\w+)" (?:cannot be non-input type|expected value of type) "(.+?)"/u,
    '变量 $1 不能是 $2:它不是输入类型。',
  ],
  [
    /^Variable "(\$\w+)" got invalid value /u,
    (all, variable = '') =>
      `变量 ${variable} 的值不对:${valueProblem(all.slice(all.indexOf('; '))) ?? '不符合其类型。'}`,
  ],
  [/^Variable "(\$\w+)" has invalid value/u, '变量 $1 的值不对:不符合其类型。'],
];

const PROBLEMS: readonly (readonly [RegExp, string])[] = [
  [/(Int|Float|String|Boolean|ID) cannot represent [^":]{0,40}value: /u, '应为 $1。'],
  [/does not exist in "(\w+)" enum\.$/u, '不是 $1 的取值。'],
  [/Enum "(\w+)" cannot represent/u, '不是 $1 的取值。'],
  [/Expected non-nullable type "([\w![\]]+)" not to be null/u, '应为 $1,不能为空。'],
  [/Field "(?:\w+\.)?(\w+)" of required type "([\w![\]]+)" was not provided/u, '缺少输入项 $1(类型 $2)。'],
  [/Field "(\w+)" is not defined by type "(\w+)"/u, '输入类型 $2 没有 $1。'],
  [/(?:OneOf Input Object|OneOf type) "(\w+)"/u, '输入类型 $1 须恰好给出一项。'],
  [/Field "(?:\w+\.)?(\w+)" must be non-null/u, '输入项 $1 不能为空。'],
  [/Expected (?:value of )?type "([\w![\]]+)"/u, '应为 $1。'],
];

/** What is wrong with a value. Only names of types and fields are taken from the library's words, never what follows them. */
function valueProblem(reason: string): string | undefined {
  for (const [pattern, sentence] of PROBLEMS) {
    const found = pattern.exec(reason);
    if (!found) continue;
    // The name is a caller's word: it may be one that every object has, such as __proto__.
    const name = found[1]?.replace('!', '') ?? '';
    const expected = Object.hasOwn(scalars, name) ? scalars[name]?.extensions.expected : undefined;
    if (typeof expected === 'string') return expected;
    return sentence.replace(/\$(\d)/gu, (_all, index: string) => shortened(found[Number(index)] ?? ''));
  }
  return undefined;
}

const REQUESTS: readonly (readonly [RegExp, Sentence])[] = [
  [/^GraphQL operations must contain a non-empty `query`/u, '请求中须有非空的 query。'],
  [/^GraphQL queries must be strings/u, 'query 须为字符串。'],
  [/^POST body missing/u, '请求体须为 {"query": "…", "variables": {…}} 形式的 JSON 对象。'],
  [/^`(variables|extensions)` in a POST body/u, '$1 须为 JSON 对象。'],
  [/^`operationName` in a POST body/u, 'operationName 须为字符串。'],
  [/^The '(\w+)' search parameter may only be specified once/u, '地址中的参数 $1 只能出现一次。'],
  [/^The (\w+) search parameter (?:contains|should contain)/u, '地址中的参数 $1 须为 JSON 对象。'],
  [/^GET requests may not have a content-type header/u, 'GET 请求的 content-type 只能是 application/json。'],
  [/^An 'accept' header was provided/u, '请求头 accept 须接受 application/json 或 application/graphql-response+json。'],
  [
    /^This operation has been blocked as a potential Cross-Site Request Forgery/u,
    '为防跨站请求伪造,请以 content-type: application/json 提交,或加请求头 Apollo-Require-Preflight。',
  ],
  [/^Operation batching disabled/u, '不接受批量数组,请逐个提交。'],
  [/^GET requests only support query operations/u, 'GET 只用于查询操作。'],
];

const LITERALS: readonly (readonly [RegExp, Sentence])[] = PROBLEMS.map(([pattern]) => [
  pattern,
  (message) => `此处的值不对:${valueProblem(message) ?? '不符合其类型。'}`,
]);

const SENTENCES = [...SYNTAX, ...FIELDS, ...FRAGMENTS, ...DOCUMENT, ...VALUES, ...REQUESTS, ...LITERALS];

const GENERIC: Readonly<Record<string, string>> = {
  GRAPHQL_PARSE_FAILED: '查询有语法错误。',
  GRAPHQL_VALIDATION_FAILED: '查询不符合接口定义。',
  BAD_USER_INPUT: '变量的值不符合其类型。',
  BAD_REQUEST: '请求不符合 GraphQL over HTTP 的格式。',
  OPERATION_RESOLUTION_FAILURE: '无法确定要执行的操作。',
};
