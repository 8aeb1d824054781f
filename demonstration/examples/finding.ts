import { cleanCompany, mistypedCode, oldNumberFactory, renamedCompany, riversideShop } from '../story.ts';
import type { Example } from './example.ts';

const SEARCH = `
query Search($text: String!, $filter: SubjectFilter) {
  subjects(search: $text, filter: $filter, first: 10) {
    totalCount
    nodes {
      id
      name
      kind
      isVerified
      district { label }
      formerNames { name until }
      market { registration { status { label } } }
    }
  }
}`;

const MATCH = `
query Match($name: String!, $district: String) {
  matchSubjects(name: $name, district: $district, first: 5) {
    score
    reasons
    matchedName
    subject {
      id
      name
      district { label }
    }
  }
}`;

const IDENTIFY = `
query Identify($identifiers: [String!]!) {
  subjectsByIdentifier(identifiers: $identifiers) {
    identifier
    outcome
    message
    subject { id name isVerified }
    candidates {
      score
      reasons
      subject { id name district { label } }
    }
  }
}`;

/** One wrong character: 获 for 荻. */
const mistypedName = cleanCompany.name.replace('荻', '获');

export const finding: readonly Example[] = [
  {
    title: '检索主体',
    description:
      '按名称(含曾用名)检索,全角半角括号、空格均可。两家便利店同名,看区划分辨;filter 可按类别、区划、行业收窄。',
    query: SEARCH,
    variables: { text: '邻禾便利店', filter: null },
  },
  {
    title: '名称录错也找得到',
    description: '“荻”录成了“获”:按相似度列出可能的主体和理由。错字、同音字、简称、曾用名、繁体、拼音都可以。',
    query: MATCH,
    variables: { name: mistypedName, district: null },
  },
  {
    title: '批量识别',
    description:
      '一列里混着代码、旧注册号、曾用代码、名称,一入一出,顺序不变:重名的列出候选,数字 0 录成字母 O 的,指出应为哪个代码。至多 100 个。',
    query: IDENTIFY,
    variables: {
      identifiers: [
        cleanCompany.creditCode,
        oldNumberFactory.registrationNumber,
        renamedCompany.formerCreditCode,
        riversideShop.name,
        mistypedCode,
        mistypedName,
      ],
    },
  },
];
