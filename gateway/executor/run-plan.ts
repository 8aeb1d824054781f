import type {
  BatchFetchNode,
  FetchNode,
  FlattenNodePathSegment,
  PlanNode,
  QueryPlan,
} from '@graphql-hive/router-query-planner';
import { GraphQLError, type GraphQLFormattedError, type GraphQLSchema } from 'graphql';
import { crewsOf } from './crews.ts';
import { type Entities, entitiesAt, type Found, type Wanted } from './entities.ts';
import { mergeInto, type ObjectValue, own, put } from './merge.ts';
import { pathOf } from './place.ts';
import type { QuestionContext } from './question-context.ts';
import { rewrite } from './rewrites.ts';
import type { CallerQuestion, Source, SourceAnswer } from './source.ts';
import type { Values } from './values.ts';

export type PlannedQuestion = QueryPlan;

/** What came together by a plan: all that was fetched, and the errors at their places in it. */
export interface Fetched {
  readonly data: ObjectValue;
  readonly errors: GraphQLError[];
}

export type RunPlan = (plan: PlannedQuestion, values: Values, context: QuestionContext) => Promise<Fetched>;

/** One question on its way. */
interface Run extends Fetched {
  readonly node: PlanNode;
  readonly values: Values;
  readonly context: QuestionContext;
  /** With whom it goes now: one who left goes on alone, to be told soon. */
  crew: Crew;
  /** The fetches that were done: whoever goes on alone does the others. */
  readonly done: Set<PlanNode>;
}

/** Questions that go through the same plan together. */
type Crew = readonly Run[];

/** What a fetch asks for one question of a crew. */
interface Part extends CallerQuestion {
  readonly run: Run;
  readonly take: (answer: SourceAnswer) => void;
}

/**
 * Runs plans: each fetch is asked of its subgraph, and what it answers joins what is there already. Questions about one subject
 * each that come at once, in the same words and with the same rights, of one payer, go through their plan together.
 */
