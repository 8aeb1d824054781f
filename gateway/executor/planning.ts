import { questionTooLarge } from '../../platform/errors.ts';
import type { ExecutorKind } from './executor.ts';

/** A document whose plan is wanted. */
export interface PlanAsked {
  readonly document: string;
  readonly operationName: string | undefined;
}

/** What it takes to plan a supergraph's questions; making it takes up to a second of one processor. */
export interface Planning {
  /** What callers of all levels together can ask for. */
  readonly apiSdl: string;
  /** The query plan as JSON. @throws Error for a document that the supergraph cannot answer, `TooDeep` among them. */
  plan(asked: PlanAsked): string;
}

/** The planner reads documents nested less deeply than this service does. */
export class TooDeep extends Error {
  override readonly name = 'TooDeep';
}

/** Makes the planning of an executor; the other one's packages are not loaded. */
export async function planningFor(executor: ExecutorKind): Promise<(supergraphSdl: string) => Planning> {
  if (executor === 'apollo') return (await import('./apollo-planning.ts')).planningOf;
  const { planningOf } = await import('./hive-planning.ts').catch((cause: unknown) => {
    throw new Error(NO_BINARY, { cause });
  });
  return planningOf;
}

const NO_BINARY =
  '本机不能运行 Hive 的查询规划器(随包只有 glibc 的 Linux 与 macOS 的机器码)。请设置 EXECUTOR=apollo 后重新启动。';

/** Why a caller is not answered whose document could not be planned. */
export function unplanned(failure: string, isTooDeep: boolean): Error {
  if (isTooDeep) return questionTooLarge('此问的片段嵌套过深,无法安排查询。请将嵌套的片段展开,或分成几次。');
  return new Error(`a question could not be planned: ${failure}`);
}
