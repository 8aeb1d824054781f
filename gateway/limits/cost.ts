import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  GraphQLIncludeDirective,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { AcceptedQuestion } from '../executor/executor.ts';
import type { FieldSources } from './sources.ts';

/** The published formula (docs/limits.md): what each thing that a question asks for costs, in points. */
export const WEIGHTS = {
  /** Every question, also one that is refused. */
  question: 10,
  /** Each turn to a department: a root field, a slice of a department; all plain values of one place together. */
  turn: 10,
  /** Each object that the answer can hold. */
  object: 1,
  /** Each `totalCount`. */
  count: 2,
  /** Each text to be searched for, by `search` or `name`. */
  search: 50,
  /** Each value of a list that is answered one for one. */
  lookUp: 5,
  /** `__schema` or `__type`. */
  introspection: 20,
} as const;

/** How many entries a list is taken to have where neither `first` nor a list of values says so. */
const UNTOLD = { atRoot: 50, elsewhere: 5 } as const;

const LONGEST_PAGE = 100;

/** A field that a question asks for, at the first place where it does. */
export interface AskedField {
  readonly type: string;
  readonly field: string;
  readonly path: readonly string[];
}

/** What a question costs, known before anything is asked. */
export interface Cost {
  readonly points: number;
  readonly objects: number;
  /** Whether it asks for `__schema` or `__type`. */
  readonly isAboutSchema: boolean;
  /** How often the question turns to each department. */
  readonly departments: ReadonlyMap<string, number>;
  readonly fields: readonly AskedField[];
}

type Values = Readonly<Record<string, unknown>>;

/** Tells the cost of valid questions with coerced variables. */
export type CostOf = (question: CostedQuestion, values: Values) => Cost;

/** How many costs of one operation are kept: variables of other shapes cost something else. */
const MOST_SHAPES = 50;

/**
 * One walk over the document, lists as long as `first` allows. What `@skip` and `@include` leave out costs nothing; what is
 * asked twice under one name is counted once. A document that is asked again is not walked again.
 */
export function costing(view: GraphQLSchema, sources: FieldSources): CostOf {
  const known = new WeakMap<OperationDefinitionNode, Map<string, Cost>>();
  return (question, values) => {
    const { operation } = question;
    const costs = known.get(operation) ?? new Map<string, Cost>();
    known.set(operation, costs);
    const shape = (operation.variableDefinitions ?? [])
      .map(({ variable }) => shapeOf(values[variable.name.value]))
      .join();
    const cost = costs.get(shape) ?? walked(view, sources, question, values);
    if (costs.size >= MOST_SHAPES) costs.clear();
    costs.set(shape, cost);
    return cost;
  };
}

function walked(view: GraphQLSchema, sources: FieldSources, question: CostedQuestion, values: Values): Cost {
  const walk = new CostWalk(view, sources, question, values);
  const root = question.operation.operation === 'query' ? view.getQueryType() : view.getMutationType();
  if (root) walk.enter([question.operation.selectionSet], root, { department: null, times: 1, page: null, path: [] });
  return walk.result();
}

/** All that the cost follows of a variable's value. */
function shapeOf(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return `[${value.length}]`;
  if (typeof value === 'object' && value !== null) return `{${typeof (value as Values).search}}`;
  return typeof value;
}

type CostedQuestion = Pick<AcceptedQuestion, 'document' | 'operation'>;

/** Where the walk stands. */
interface Place {
  /** The department that is being asked; null at the root. */
  readonly department: string | null;
  /** How many objects of this kind there can be. */
  readonly times: number;
  /** `first` of the connection whose selection this is. */
  readonly page: number | null;
  readonly path: readonly string[];
}

/** One field under one name, wherever the selection repeats it. */
interface Asked {
  readonly type: GraphQLCompositeType;
  readonly nodes: FieldNode[];
}

class CostWalk {
  readonly #view: GraphQLSchema;
  readonly #sources: FieldSources;
  readonly #values: Values;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #departments = new Map<string, number>();
  readonly #fields = new Map<string, AskedField>();
  #objects = 0;
  #isAboutSchema = false;
  #points: number = WEIGHTS.question;

