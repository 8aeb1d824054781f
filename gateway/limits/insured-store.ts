import type { Log } from '../../platform/log.ts';
import type { AllowanceStore, Granted, Wanted } from './allowance-store.ts';
import { memoryStore } from './memory-store.ts';

/** How long the shared store may take, and for how long it is left alone once it did not answer. */
const PATIENCE_MS = 2_500;
const LEFT_ALONE_MS = 5_000;
/** While the shared store does not answer, each instance allows this part of a day's quota by itself. */
const PART_OF_DAY = 10;

export interface InsuredStore {
  /** One answer per wish; `isShared` is false for those that this instance gave by itself. */
  take(wanted: readonly Wanted[]): Promise<readonly (Granted & { readonly isShared: boolean })[]>;
  giveBack(points: ReadonlyMap<string, number>): Promise<void>;
}

/** A store that always answers: where the shared one is silent, rate and a part of the quota are counted here. */
export function insuredStore(store: AllowanceStore, log: Log, patienceMs = PATIENCE_MS): InsuredStore {
  const insurance = memoryStore();
  let leftAloneUntil = Number.NEGATIVE_INFINITY;
  const alone = async (wanted: readonly Wanted[]) =>
    (await insurance.take(wanted.map((one) => ({ ...one, pointsPerDay: one.pointsPerDay / PART_OF_DAY })))).map(
      (granted) => ({ ...granted, isShared: false }),
    );
  return {
    async take(wanted) {
      if (performance.now() < leftAloneUntil) return alone(wanted);
      try {
        return (await within(store.take(wanted), patienceMs)).map((granted) => ({ ...granted, isShared: true }));
      } catch (error) {
        leftAloneUntil = performance.now() + LEFT_ALONE_MS;
        log.error({ message: String(error) }, 'allowances are counted by this instance alone');
        return alone(wanted);
      }
    },
    // What cannot be given back is lost to its client until the day ends: never more is served than was granted.
    async giveBack(points) {
      await within(store.giveBack(points), patienceMs).catch((error: unknown) => {
        log.warn({ message: String(error) }, 'points could not be given back');
      });
    },
  };
}

async function within<T>(answer: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), ms);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
