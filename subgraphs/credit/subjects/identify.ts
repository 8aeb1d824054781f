import type { GraphQLResolveInfo } from 'graphql';
import { badUserInput } from '../../../platform/errors.ts';
import type { Reading } from '../../../platform/records/reader.ts';
import { childNodes } from '../../../platform/records/selection.ts';
import { statement } from '../../../platform/records/statement.ts';
import type { DepartmentContext } from '../../../platform/subgraph/department.ts';
import { type Alike, alikeSubjects } from './alike.ts';
import { isKnownVersion, objectType, readingAt, type Subject } from './find.ts';
import { type Given, givenOf } from './given.ts';
import { matchOf, type SubjectMatch } from './match.ts';
import { byPlace, subjectColumns, subjectsOf } from './places.ts';
import { isShownTo, subjectsFor } from './shown.ts';

/** IdentifierResult of the SDL; `candidates` are cut to `first` by its resolver. */
export interface IdentifierResult {
  readonly identifier: string;
  readonly outcome: 'FOUND' | 'FOUND_BY_FORMER_CODE' | 'AMBIGUOUS' | 'UNKNOWN' | 'MALFORMED';
  readonly subject: Subject | null;
  readonly candidates: readonly SubjectMatch[];
  readonly message: string | null;
}

type Answer = Omit<IdentifierResult, 'identifier'>;

const MOST_IDENTIFIERS = 100;
const MOST_CANDIDATES = 20;
/** A name that is less like the one asked for is no candidate for it. */
const LEAST_SCORE = 600;

/**
 * One answer for each number or name, in order. All numbers are one statement and all names another, at the same time.
 * @throws Refusal `BAD_USER_INPUT` for more than 100 of them.
 */
export async function subjectsByIdentifier(
  identifiers: readonly string[],
  context: DepartmentContext,
  info: GraphQLResolveInfo,
): Promise<readonly IdentifierResult[]> {
  if (identifiers.length > MOST_IDENTIFIERS)
    throw badUserInput(`一次至多 ${MOST_IDENTIFIERS} 个标识,收到 ${identifiers.length} 个。`, {
      argument: 'identifiers',
    });
  const distinct = new Map(identifiers.map((text) => [text, givenOf(text)] as const));
  const readings = readingsOf(context, info);
  const of = <Kind extends Given['kind']>(kind: Kind) =>
    [...distinct.values()].filter((given): given is Extract<Given, { kind: Kind }> => given.kind === kind);
  const [numbers, names] = await Promise.all([
    answersByNumber(of('NUMBER'), readings, context),
    answersByName(of('NAME'), readings, context),
  ]);
  return identifiers.map((text) => {
    const given = distinct.get(text) ?? givenOf(text);
    const answer = numbers.get(given) ?? names.get(given) ?? malformed(given.message ?? '');
    return { identifier: given.shown, ...answer };
  });
}

/** What the question wants of a subject where it is certain, and where it is a candidate. */
function readingsOf(context: DepartmentContext, info: GraphQLResolveInfo): readonly [Reading, Reading] {
  const [result, match] = [objectType(info, 'IdentifierResult'), objectType(info, 'SubjectMatch')];
  const candidates = childNodes(info, result, info.fieldNodes, 'candidates');
  return [
    readingAt(childNodes(info, result, info.fieldNodes, 'subject'), context, info),
    readingAt(childNodes(info, match, candidates, 'subject'), context, info),
  ];
}

type GivenNumber = Extract<Given, { kind: 'NUMBER' }>;
type GivenName = Extract<Given, { kind: 'NAME' }>;

/** A subject that a number stands for. */
interface Numbered extends Alike {
  readonly type: string;
  readonly isFormer: boolean;
  readonly isNearMiss: boolean;
}

