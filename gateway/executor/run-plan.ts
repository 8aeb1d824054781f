import type {
  BatchFetchNode,
  FetchNode,
  FlattenNodePathSegment,
  PlanNode,
  QueryPlan,
} from '@graphql-hive/router-query-planner';
import { GraphQLError, type GraphQLFormattedError, type GraphQLSchema } from 'graphql';
import { type Entities, entitiesAt, type Found, type Wanted } from './entities.ts';
import { mergeInto, type ObjectValue, own, put } from './merge.ts';
import { pathOf } from './place.ts';
import type { QuestionContext } from './question-context.ts';
import { rewrite } from './rewrites.ts';
import type { AskSource } from './source.ts';
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
  readonly values: Values;
  readonly context: QuestionContext;
}

/** Runs plans: each fetch is asked of its subgraph, and what it answers joins what is there already. */
export function planRunner(schema: GraphQLSchema, sources: ReadonlyMap<string, AskSource>): RunPlan {
  async function follow(node: PlanNode, run: Run, path?: readonly FlattenNodePathSegment[]): Promise<void> {
    switch (node.kind) {
      case 'Sequence':
        for (const one of node.nodes) await follow(one, run);
        return;
      case 'Parallel':
        await Promise.all(node.nodes.map((one) => follow(one, run)));
        return;
      case 'Flatten':
        return follow(node.node, run, node.path);
      case 'Condition': {
        const chosen = own(run.values, node.condition) === true ? node.ifClause : node.elseClause;
        if (chosen) await follow(chosen, run, path);
        return;
      }
      case 'Fetch':
        return path && node.requires ? entities(node, [ofFetch(node, path)], run) : root(node, run);
      case 'BatchFetch':
        return entities(node, ofBatch(node), run);
      default:
        throw new Error(`a plan has a step of a kind that is not known here: ${node.kind}`);
    }
  }

  async function root(node: FetchNode, run: Run): Promise<void> {
    const { data, errors = [] } = await ask(node, variablesOf(node, run.values), run);
    for (const error of errors) run.errors.push(at(error, error.path ?? []));
    if (!data) return;
    rewrite(schema, data, node.outputRewrites);
    mergeInto(run.data, data);
  }

  /** What is asked of entities that others found, of each once, wherever it stands. */
  async function entities(node: FetchNode | BatchFetchNode, wanted: readonly Wanted[], run: Run): Promise<void> {
    const found = entitiesAt(schema, run.data, wanted);
    if (found.every(({ representations }) => representations.length === 0)) return;
    const variables = variablesOf(node, run.values);
    for (const { variable, representations } of found) put(variables, variable, representations);
    const { data, errors = [] } = await ask(node, variables, run);
    const byKey = new Map(found.map((one) => [one.key, one]));
    for (const error of errors) tell(error, byKey, found, run);
    for (const one of found) place(one, data ? own(data, one.key) : undefined);
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

  function ask(node: FetchNode | BatchFetchNode, variables: Record<string, unknown>, { context }: Run) {
    const { operation: query, operationName } = node;
    const source = sources.get(node.serviceName);
    if (!source) throw new Error(`a plan turns to a subgraph that is not in the supergraph: ${node.serviceName}`);
    return source({ query, operationName, variables }, context);
  }

  return async (plan, values, context) => {
    const run: Run = { data: {}, errors: [], values, context };
    if (plan.node) await follow(plan.node, run);
    return run;
  };
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
function tell(
  error: GraphQLFormattedError,
  byKey: ReadonlyMap<string, Entities>,
  all: readonly Entities[],
  run: Run,
): void {
  const [key, index, ...rest] = error.path ?? [];
  const asked = byKey.get(String(key));
  const places: readonly Found[] = asked
    ? asked.places.filter((place) => index === undefined || place.index === index)
    : all.flatMap((one) => one.places);
  for (const { place } of places) run.errors.push(at(error, [...pathOf(place), ...rest]));
}

function at({ message, extensions }: GraphQLFormattedError, path: readonly (string | number)[]): GraphQLError {
  return new GraphQLError(message, { path, extensions });
}
