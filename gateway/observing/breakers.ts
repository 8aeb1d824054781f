import type { Figures } from '../../platform/observing/metrics.ts';
import type { BreakerState } from '../departments/breaker.ts';
import type { Departments } from '../departments/index.ts';

const STATES: readonly BreakerState[] = ['CLOSED', 'OPEN', 'HALF_OPEN'];

/** Tells in which state each department's breaker is. */
export function tellBreakers(
  departments: readonly string[],
  stateOf: Departments['stateOf'],
  figures: Figures | undefined,
): void {
  figures?.gauge('credit_graph_breaker_state', () =>
    departments.flatMap((department) =>
      STATES.map((state) => ({
        value: stateOf(department)?.state === state ? 1 : 0,
        labels: { department, state: state.toLowerCase() },
      })),
    ),
  );
}
