import type { Executor, ExecutorKind } from './executor.ts';
import type { SourceOptions } from './source.ts';

/** Opens the executor of this kind; the other one's packages are not loaded. */
export async function openExecutor(kind: ExecutorKind, options: SourceOptions): Promise<Executor> {
  if (kind === 'hive') return (await import('./hive-executor.ts')).hiveExecutor(options);
  return (await import('./apollo-executor.ts')).apolloExecutor(options);
}
