import type { GraphQLResolveInfo } from 'graphql';
import { badUserInput } from '../../../platform/errors.ts';
import { childNodes } from '../../../platform/records/selection.ts';
import type { DepartmentContext } from '../../../platform/subgraph/department.ts';
import { lengthOf } from '../names/fold.ts';
import { askedName, type MatchReason } from '../names/score.ts';
import { type Alike, alikeSubjects } from './alike.ts';
import { objectType, readingAt, type Subject } from './find.ts';
import { numberIn } from './given.ts';

/** SubjectMatch of the SDL. */
export interface SubjectMatch {
  readonly subject: Subject | undefined;
  readonly score: string;
  readonly matchedName: string;
  readonly reasons: readonly MatchReason[];
}

const MOST_MATCHES = 20;
const CANDIDATES = 200;

/**
 * The confirmed subjects whose name is most like this one.
 * @throws Refusal `BAD_USER_INPUT` for a name, a district or a number of matches that cannot be meant.
 */
export async function matchSubjects(
  args: { readonly name: string; readonly district?: string | null; readonly first?: number | null },
  context: DepartmentContext,
  info: GraphQLResolveInfo,
): Promise<readonly SubjectMatch[]> {
  const first = checkedFirst(args.first);
  const asked = checkedName(args.name);
  const district = args.district ?? undefined;
  if (district !== undefined && !/^[1-9]\d{5}$/u.test(district))
    throw badUserInput('参数 district 须为六位行政区划代码,如 990102;末尾为 00 者含其下辖。', { argument: 'district' });
  const reading = readingAt(
    childNodes(info, objectType(info, 'SubjectMatch'), info.fieldNodes, 'subject'),
    context,
    info,
  );
  const [alike = []] = await alikeSubjects(
    [{ ...asked, number: numberIn(args.name) }],
    {
      name: 'credit.Query.matchSubjects',
      readings: [reading],
      district,
      isEqualEnough: false,
      candidates: CANDIDATES,
    },
    context,
  );
  return alike.slice(0, first).map((one) => matchOf(one, 0));
}

/** @param place which of the places of the question, in the order of the readings. */
export function matchOf({ subjects, score, matchedName, reasons }: Alike, place: number): SubjectMatch {
  return { subject: subjects[place], score: decimal(score), matchedName, reasons };
}

export function checkedFirst(first: number | null | undefined): number {
  if (first === null || first === undefined) return 5;
  if (first >= 1 && first <= MOST_MATCHES) return first;
  throw badUserInput(`参数 first 须为 1 至 ${MOST_MATCHES} 的整数,收到 ${first}。`, { argument: 'first' });
}

function checkedName(name: string) {
  const length = name.length > 400 ? name.length : lengthOf(name.trim());
  const asked = length > 100 ? undefined : askedName(name);
  if (asked && lengthOf(asked.folded) >= 2) return asked;
  throw badUserInput(`名称须为 2 至 100 个字,收到 ${asked ? lengthOf(asked.folded) : length} 个。`, {
    argument: 'name',
  });
}

/** Thousandths as a decimal: 1000 → 1, 958 → 0.958. */
export function decimal(thousandths: number): string {
  return String(thousandths / 1000);
}
