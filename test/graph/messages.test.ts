import { buildSchema, GraphQLError, type GraphQLSchema, parse, specifiedRules, validate } from 'graphql';
import { afterAll, describe, expect, it } from 'vitest';
import { toldToCaller } from '../../gateway/errors.ts';
import { createGateway } from '../../gateway/server.ts';
import { committedSupergraph } from '../../gateway/supergraph/committed.ts';
import { schemaView } from '../../gateway/supergraph/view.ts';
import { createLog } from '../../platform/log.ts';
import { farTransport } from '../../platform/subgraph/transport.ts';
import { viewerSigner } from '../../platform/viewer/token.ts';
import { departments } from '../../subgraphs/index.ts';
import { type Answer, answerOf } from '../support/city.ts';
import { TEST_SECRET } from '../support/database.ts';

const log = createLog('silent');
const view = schemaView(committedSupergraph(), () => ['PUBLIC']);
const everything = schemaView(committedSupergraph(), () => ['PUBLIC', 'AUTHORIZED', 'GOVERNMENT', 'CONFIDENTIAL']);

// Nobody is behind the gateway: a question that is wrong never gets as far.
const nowhere = new URL('http://127.0.0.1:9/graphql');
const transports = new Map(
  departments.map(({ name, title }) => [
    name,
    farTransport(name, title, nowhere, viewerSigner(name, Buffer.from(TEST_SECRET))),
  ]),
);
const gateway = await createGateway({ supergraphSdl: committedSupergraph(), transports, log });
const listening = await gateway.listen({ host: '127.0.0.1', port: 0 });
const url = `http://127.0.0.1:${listening.port}/graphql`;
afterAll(async () => {
  await listening.close(100);
  await gateway.stop();
  for (const transport of transports.values()) await transport.close();
});

const JSON_HEADERS = { 'content-type': 'application/json' };

async function post(body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return answerOf(await fetch(url, { method: 'POST', headers: { ...JSON_HEADERS, ...headers }, body: text }));
}

/** What is left of a message without the names that it repeats: no three English words in a row, and none of theirs. */
function expectOurWords(message: string): void {
  expect(message).toMatch(/\p{Script=Han}/u);
  expect(message).toMatch(/[。?]$/u);
  expect(message).not.toMatch(/[A-Za-z]+ [a-z]+ [a-z]+/u);
  expect(message).not.toMatch(/Did you mean|Syntax Error|Expected|Unexpected|Cannot|cannot|undefined|\$\d/u);
}

const GENERIC = ['查询有语法错误。', '查询不符合接口定义。', '变量的值不符合其类型。', '请求有误。'];

function expectSpecific(message: string): void {
  expectOurWords(message);
  expect(GENERIC).not.toContain(message);
}

interface WrongDocument {
  readonly query: string;
  readonly says: string;
  /** Where our schema has nothing that could break the rule. */
  readonly schema?: GraphQLSchema;
}

const Q = (selection: string): string => `query Q { subject(identifier: "1") ${selection} }`;
const withSubscription = buildSchema('type Query { a: Int } type Subscription { a: Int b: Int }');
const withOneOf = buildSchema(
  'directive @oneOf on INPUT_OBJECT\ntype Query { a(by: By): Int } input By @oneOf { id: ID name: String }',
);
const withUnion = buildSchema('type Query { a: AB } union AB = A | B type A { x: Int } type B { y: Int }');