async function answersByNumber(
  given: readonly GivenNumber[],
  readings: readonly [Reading, Reading],
  context: DepartmentContext,
): Promise<ReadonlyMap<Given, Answer>> {
  if (given.length === 0) return new Map();
  const to = statement();
  const wanted = given.flatMap(({ value, nearMiss }, place) => [
    { place, value, is_near_miss: false },
    ...(nearMiss === undefined ? [] : [{ place, value: nearMiss, is_near_miss: true }]),
  ]);
  const all = to.bind(JSON.stringify(wanted), 'text');
  const version = isKnownVersion(context, to);
  const shown = subjectColumns(readings, context, to);
  const rows = await context.reads.hotReads.read(
    `/* credit.Query.subjectsByIdentifier.numbers */ select w.place as "place", w.is_near_miss as "isNearMiss", f.type as "type",
       s.id as "id", s.name as "name", exists (
         select from jsonb_to_recordset(s.identifiers) as i(type text, value text, "isCurrent" boolean)
         where i.type = f.type and i.value = f.value and not i."isCurrent") as "isFormer"${shown}
     from json_to_recordset(${all}::json) as w(place int, value text, is_near_miss boolean)
     join credit.subject_identifiers f on f.value = w.value
     join ${subjectsFor(context.viewer)} s on s.id = f.subject_id and ${isShownTo(context.viewer, 's', to)} and ${version}
     order by w.place, f.type <> 'CREDIT_CODE', f.type`,
    to.parameters,
    { signal: context.signal },
  );
  const known = byPlace(rows);
  return new Map(
    given.map((one, place) => {
      const found = (known.get(place) ?? []).map(
        (row): Numbered => ({
          id: String(row.id),
          type: String(row.type),
          isFormer: row.isFormer === true,
          isNearMiss: row.isNearMiss === true,
          matchedName: String(row.name),
          score: row.isNearMiss ? 900 : 1000,
          reasons: [row.isNearMiss ? 'TYPO' : 'EXACT'],
          subjects: subjectsOf(readings, row),
        }),
      );
      return [one, answerByNumber(one, found)];
    }),
  );
}

function answerByNumber(given: GivenNumber, all: readonly Numbered[]): Answer {
  const found = all.filter((one) => !one.isNearMiss);
  const [first] = found;
  const distinct = [...new Map(found.map((one) => [one.id, one])).values()];
  if (first && (first.type === 'CREDIT_CODE' || distinct.length === 1))
    return {
      outcome: first.isFormer ? 'FOUND_BY_FORMER_CODE' : 'FOUND',
      subject: first.subjects[0] ?? null,
      candidates: [],
      message: first.isFormer ? '此为曾用号码。' : null,
    };
  if (first) return ambiguous(distinct, `有 ${distinct.length} 个信用主体以此为号码,请凭统一社会信用代码确定。`);
  if (given.message === undefined) return unknown([], '号码格式正确,没有以此为号码的信用主体。');
  return { ...malformed(given.message), candidates: all.map((one) => matchOf(one, 1)) };
}

async function answersByName(
  given: readonly GivenName[],
  readings: readonly [Reading, Reading],
  context: DepartmentContext,
): Promise<ReadonlyMap<Given, Answer>> {
  if (given.length === 0) return new Map();
  const found = await alikeSubjects(
    given.map(({ asked }) => asked),
    { name: 'credit.Query.subjectsByIdentifier.names', readings, isEqualEnough: true, candidates: 30 },
    context,
  );
  return new Map(given.map((one, place) => [one, answerByName(found[place] ?? [])]));
}

function answerByName(found: readonly Alike[]): Answer {
  const equal = found.filter(({ reasons }) => reasons.includes('EXACT') || reasons.includes('SCRIPT_OR_WIDTH'));
  const same = equal.filter(({ reasons }) => !reasons.includes('PART'));
  const [first] = same;
  if (first && same.length === 1) {
    const isFormer = first.reasons.includes('FORMER_NAME');
    return {
      outcome: 'FOUND',
      subject: first.subjects[0] ?? null,
      candidates: [matchOf(first, 1)],
      message: isFormer ? '此为曾用名。' : null,
    };
  }
  if (first) {
    const many = same.length > MOST_CANDIDATES ? `${MOST_CANDIDATES} 个以上` : `${same.length} 个`;
    return ambiguous(same, `有${many}信用主体现用或曾用此名称,请凭统一社会信用代码或所在区划确定。`);
  }
  const near = found.filter(({ score }) => score >= LEAST_SCORE);
  return unknown(
    near,
    near.length > 0 ? '没有此名称的信用主体,名称相近者见候选。' : '没有此名称或名称相近的信用主体。',
  );
}

function ambiguous(found: readonly Alike[], message: string): Answer {
  return { outcome: 'AMBIGUOUS', subject: null, candidates: candidatesOf(found), message };
}

function unknown(found: readonly Alike[], message: string): Answer {
  return { outcome: 'UNKNOWN', subject: null, candidates: candidatesOf(found), message };
}

function malformed(message: string): Answer {
  return { outcome: 'MALFORMED', subject: null, candidates: [], message };
}

function candidatesOf(found: readonly Alike[]): readonly SubjectMatch[] {
  return found.slice(0, MOST_CANDIDATES).map((one) => matchOf(one, 1));
}
