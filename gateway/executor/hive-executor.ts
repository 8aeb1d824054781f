import { readSupergraph } from '../supergraph/read.ts';
import { planOf } from './await-plan.ts';
import type { Executor } from './executor.ts';
import { joinedAnswers } from './joined-answer.ts';
import type { QuestionContext } from './question-context.ts';
import { type PlannedQuestion, planRunner } from './run-plan.ts';
import { type SourceOptions, sourcesOf } from './source.ts';
import { valuesOf } from './values.ts';

/**
 * Joins departments' answers by plans of the Rust planner that Hive's router-runtime is built on (MIT).
 * @throws Error for a supergraph that names a department that is not here.
 */
export function hiveExecutor(options: SourceOptions): Executor {
  const { supergraphSdl, plans, log } = options;
  const { schema } = readSupergraph(supergraphSdl);
  const run = planRunner(schema, sourcesOf(options));
  const join = joinedAnswers(schema, log);
  return {
    async execute(question) {
      const plan = (await planOf(plans, question)) as PlannedQuestion;
      const values = valuesOf(question.operation, question.request.variables);
      const { data, errors } = await run(plan, values, question.context as QuestionContext);
      return join(question, values, data, errors);
    },
  };
}