/** One document or more for each rule that graphql-js specifies, and how our answer to it reads. */
const RULES: Readonly<Record<string, readonly WrongDocument[]>> = {
  ExecutableDefinitionsRule: [
    { query: 'type Extra { a: Int } query Q { __typename }', says: '查询文档中只能有操作和片段,不能定义 "Extra"。' },
    { query: 'schema { query: Q } query Q { __typename }', says: '查询文档中只能有操作和片段,不能定义 schema。' },
  ],
  UniqueOperationNamesRule: [{ query: 'query Q { __typename } query Q { __typename }', says: '操作 Q 只能出现一次。' }],
  LoneAnonymousOperationRule: [
    { query: '{ __typename } query Q { __typename }', says: '有多个操作时,每个操作都须有名字。' },
  ],
  SingleFieldSubscriptionsRule: [
    { query: 'subscription S { a b }', says: '订阅操作只能有一个根字段。', schema: withSubscription },
    { query: 'subscription { a b }', says: '订阅操作只能有一个根字段。', schema: withSubscription },
  ],
  KnownTypeNamesRule: [
    { query: Q('{ ... on Nothing { id } }'), says: '没有名为 Nothing 的类型。' },
    { query: Q('{ ... on Subjet { id } }'), says: '没有名为 Subjet 的类型。是否想写 Subject' },
  ],
  FragmentsOnCompositeTypesRule: [
    { query: Q('{ ... on Date { id } }'), says: '片段不能以 Date 为条件,它不是对象类型。' },
    { query: `${Q('{ ...F }')} fragment F on Date { id }`, says: '片段不能以 Date 为条件,它不是对象类型。' },
  ],
  VariablesAreInputTypesRule: [
    { query: 'query Q($s: Subject) { __typename }', says: '变量 $s 不能是 Subject:它不是输入类型。' },
  ],
  ScalarLeafsRule: [
    { query: Q(''), says: '字段 subject 是 Subject 类型的对象,须写明要它的哪些子字段。是否想写 subject { ... }?' },
    { query: Q('{ name { x } }'), says: '字段 name 是 String,没有子字段。' },
  ],
  FieldsOnCorrectTypeRule: [
    { query: Q('{ secret }'), says: '类型 Subject 没有字段 secret。' },
    { query: Q('{ nam }'), says: '类型 Subject 没有字段 nam。是否想写 name、tax?' },
    {
      query: 'query Q { subjects { nodes { market { registration { ... on CreditRecord { address } } } } } }',
      says: '类型 CreditRecord 没有字段 address。是否想写 Registration?',
    },
    { query: '{ a { x } }', says: '类型 AB 没有字段 x。是否想写 A?', schema: withUnion },
  ],
  UniqueFragmentNamesRule: [
    {
      query: `${Q('{ ...F }')} fragment F on Subject { id } fragment F on Subject { name }`,
      says: '片段 F 只能出现一次。',
    },
  ],
  KnownFragmentNamesRule: [{ query: Q('{ ...F }'), says: '没有名为 F 的片段。' }],
  NoUnusedFragmentsRule: [{ query: `${Q('{ id }')} fragment F on Subject { id }`, says: '片段 F 定义了却没有使用。' }],
  PossibleFragmentSpreadsRule: [
    { query: Q('{ ... on TaxSlice { __typename } }'), says: '片段不能用在此处:类型 Subject 不会是 TaxSlice。' },
    {
      query: `${Q('{ ...F }')} fragment F on TaxSlice { __typename }`,
      says: '片段不能用在此处:类型 Subject 不会是 TaxSlice。',
    },
  ],
  NoFragmentCyclesRule: [
    { query: `${Q('{ ...F }')} fragment F on Subject { ...F }`, says: '片段 F 不能包含自己。' },
    {
      query: `${Q('{ ...F }')} fragment F on Subject { ...G } fragment G on Subject { ...F }`,
      says: '片段 F 不能包含自己。',
    },
  ],
  UniqueVariableNamesRule: [{ query: 'query Q($a: Int, $a: Int) { __typename }', says: '变量 $a 只能出现一次。' }],
  NoUndefinedVariablesRule: [
    { query: 'query Q { subject(identifier: $a) { id } }', says: '变量 $a 没有在操作中声明。' },
    { query: '{ subject(identifier: $a) { id } }', says: '变量 $a 没有在操作中声明。' },
  ],
  NoUnusedVariablesRule: [
    { query: 'query Q($a: Int) { __typename }', says: '变量 $a 声明了却没有使用。' },
    { query: 'query ($a: Int) { __typename }', says: '变量 $a 声明了却没有使用。' },
  ],
  KnownDirectivesRule: [
    { query: Q('{ id @secret }'), says: '没有名为 @secret 的指令。' },
    { query: Q('{ id @asOf(known: "2026-01-01T00:00:00Z") }'), says: '指令 @asOf 不能用在此处(FIELD)。' },
  ],
  UniqueDirectivesPerLocationRule: [
    { query: Q('{ id @skip(if: true) @skip(if: false) }'), says: '指令 @skip 在一处只能用一次。' },
  ],
  KnownArgumentNamesRule: [
    {
      query: 'query Q { subject(identifer: "1", identifier: "1") { id } }',
      says: '没有参数 identifer。是否想写 identifier?',
    },
    { query: Q('{ id @skip(when: true, if: true) }'), says: '指令 @skip 没有参数 when。' },
  ],
  UniqueArgumentNamesRule: [
    { query: 'query Q { subject(identifier: "1", identifier: "2") { id } }', says: '参数 identifier 只能出现一次。' },
  ],
  ValuesOfCorrectTypeRule: [
    { query: 'query Q { subject(identifier: 12) { id } }', says: '此处的值不对:应为 String。' },
    { query: 'query Q { subject(identifier: null) { id } }', says: '此处的值不对:应为 String!。' },
    { query: 'query Q { subjects(first: "x") { totalCount } }', says: '此处的值不对:应为 Int。' },
    { query: 'query Q { subjects(first: 99999999999) { totalCount } }', says: '此处的值不对:应为 Int。' },
    { query: 'query Q { subjects(filter: 3) { totalCount } }', says: '此处的值不对:应为 SubjectFilter。' },
    {
      query: 'query Q { subjects(filter: { kind: [] }) { totalCount } }',
      says: '输入类型 SubjectFilter 没有 kind。是否想写 kinds?',
    },
    {
      query: 'query Q { subjects(filter: { kinds: [ENTERPRISES] }) { totalCount } }',
      says: '不是 SubjectKind 的取值。是否想写 ENTERPRISE?',
    },
    { query: 'query Q { subjects(filter: { kinds: ["x"] }) { totalCount } }', says: '不是 SubjectKind 的取值。' },
    {
      query: Q('{ tax { arrears(filter: { decidedOn: { from: "2026-13-01" } }) { totalCount } } }'),
      says: 'Date 须为 YYYY-MM-DD 形式的日期,如 2026-11-21。',
    },
    {
      query: Q('{ tax { arrears(filter: { amount: { from: "1e5" } }) { totalCount } } }'),
      says: 'Decimal 须为十进制数字,如 "100000" 或 "0.25"。',
    },
    {
      query: Q('{ tax { arrears(filter: { authorities: [1] }) { totalCount } } }'),
      says: 'CreditCode 须为 18 位统一社会信用代码。',
    },
    { query: 'query Q @asOf(known: "yesterday") { __typename }', says: 'DateTime 须为带时区的 ISO 8601 时刻' },
    { query: Q('{ id @skip(if: "true") }'), says: '此处的值不对:应为 Boolean。' },
    { query: Q('{ tax { arrears(filter: { ids: [1.5] }) { totalCount } } }'), says: '此处的值不对:应为 ID。' },
    { query: '{ a(by: { id: 1, name: "x" }) }', says: '输入类型 By 须恰好给出一项。', schema: withOneOf },
    { query: '{ a(by: { id: null }) }', says: '输入项 id 不能为空。', schema: withOneOf },
  ],
  ProvidedRequiredArgumentsRule: [
    { query: 'query Q { subject { id } }', says: '字段 subject 必须给出参数 identifier(类型 String!)。' },
    { query: Q('{ id @skip }'), says: '指令 @skip 必须给出参数 if(类型 Boolean!)。' },
  ],
  VariablesInAllowedPositionRule: [
    {
      query: 'query Q($a: Int) { subject(identifier: $a) { id } }',
      says: '变量 $a 的类型是 Int,而此处需要 String!。',
    },
    { query: 'query Q($a: ID) { a(by: { id: $a }) }', says: '变量 $a 的类型是 ID,而此处不能为空。', schema: withOneOf },
  ],
  OverlappingFieldsCanBeMergedRule: [
    { query: Q('{ a: id a: name }'), says: '两处同名字段 a 的内容或参数不同,请用别名区分。' },
    {
      query: 'query Q { a: subject(identifier: "1") { x: id } a: subject(identifier: "1") { x: name } }',
      says: '两处同名字段 a 的内容或参数不同,请用别名区分。',
    },
  ],
  UniqueInputFieldNamesRule: [
    {
      query: 'query Q { subjects(filter: { kinds: [], kinds: [] }) { totalCount } }',
      says: '输入项 kinds 只能出现一次。',
    },
  ],
  MaxIntrospectionDepthRule: [
    {
      query: '{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }',
      says: '对接口定义的查询嵌套过深。',
    },
  ],
};