export function planRunner(schema: GraphQLSchema, sources: ReadonlyMap<string, Source>): RunPlan {
  async function follow(node: PlanNode, crew: Crew, path?: readonly FlattenNodePathSegment[]): Promise<void> {
    switch (node.kind) {
      case 'Sequence':
        for (const one of node.nodes) await follow(one, crew);
        return;
      case 'Parallel':
        await Promise.all(node.nodes.map((one) => follow(one, crew)));
        return;
      case 'Flatten':
        return follow(node.node, crew, node.path);
      case 'Condition': {
        // Whoever goes together has the same values of what a plan depends on.
        const chosen = own(crew[0]?.values ?? {}, node.condition) === true ? node.ifClause : node.elseClause;
        if (chosen) await follow(chosen, crew, path);
        return;
      }
      case 'Fetch':
        return askFor(node, crew, path && node.requires ? entitiesOf([ofFetch(node, path)]) : root);
      case 'BatchFetch':
        return askFor(node, crew, entitiesOf(ofBatch(node)));
      default:
        throw new Error(`a plan has a step of a kind that is not known here: ${node.kind}`);
    }
  }

  /** Asks a subgraph for all of a crew at once. */
  async function askFor<Node extends FetchNode | BatchFetchNode>(
    node: Node,
    crew: Crew,
    partOf: (node: Node, run: Run) => Part | undefined,
  ): Promise<void> {
    const source = sources.get(node.serviceName);
    if (!source) throw new Error(`a plan turns to a subgraph that is not in the supergraph: ${node.serviceName}`);
    const parts: Part[] = [];
    for (const run of crew) {
      const part = run.crew === crew && !run.done.has(node) ? partOf(node, run) : undefined;
      if (part) parts.push(part);
    }
    const take = ({ run, take: took }: Part, answer: SourceAnswer): void => {
      if (run.crew !== crew) return;
      run.done.add(node);
      took(answer);
    };
    const [only, ...others] = parts;
    if (only && others.length === 0) {
      take(only, await source.ask(only.question, only.context));
    } else if (parts.length > 0) {
      const answers = await source.askTogether(parts);
      for (const [index, part] of parts.entries()) take(part, answers[index] ?? {});
    }
  }

  function root(node: FetchNode, run: Run): Part {
    const take = ({ data, errors = [] }: SourceAnswer): void => {
      for (const error of errors) run.errors.push(at(error, error.path ?? []));
      if (!data) return;
      rewrite(schema, data, node.outputRewrites);
      mergeInto(run.data, data);
    };
    return { run, context: run.context, question: questionOf(node, variablesOf(node, run.values)), take };
  }

  /** What is asked of entities that others found, of each once, wherever it stands. */
  function entitiesOf(wanted: readonly Wanted[]) {
    return (node: FetchNode | BatchFetchNode, run: Run): Part | undefined => {
      const found = entitiesAt(schema, run.data, wanted);
      if (found.every(({ representations }) => representations.length === 0)) return undefined;
      const variables = variablesOf(node, run.values);
      for (const { variable, representations } of found) put(variables, variable, representations);
      const take = ({ data, errors = [] }: SourceAnswer): void => {
        for (const error of errors) tell(error, found, run);
        for (const one of found) place(one, data ? own(data, one.key) : undefined);
      };
      return { run, context: run.context, question: questionOf(node, variables), take };
    };
  }

  function place({ places, wanted }: Entities, answered: unknown): void {
    if (!Array.isArray(answered)) return;
    for (const { entity, index } of places) {
      const answer: unknown = answered[index];
      if (typeof answer !== 'object' || answer === null) continue;
      rewrite(schema, answer as ObjectValue, wanted.outputRewrites);
      mergeInto(entity, answer as ObjectValue);
    }
  }

  async function go(run: Run): Promise<void> {
    run.crew = [run];
    await follow(run.node, run.crew);
  }

  async function goTogether(crew: Crew): Promise<readonly boolean[]> {
    const [first] = crew;
    for (const run of crew) run.crew = crew;
    if (first) await follow(first.node, crew);
    return crew.map((run) => run.crew === crew);
  }

  const crews = crewsOf<Run>({ alone: go, together: goTogether });

  return async ({ node }, values, context) => {
    if (!node) return { data: {}, errors: [] };
    const run: Run = { data: {}, errors: [], node, values, context, crew: [], done: new Set() };
    await crews(run);
    return run;
  };
}

function questionOf({ operation: query, operationName }: FetchNode | BatchFetchNode, variables: Values) {
  return { query, operationName, variables };
}

function ofFetch(
  { requires = [], inputRewrites, outputRewrites }: FetchNode,
  path: readonly FlattenNodePathSegment[],
): Wanted {
  return { key: '_entities', variable: 'representations', paths: [path], requires, inputRewrites, outputRewrites };
}

function ofBatch({ entityBatch }: BatchFetchNode): readonly Wanted[] {
  return entityBatch.aliases.map(({ alias, representationsVariableName, ...rest }) => ({
    ...rest,
    key: alias,
    variable: representationsVariableName,
  }));
}

function variablesOf({ variableUsages = [] }: FetchNode | BatchFetchNode, values: Values): Record<string, unknown> {
  const used: Record<string, unknown> = {};
  for (const name of variableUsages) {
    const value = own(values, name);
    if (value !== undefined) put(used, name, value);
  }
  return used;
}

/** An error of an entity, at each place where the answer has it. */
function tell(error: GraphQLFormattedError, all: readonly Entities[], run: Run): void {
  const [name, index, ...rest] = error.path ?? [];
  const asked = all.find(({ key }) => key === String(name));
  const places: readonly Found[] = asked
    ? asked.places.filter((place) => index === undefined || place.index === index)
    : all.flatMap((one) => one.places);
  for (const { place } of places) run.errors.push(at(error, [...pathOf(place), ...rest]));
}

function at({ message, extensions }: GraphQLFormattedError, path: readonly (string | number)[]): GraphQLError {
  return new GraphQLError(message, { path, extensions });
}
