import { ApolloGateway } from '@apollo/gateway';
import type { Log } from '../../platform/log.ts';
import type { Transport } from '../../platform/subgraph/transport.ts';
import { departmentSource } from './department-source.ts';
import type { ExecuteQuestion, Executor } from './executor.ts';

/** Joins departments' answers with `@apollo/gateway` (Elastic-2.0), the executor of choice for now. */
export async function apolloExecutor(
  supergraphSdl: string,
  transports: ReadonlyMap<string, Transport>,
  log: Log,
  deadlineMs?: number,
): Promise<Executor> {
  // It reports nothing unless told to; this keeps it from being told by a stray variable.
  process.env.APOLLO_TELEMETRY_DISABLED = '1';
  const gateway = new ApolloGateway({
    supergraphSdl,
    logger: log,
    buildService({ name }) {
      const transport = transports.get(name);
      if (!transport) throw new Error(`the supergraph names a department that is not configured: ${name}`);
      return departmentSource(transport, log, deadlineMs);
    },
  });
  const { executor } = await gateway.load();
  return { execute: executor as ExecuteQuestion, stop: () => gateway.stop() };
}
