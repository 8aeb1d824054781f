// The longest that an analyst may ask within its budget: of 20,000 points a question, each of these takes what it can.

const lists = (names: readonly string[], selection: string): string =>
  names.map((name) => `${name}(first: 5) { totalCount nodes { ${selection} } }`).join(' ');
const RATED = 'id year grade { code label rank scheme { code label } } authority { name creditCode }';
const DECIDED = 'id decidedOn documentNumber content authority { name creditCode } publication { publishedOn endsOn }';
/** A hundred names that no company has, each like those of many. */
const names = [...'晨光明德永兴金泰宏远'].flatMap((one) =>
  [...'安福康顺利达丰瑞祥和'].map((other) => `云泽${one}${other}机械有限公司`),
);

export const LONGEST: Readonly<Record<string, string>> = {
  'a hundred subjects, five entries of each of eight lists': `{ subjects(search: "云泽", first: 100) { totalCount nodes { name
    tax { ${lists(['creditRatings'], RATED)} ${lists(['penalties', 'licences'], DECIDED)} }
    market { ${lists(['penalties', 'licences'], DECIDED)} ${lists(['spotCheckResults'], 'id decidedOn checkType { label } results { label }')} }
    environment { ${lists(['creditRatings'], RATED)} ${lists(['penalties'], DECIDED)} } } } }`,
  'a hundred names, none of them quite right': `{ subjectsByIdentifier(identifiers: ${JSON.stringify(names)}) { outcome message candidates { score reasons subject { name district { label } } } } }`,
  'a hundred records found by what they say, with their subjects': `{ records(filter: { search: "有限公司" }, first: 100) { totalCount nodes { id title documentNumber decidedOn subject { name tax { creditRatings(first: 20) { totalCount nodes { ${RATED} } } } } authority { name } types { label } } } }`,
  'the verdicts about a hundred subjects': `{ subjects(search: "云泽", first: 100) { nodes { name verdicts { outcome item { code title } } } } }`,
};
