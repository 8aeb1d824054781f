import { buildASTSchema, parse } from 'graphql';
import { planned } from './await-plan.ts';
import type { Executor } from './executor.ts';
import { planning } from './hive-planning.ts';
import { joinedAnswers } from './joined-answer.ts';
import { type Planner, TooDeep, unplanned } from './planner.ts';
import { Plans } from './plans.ts';
import type { QuestionContext } from './question-context.ts';
import { type PlannedQuestion, planRunner } from './run-plan.ts';
import { type AskSource, type SourceOptions, sourcesOf } from './source.ts';
import { valuesOf } from './values.ts';

/** Joins departments' answers by plans of the Rust planner that Hive's router-runtime is built on (MIT). */
export async function hiveExecutor(options: SourceOptions, planner: Planner | undefined): Promise<Executor> {
  const { supergraphSdl, log } = options;
  const schema = buildASTSchema(parse(supergraphSdl, { noLocation: true }), { assumeValidSDL: true });
  const named = sourcesOf(options);
  const sources = new Map<string, AskSource>();
  const sourceOf = (name: string): AskSource => {
    const source = sources.get(name) ?? named(name);
    sources.set(name, source);
    return source;
  };
  const run = planRunner(schema, sourceOf);
  const join = joinedAnswers(schema, log);
  const plans = new Plans<PlannedQuestion>();
  const plannedBy = planner ?? plannerHere(supergraphSdl);
  return {
    async execute(question) {
      await planned(plans, question, plannedBy);
      const plan = plans.of(question);
      if (!plan) throw new Error('a plan was forgotten before it was used');
      const values = valuesOf(question.operation, question.request.variables);
      const { data, errors } = await run(plan, values, question.context as QuestionContext);
      return join(question, values, data, errors);
    },
    stop: async () => {},
  };
}

/** Plans in this thread, where no other was given. */
function plannerHere(supergraphSdl: string): Planner {
  const plan = planning(supergraphSdl);
  return {
    ready: Promise.resolve(),
    async plan(asked) {
      try {
        return JSON.stringify(plan(asked));
      } catch (error) {
        throw unplanned(String(error), error instanceof TooDeep);
      }
    },
    stop: async () => {},
  };
}
