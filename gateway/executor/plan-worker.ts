import { getPriority, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import { parse } from 'graphql';
import type { PlanAsked, PlanTold } from './planner.ts';

// A thread that plans questions and does nothing else: however long one takes, no answer waits for it.

// Where threads have priorities of their own (elsewhere it would be the whole process's), answers come before plans.
if (process.platform === 'linux') setPriority(Math.min(19, getPriority() + 5));

const supergraph = Supergraph.build(workerData as string);
const schema = supergraph.apiSchema();
const planner = new QueryPlanner(supergraph, {});
const tell = (told: PlanTold): void => parentPort?.postMessage(told);

parentPort?.on('message', ({ document, operationName }: PlanAsked) => {
  try {
    const operation = operationFromDocument(
      schema,
      parse(document, { noLocation: true }),
      operationName === undefined ? {} : { operationName },
    );
    tell({ plan: JSON.stringify(planner.buildQueryPlan(operation)) });
  } catch (error) {
    tell({ failure: error instanceof Error ? `${error.name}: ${error.message}` : String(error) });
  }
});
tell({ isReady: true });