describe('What breaks a rule of GraphQL', () => {
  it('has a wrong document here for every rule that graphql-js applies', () => {
    expect(specifiedRules.map((rule) => rule.name).sort()).toEqual(Object.keys(RULES).sort());
  });

  describe.each(Object.entries(RULES))('%s', (name, documents) => {
    const rule = specifiedRules.find((one) => one.name === name);

    it.each(documents)('is told in our words: $says', async ({ query, says, schema = view }) => {
      const found = validate(schema, parse(query), rule ? [rule] : []);
      expect(found.length).toBeGreaterThan(0);
      const code = 'GRAPHQL_VALIDATION_FAILED';
      const [told] = found.map((error) => toldToCaller({ message: error.message, extensions: { code } }, error, log));
      expect(told?.message).toContain(says);
      expectSpecific(told?.message ?? '');
      if (schema !== view) return;

      const answer = await post({ query });
      expect(answer.status).toBe(400);
      expect(answer.errors.map(({ message }) => message)).toContain(told?.message);
      for (const error of answer.errors) {
        expectSpecific(error.message);
        expect(error.extensions).toEqual({ code });
      }
    });
  });

  it('is told by its kind where graphql-js finds words that nobody here knows yet', () => {
    const message = 'Something entirely new went wrong with "this" document.';
    for (const code of ['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT', 'BAD_REQUEST']) {
      expectOurWords(toldToCaller({ message, extensions: { code } }, new GraphQLError(message), log).message);
    }
  });

  it('stops at a hundred findings and says so', async () => {
    const many = Array.from({ length: 120 }, (_, index) => `x${index}`).join(' ');
    const { status, errors } = await post({ query: Q(`{ ${many} }`) });
    expect(status).toBe(400);
    for (const { message } of errors) expectSpecific(message);
    expect(errors.at(-1)?.message).toBe('错误过多,其余的不再列出。');
  });
});

