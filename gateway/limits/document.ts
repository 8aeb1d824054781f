import {
  type ASTVisitor,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  parse,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';
import { badRequest, badUserInput, questionTooLarge } from '../../platform/errors.ts';
import { withoutIdNumbers } from '../../schema/identifiers/redact.ts';
import { textHash } from '../text-hash.ts';

/** What one question may be, whoever asks, before it costs anything to understand it. */
export const LIMITS = {
  /** Tokens of the document; the check stops there, so a longer one costs no more (measured: it is validation that dies). */
  tokens: 1_500,
  depth: 20,
  /** Fields written at the root, aliases of one field among them. */
  rootFields: 50,
  /** Fields in all, each as often as fragments repeat it: what the planner has to think about (more than this and it fails). */
  fields: 1_000,
  /** Pairs of fields under one name at one place, which validation compares with each other. */
  repeats: 2_000,
  /** Turns to departments: each is a fetch to be planned. */
  turns: 100,
  /** Fields below __schema and __type; the common introspection query has about a hundred. */
  introspectionFields: 250,
} as const;

/**
 * Refuses a document that is deeper, broader or, once its fragments are written out, larger than any question of ours needs,
 * before it is validated: it is validation that takes quadratic time over what is repeated.
 * @returns how much of it there is to understand: fields, written out, and pairs of them under one name.
 * @throws Refusal `QUESTION_TOO_LARGE` that says what is limited to how much.
 */
function assertReadable(document: DocumentNode): number {
  const fragments: Fragments = new Map(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [],
    ),
  );
  const known = new Map<string, Size>();
  const sets = document.definitions.flatMap((node) =>
    node.kind === Kind.OPERATION_DEFINITION ? [node.selectionSet] : [],
  );
  // A fragment that no operation spreads is validated like the others.
  const all = [...sets, ...[...fragments.values()].map(({ selectionSet }) => selectionSet)];
  const within = (value: number, limit: number, message: string): void => {
    if (value > limit) throw questionTooLarge(message, { limit });
  };
  let written = 0;
  for (const set of all) {
    const { depth, rootFields, fields } = sizeOf(fragments, set, known);
    within(depth, LIMITS.depth, `查询嵌套 ${depth} 层,超过 ${LIMITS.depth} 层的上限。`);
    within(fields, LIMITS.fields, `展开片段后超过 ${LIMITS.fields} 个字段的上限。请分成几次。`);
    if (!sets.includes(set)) continue;
    written += fields;
    within(rootFields, LIMITS.rootFields, `一次查询至多 ${LIMITS.rootFields} 个根字段。`);
    const introspected = introspectionIn(fragments, set, known);
    const most = LIMITS.introspectionFields;
    within(introspected, most, `__schema 与 __type 之下至多 ${most} 个字段。`);
  }
  const repeats = all.reduce((sum, set) => sum + repeatsIn(fragments, set), 0);
  within(repeats, LIMITS.repeats, '同一处重复写了过多同名字段。请合并它们,或分成几次。');
  return written + repeats;
}

/** The same of a text, once for each; one that cannot be parsed is left to who says why. */
export function assertReadableText(text: unknown): number {
  if (typeof text !== 'string') return 0;
  const hash = textHash(text);
  const known = readable.get(hash);
  if (known !== undefined) return known;
  // Documents are kept, with the plans that were made for them.
  if (withoutIdNumbers(text) !== text) throw badRequest('查询文本中疑有公民身份号码:请以变量提交。');
  let document: DocumentNode;
  try {
    document = parse(text, { noLocation: true, maxTokens: LIMITS.tokens });
  } catch {
    return 0;
  }
  const size = assertReadable(document);
  if (readable.size >= 5_000) readable.clear();
  readable.set(hash, size);
  return size;
}

const readable = new Map<string, number>();

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

/** A selection and the fragments that it stands in. */
interface Within {
  readonly set: SelectionSetNode;
  readonly stack: readonly string[];
}

