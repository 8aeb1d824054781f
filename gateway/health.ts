import type { Log } from '../platform/log.ts';
import type { Transport } from '../platform/subgraph/transport.ts';
import { anonymousViewer, dayInShanghai } from '../platform/viewer/viewer.ts';
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
  readonly transports: ReadonlyMap<string, Transport>;
  /** Codes of all catalogue items. */
  readonly items: Iterable<string>;
  readonly stateOf: Departments['stateOf'];
  readonly log: Log;
}

/** However often it is asked, departments are asked no more often than this. */
const FRESH_MS = 2_000;
const PATIENCE_MS = 1_000;
/** Which of nobody's records there are: one small statement. */
const QUESTION =
  'query Health($subjects: [ID!]!, $items: [String!]!) { recordPresence(subjects: $subjects, items: $items) }';

/**
 * A gateway is ready as long as it is not about to stop: a department that is silent costs its own slice, and sending callers
 * elsewhere would not help. Where all of them are silent, it is this gateway that cannot reach anybody.
 */
export function healthOf({ transports, items, stateOf, log }: HealthOptions): Health {
  const itemOf = new Map([...items].map((item) => [item.split('.')[0] ?? '', item]));
  let isDraining = false;
  let last: { readonly at: number; readonly told: Promise<readonly DepartmentHealth[]> } | undefined;
  const healthyAt = new Map<string, Date>();

  async function check(transport: Transport): Promise<DepartmentHealth> {
    const { department, title } = transport;
    const began = performance.now();
    const items = [itemOf.get(department) ?? ''];
    const asked = { query: QUESTION, operationName: 'Health', variables: { subjects: ['health'], items } };
    const viewer = anonymousViewer({ today: dayInShanghai(new Date()), known: null, requestId: 'health' });
    const isAnswering = await withinPatience((signal) => transport.ask(asked, viewer, signal)).then(
      ({ data, errors }) => Boolean(data) && !errors?.length,
      (error: unknown) => {
        log.warn({ department, message: String(error) }, 'a department is not healthy');
        return false;
      },
    );
    const checkedAt = new Date();
    if (isAnswering) healthyAt.set(department, checkedAt);
    const { state: breaker = 'CLOSED', lastAnsweredAt } = stateOf(department) ?? {};
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
      const departments = await last.told;
      return { isReady: !isDraining && departments.some(({ isAnswering }) => isAnswering), isDraining, departments };
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

async function withinPatience<T>(ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const late = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('it did not answer in time')), { once: true });
  });
  return Promise.race([ask(signal), late]);
}