describe('A syntax error', () => {
  it.each([
    ['', '请求中须有非空的 query。'],
    ['{', '语法错误:此处应为名称,却是文档结尾。'],
    ['{ }', '语法错误:此处应为名称,却是 "}" 。'],
    ['query Q', '语法错误:此处应为 "{" ,却是文档结尾。'],
    ['query Q ( { id }', '语法错误:此处应为 "$" ,却是 "{" 。'],
    ['hello world', '语法错误:此处不应出现名称 hello 。'],
    ['{ a } }', '语法错误:此处不应出现 "}" 。'],
    ['{ a(b: "c }', '语法错误:字符串没有结束。'],
    ["{ a(b: 'c') }", '语法错误:字符串须用双引号。'],
    ['{ a(b: 01) }', '语法错误:数字的写法不对。'],
    ['{ a(b: 1.) }', '语法错误:数字的写法不对。'],
    ['{ a(b: "\\x") }', '语法错误:字符串中的转义写法不对。'],
    ['{ a(b: "\\u12") }', '语法错误:字符串中的转义写法不对。'],
    ['{ a(b: "\\u{110000}") }', '语法错误:字符串中的转义写法不对。'],
    ['{ a(b: "\ud800") }', '语法错误:字符串中有不允许的字符。'],
    ['{ ? }', '语法错误:此处不应出现字符 "?"。'],
    ['{ a \u0000 }', '语法错误:此处不应出现字符 U+0000。'],
    ['{ 公司 }', '语法错误:此处不应出现字符 U+516C。'],
    ['{ a: "b" }', '语法错误:此处应为名称,却是字符串。'],
    ['{ a(b: 1 2) }', '语法错误:此处应为名称,却是整数 2 。'],
    ['{ a ... on }', '语法错误:此处应为名称,却是 "}" 。'],
    ['query Q($a: Int = $b) { a }', '语法错误:常量中不能使用变量 $b。'],
    ['"说明" { a }', '语法错误:此处不能有说明文字。'],
    ['enum E { true }', null],
    ['{ a }'.repeat(2_000), '查询超过 1500 个词法单元的上限。请缩短查询,或分成几次。'],
  ])('in %j is told in our words', async (query, says) => {
    const { status, errors } = await post({ query });
    expect({ status, count: errors.length }).toEqual({ status: 400, count: 1 });
    expectOurWords(errors[0]?.message ?? '');
    if (says !== null) expect(errors[0]?.message).toBe(says);
  });

  it('in too long a document has the code of a question that is too large', async () => {
    const { errors } = await post({ query: '{ a }'.repeat(2_000) });
    expect(errors[0]?.extensions).toEqual({ code: 'QUESTION_TOO_LARGE' });
  });

  it('never repeats a string, whatever stands in it', async () => {
    const { text } = await post({ query: '{ a: "110101199003074514 secret" }' });
    expect(text).not.toMatch(/110101|secret/u);
  });
});