/** Pairs of fields under one name at one place, written out: each has to be compared with each. Counting ends at the limit. */
function repeatsIn(fragments: Fragments, set: SelectionSetNode): number {
  let pairs = 0;
  let steps = 0;
  const walk = (sets: readonly Within[]): void => {
    const named = new Map<string, { readonly node: FieldNode; readonly stack: readonly string[] }[]>();
    const spread = new Set<string>();
    const collect = ({ set: { selections }, stack }: Within): void => {
      for (const node of selections) {
        steps += 1;
        if (node.kind === Kind.FIELD) {
          const key = node.alias?.value ?? node.name.value;
          const known = named.get(key) ?? [];
          known.push({ node, stack });
          named.set(key, known);
          continue;
        }
        if (node.kind === Kind.INLINE_FRAGMENT) {
          collect({ set: node.selectionSet, stack });
          continue;
        }
        const name = node.name.value;
        const fragment = fragments.get(name);
        // One within itself is a mistake that validation finds.
        if (!fragment || spread.has(name) || stack.includes(name)) continue;
        spread.add(name);
        collect({ set: fragment.selectionSet, stack: [...stack, name] });
      }
    };
    for (const one of sets) collect(one);
    for (const fields of named.values()) {
      pairs += (fields.length * (fields.length - 1)) / 2;
      if (pairs > LIMITS.repeats || steps > MOST_STEPS) return;
      const below = fields.flatMap(({ node, stack }) => (node.selectionSet ? [{ set: node.selectionSet, stack }] : []));
      if (below.length > 0) walk(below);
    }
  };
  walk([{ set, stack: [] }]);
  return steps > MOST_STEPS ? Number.POSITIVE_INFINITY : pairs;
}

/** More than a readable document has, unless its fragments stand within each other in circles. */
const MOST_STEPS = 20 * LIMITS.fields;

interface Size {
  readonly depth: number;
  readonly rootFields: number;
  readonly fields: number;
}

const NOTHING: Size = { depth: 0, rootFields: 0, fields: 0 };

/** The size of a selection with fragments written out; each fragment is measured once, one within itself as nothing. */
function sizeOf(fragments: Fragments, set: SelectionSetNode, known: Map<string, Size>): Size {
  return set.selections
    .map((node): Size => {
      if (node.kind === Kind.INLINE_FRAGMENT) return sizeOf(fragments, node.selectionSet, known);
      if (node.kind === Kind.FIELD) {
        const below = node.selectionSet ? sizeOf(fragments, node.selectionSet, known) : NOTHING;
        return { depth: below.depth + 1, rootFields: 1, fields: below.fields + 1 };
      }
      const name = node.name.value;
      const measured = known.get(name);
      if (measured) return measured;
      known.set(name, NOTHING);
      const fragment = fragments.get(name);
      const size = fragment ? sizeOf(fragments, fragment.selectionSet, known) : NOTHING;
      known.set(name, size);
      return size;
    })
    .reduce(
      (sum, one) => ({
        depth: Math.max(sum.depth, one.depth),
        rootFields: sum.rootFields + one.rootFields,
        fields: sum.fields + one.fields,
      }),
      NOTHING,
    );
}

/** How many fields a question has below __schema and __type. */
function introspectionIn(fragments: Fragments, set: SelectionSetNode, known: Map<string, Size>): number {
  return set.selections.reduce((sum, node) => {
    if (node.kind === Kind.FIELD)
      return node.name.value.startsWith('__') && node.selectionSet
        ? sum + sizeOf(fragments, node.selectionSet, known).fields
        : sum;
    const inner = node.kind === Kind.INLINE_FRAGMENT ? node : fragments.get(node.name.value);
    return inner ? sum + Math.min(introspectionIn(fragments, inner.selectionSet, known), LIMITS.fields) : sum;
  }, 0);
}

/** Subscriptions do not exist here; saying so is a refusal of the question, not a failure of ours. */
export function noSubscriptions(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(node) {
      if (node.operation === 'query' || hasRoot(context.getSchema(), node.operation)) return;
      context.reportError(badUserInput(`本服务不提供 ${node.operation} 操作。`));
    },
  };
}

/** Mistakes of one document that are told: nobody reads more, and each is told at length. */
const MOST_MISTAKES = 20;

/** No rule of its own: what the others find beyond that many is left out. */
export function fewMistakes(context: ValidationContext): ASTVisitor {
  const report = context.reportError.bind(context);
  let found = 0;
  context.reportError = (error) => {
    found += 1;
    if (found <= MOST_MISTAKES) report(error);
    else if (found === MOST_MISTAKES + 1) report(new GraphQLError('Too many validation errors.'));
  };
  return {};
}

function hasRoot(schema: GraphQLSchema, operation: 'mutation' | 'subscription'): boolean {
  return (operation === 'mutation' ? schema.getMutationType() : schema.getSubscriptionType()) !== undefined;
}