  constructor(view: GraphQLSchema, sources: FieldSources, question: CostedQuestion, values: Values) {
    this.#view = view;
    this.#sources = sources;
    this.#values = values;
    this.#fragments = new Map(
      question.document.definitions.flatMap((node) =>
        node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [],
      ),
    );
  }

  result(): Cost {
    const turns = [...this.#departments.values()].reduce((sum, times) => sum + times, 0);
    return {
      points: bounded(this.#points + turns * WEIGHTS.turn + this.#objects * WEIGHTS.object),
      objects: bounded(this.#objects),
      isAboutSchema: this.#isAboutSchema,
      departments: this.#departments,
      fields: [...this.#fields.values()],
    };
  }

  enter(sets: readonly SelectionSetNode[], type: GraphQLCompositeType, place: Place): void {
    const asked = new Map<string, Asked>();
    for (const set of sets) this.#collect(set, type, asked);
    const turned = new Set<string>();
    for (const [key, { type: of, nodes }] of asked) this.#field(key, of, nodes, place, turned);
  }

  #collect(set: SelectionSetNode, type: GraphQLCompositeType, asked: Map<string, Asked>): void {
    for (const node of set.selections) {
      if (!this.#isAsked(node)) continue;
      if (node.kind === Kind.FIELD) {
        const key = `${type.name}.${node.alias?.value ?? node.name.value}`;
        const known = asked.get(key);
        if (known) known.nodes.push(node);
        else asked.set(key, { type, nodes: [node] });
        continue;
      }
      const inner = node.kind === Kind.INLINE_FRAGMENT ? node : this.#fragments.get(node.name.value);
      const condition = inner?.typeCondition && this.#view.getType(inner.typeCondition.name.value);
      if (inner) this.#collect(inner.selectionSet, isCompositeType(condition) ? condition : type, asked);
    }
  }

  #field(key: string, type: GraphQLCompositeType, nodes: readonly FieldNode[], at: Place, turned: Set<string>): void {
    const [node] = nodes;
    if (!node) return;
    const name = node.name.value;
    if (name === '__schema' || name === '__type') {
      this.#points += WEIGHTS.introspection;
      this.#isAboutSchema = true;
    }
    const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
    if (!field) return;
    const path = [...at.path, key.slice(type.name.length + 1)];
    const coordinate = `${type.name}.${name}`;
    if (!this.#fields.has(coordinate)) this.#fields.set(coordinate, { type: type.name, field: name, path });
    if (name === 'totalCount') this.#points += at.times * WEIGHTS.count;
    const target = getNamedType(field.type);
    const department = this.#turn(type.name, name, at, isCompositeType(target) ? undefined : turned);
    for (const asked of this.#sources.askedBy(type.name, name)) this.#turnTo(asked, Math.ceil(at.times / LONGEST_PAGE));
    const given = getArgumentValues(field, node, this.#values);
    this.#points += at.times * searchesIn(given) * WEIGHTS.search;
    const asked = valuesAnswered(field, given);
    this.#points += at.times * asked * WEIGHTS.lookUp;
    if (!isCompositeType(target)) return;
    const page = pageOf(given);
    const isList = isListType(getNullableType(field.type));
    const length = isList ? asked || (page ?? at.page ?? untold(at)) : 1;
    const times = at.times * length;
    this.#objects += times;
    const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    this.enter(sets, target, { department, times, page: isList ? null : page, path });
  }

  /** Which department answers a field, and whether it has to be turned to; plain values of a place turn to it once. */
  #turn(type: string, field: string, at: Place, turned: Set<string> | undefined): string | null {
    const able = this.#sources.of(type, field);
    if (at.department !== null && able.includes(at.department)) return at.department;
    const department = able.find((one) => turned?.has(one)) ?? able[0];
    if (department === undefined) return at.department;
    if (!turned?.has(department)) this.#turnTo(department, 1);
    turned?.add(department);
    return department;
  }

  #turnTo(department: string, times: number): void {
    this.#departments.set(department, (this.#departments.get(department) ?? 0) + times);
  }

  #isAsked(node: SelectionNode): boolean {
    return (
      getDirectiveValues(GraphQLSkipDirective, node, this.#values)?.if !== true &&
      getDirectiveValues(GraphQLIncludeDirective, node, this.#values)?.if !== false
    );
  }
}

/** `first`, as long as any page can be. */
function pageOf({ first }: Values): number | null {
  return typeof first === 'number' ? Math.max(1, Math.min(first, LONGEST_PAGE)) : null;
}

/** How many values a field answers one for one: those of the list argument of a field that answers a list. */
function valuesAnswered(field: GraphQLField<unknown, unknown>, given: Values): number {
  if (!isListType(getNullableType(field.type))) return 0;
  const argument = field.args.find(({ type }) => isListType(getNullableType(type)));
  const values = argument && given[argument.name];
  return Array.isArray(values) ? Math.max(1, Math.min(values.length, LONGEST_PAGE)) : 0;
}

function searchesIn({ search, name, filter }: Values): number {
  const within = typeof filter === 'object' && filter !== null ? (filter as Values).search : undefined;
  return [search, name, within].filter((text) => typeof text === 'string').length;
}

function untold({ department }: Place): number {
  return department === null ? UNTOLD.atRoot : UNTOLD.elsewhere;
}

/** Lists within lists reach numbers that nobody can read. */
function bounded(number: number): number {
  return Math.min(number, 1e12);
}