describe('A variable of the wrong kind', () => {
  const SEARCH =
    'query Q($filter: SubjectFilter, $first: Int) { subjects(filter: $filter, first: $first) { totalCount } }';
  const SLICE = `query Q($filter: RecordFilter) { subject(identifier: "1") { tax { arrears(filter: $filter) { totalCount } } } }`;
  it.each([
    ['query Q($a: String!) { subject(identifier: $a) { id } }', {}, '缺少变量 $a(类型 String!)。'],
    ['query Q($a: String!) { subject(identifier: $a) { id } }', { a: null }, '变量 $a(类型 String!)不能为空。'],
    ['query Q($a: String!) { subject(identifier: $a) { id } }', { a: 1 }, '变量 $a 的值不对:应为 String。'],
    ['query Q($a: String!) { subject(identifier: $a) { id } }', { a: ['x'] }, '变量 $a 的值不对:应为 String。'],
    ['query Q($a: String!) { subject(identifier: $a) { id } }', { a: {} }, '变量 $a 的值不对:应为 String。'],
    [SEARCH, { first: 'x' }, '变量 $first 的值不对:应为 Int。'],
    [SEARCH, { first: 1.5 }, '变量 $first 的值不对:应为 Int。'],
    [SEARCH, { first: 1e12 }, '变量 $first 的值不对:应为 Int。'],
    [SEARCH, { filter: 'x; Value "a" does not exist' }, '变量 $filter 的值不对:应为 SubjectFilter。'],
    [SEARCH, { filter: { kind: [] } }, '变量 $filter 的值不对:输入类型 SubjectFilter 没有 kind。是否想写 kinds?'],
    [SEARCH, { filter: { kinds: [1] } }, '变量 $filter 的值不对:不是 SubjectKind 的取值。'],
    [
      SEARCH,
      { filter: { kinds: ['ENTERPRIS'] } },
      '变量 $filter 的值不对:不是 SubjectKind 的取值。是否想写 ENTERPRISE?',
    ],
    [SEARCH, { filter: { kinds: [null] } }, '变量 $filter 的值不对:应为 SubjectKind!,不能为空。'],
    [
      SLICE,
      { filter: { decidedOn: { from: '1' } } },
      '变量 $filter 的值不对:Date 须为 YYYY-MM-DD 形式的日期,如 2026-11-21。',
    ],
    [SLICE, { filter: { authorities: ['x'] } }, '变量 $filter 的值不对:CreditCode 须为 18 位统一社会信用代码。'],
    [SLICE, { filter: { isInForce: 'yes' } }, '变量 $filter 的值不对:应为 Boolean。'],
    [SLICE, { filter: { ids: [{}] } }, '变量 $filter 的值不对:应为 ID。'],
    [
      SLICE,
      { filter: { amount: { from: 'a' } } },
      '变量 $filter 的值不对:Decimal 须为十进制数字,如 "100000" 或 "0.25"。',
    ],
  ])('is told in our words: %s %j', async (query, variables, says) => {
    const { status, errors } = await post({ query, variables });
    expect({ status, message: errors[0]?.message }).toEqual({ status: 400, message: says });
    expectSpecific(errors[0]?.message ?? '');
    expect(errors[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT' });
  });

  it('is not repeated, however long or personal it is', async () => {
    const query = 'query Q($a: Int) { subjects(first: $a) { totalCount } }';
    for (const a of ['110101199003074514', 'x'.repeat(20_000), { nested: '110101199003074514; Date 须为 secret' }]) {
      const { text, errors } = await post({ query, variables: { a } });
      expectOurWords(errors[0]?.message ?? '');
      expect(text.length).toBeLessThan(500);
      expect(text).not.toMatch(/110101199003074514|xxxxx/u);
    }
  });
});

describe('A request that is no question', () => {
  it.each([
    [{ query: 5 }, 'query 须为字符串。'],
    [{ query: { kind: 'Document' } }, 'query 须为字符串。'],
    [{}, '请求体须为 {"query": "…", "variables": {…}} 形式的 JSON 对象。'],
    [{ query: '{ __typename }', variables: 'x' }, 'variables 须为 JSON 对象。'],
    [{ query: '{ __typename }', variables: [1] }, 'variables 须为 JSON 对象。'],
    [{ query: '{ __typename }', extensions: 'x' }, 'extensions 须为 JSON 对象。'],
    [{ query: '{ __typename }', operationName: 5 }, 'operationName 须为字符串。'],
    [{ query: 'query A { __typename }', operationName: 'B' }, '文档中没有名为 B 的操作。'],
    [
      { query: 'query A { __typename } query B { __typename }' },
      '文档中有多个操作,请以 operationName 指明执行哪一个。',
    ],
    [{ query: 'fragment F on Subject { id }' }, null],
    [
      { extensions: { persistedQuery: { version: 1, sha256Hash: '0'.repeat(64) } } },
      '没有此哈希的已登记查询。请先登记,或(在允许时)提交完整的 query。',
    ],
    [[{ query: '{ __typename }' }], null],
    ['not json', null],
    ['null', null],
  ])('%j is told in our words', async (body, says) => {
    const { status, errors } = await post(body);
    expect(status).toBeGreaterThanOrEqual(says?.startsWith('不支持只提交') ? 200 : 400);
    expect(status).toBeLessThan(500);
    for (const { message } of errors) expectOurWords(message);
    expect(errors.length).toBeGreaterThan(0);
    if (says !== null) expect(errors[0]?.message).toBe(says);
  });

  it.each([
    ['?query={__typename}&query={__typename}', '地址中的参数 query 只能出现一次。'],
    ['?query={__typename}&variables={', '地址中的参数 variables 须为 JSON 对象。'],
    ['?query={__typename}&variables=1', '地址中的参数 variables 须为 JSON 对象。'],
    ['?query=mutation{a}', null],
    ['?query=subscription{a}', null],
  ])('GET %s is told in our words', async (search, says) => {
    const headers = { 'apollo-require-preflight': '1', accept: 'application/json' };
    const { status, errors } = await answerOf(await fetch(url + search, { headers }));
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    for (const { message } of errors) expectOurWords(message);
    if (says !== null) expect(errors[0]?.message).toBe(says);
  });

  it('without a header that keeps foreign pages away is told in our words', async () => {
    const { status, errors } = await answerOf(await fetch(`${url}?query={__typename}`));
    expect(status).toBe(400);
    expect(errors[0]?.message).toContain('为防跨站请求伪造');
  });

  it('that accepts no JSON is told in our words', async () => {
    const { status, errors } = await post({ query: '{ __typename }' }, { accept: 'text/html' });
    expect(status).toBe(406);
    expectSpecific(errors[0]?.message ?? '');
  });
});

describe('Suggestions', () => {
  const hidden = namesOf(everything).filter((name) => !namesOf(view).includes(name));

  it('have something to keep quiet about', () => {
    expect(hidden).toContain('TaxCreditRating.score');
  });

  it('never name what the view does not have, also when the question comes close', async () => {
    for (const name of hidden) {
      const [type = '', field = ''] = name.split('.');
      const near = `${field.slice(0, -1)}x`;
      const found = validate(view, parse(`fragment F on ${type} { ${field} ${near} }`));
      const told = found.map((error) =>
        toldToCaller({ message: error.message, extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }, error, log),
      );
      // A type that is hidden as a whole is told of like one that never was; another of a like name may be suggested.
      const unknown = view.getType(type) ? `类型 ${type} 没有字段 ${field}。` : `没有名为 ${type} 的类型`;
      expect(told.map(({ message }) => message).join('\n')).toContain(unknown);
      for (const { message } of told)
        expect(message).not.toMatch(new RegExp(`是否想写.*\\b(${field}|${view.getType(type) ? field : type})\\b`, 'u'));
    }
  });

  it('of hidden inputs and types are the same as of what never was', async () => {
    const known = await post({ query: '{ __type(name: "RegisteredSubject") { name } }' });
    const { errors } = await post({ query: 'query Q($a: SubjectReferenc) { __typename }' });
    expect(known.data).toEqual({ __type: null });
    expect(errors.map(({ message }) => message).join()).not.toContain('SubjectReference?');
  });
});

function namesOf(schema: GraphQLSchema): readonly string[] {
  return Object.values(schema.getTypeMap()).flatMap((type) =>
    'getFields' in type ? Object.keys(type.getFields()).map((field) => `${type.name}.${field}`) : [],
  );
}
