import type { Log } from '../platform/log.ts';
import type { Transport } from '../platform/subgraph/transport.ts';
import type { BreakerState } from './departments/breaker.ts';
import type { Departments } from './departments/index.ts';

/** Whether this gateway should be sent questions, and how each department stands. */
export interface Health {
  ready(): Promise<Readiness>;
  /** No more questions should come: it is about to stop. */
  drain(): void;
}

interface Readiness {
  readonly isReady: boolean;
  readonly isDraining: boolean;
  readonly departments: readonly DepartmentHealth[];
}

interface DepartmentHealth {
  readonly department: string;
  readonly title: string;
  /** Whether it answered a question that reaches its database. */
  readonly isAnswering: boolean;
  /** Milliseconds that it took, or after which it was given up. */
  readonly ms: number;
  readonly checkedAt: string;
  /** When it last answered, this or a caller's question; null for never. */
  readonly answeredAt: string | null;
  /** Whether callers' questions reach it (docs/silence.md). */
  readonly breaker: BreakerState;
}

export interface HealthOptions {
  readonly transports: ReadonlyMap<string, Pick<Transport, 'department' | 'title'>>;
  /** Those of the supergraph that is answered just now. */
  readonly departments: () => Pick<Departments, 'look' | 'stateOf'>;
  readonly log: Log;
}

/** However often it is asked, departments are asked no more often than this. */
const FRESH_MS = 2_000;

/**
 * A gateway is ready as long as it is not about to stop: a department that is silent costs its own slice, and sending callers
 * elsewhere would not help. Where all of them are silent, it is this gateway that cannot reach anybody.
 */
export function healthOf({ transports, departments, log }: HealthOptions): Health {
  let isDraining = false;
  let last: { readonly at: number; readonly told: Promise<readonly DepartmentHealth[]> } | undefined;
  const healthyAt = new Map<string, Date>();

  async function check({ department, title }: Pick<Transport, 'department' | 'title'>): Promise<DepartmentHealth> {
    const began = performance.now();
    const isAnswering = await departments()
      .look(department)
      .then(
        () => true,
        (error: unknown) => {
          log.warn({ department, message: String(error) }, 'a department is not healthy');
          return false;
        },
      );
    const checkedAt = new Date();
    if (isAnswering) healthyAt.set(department, checkedAt);
    const { state: breaker = 'CLOSED', lastAnsweredAt } = departments().stateOf(department) ?? {};
    const answeredAt = later(healthyAt.get(department), lastAnsweredAt);
    return {
      department,
      title,
      isAnswering,
      ms: Math.round(performance.now() - began),
      checkedAt: checkedAt.toISOString(),
      answeredAt: answeredAt?.toISOString() ?? null,
      breaker,
    };
  }

  return {
    async ready() {
      if (!last || performance.now() - last.at > FRESH_MS)
        last = { at: performance.now(), told: Promise.all([...transports.values()].map(check)) };
      const told = await last.told;
      return { isReady: !isDraining && told.some(({ isAnswering }) => isAnswering), isDraining, departments: told };
    },
    drain() {
      isDraining = true;
    },
  };
}

function later(one: Date | undefined, other: Date | null | undefined): Date | undefined {
  if (!one || !other) return one ?? other ?? undefined;
  return one < other ? other : one;
}
