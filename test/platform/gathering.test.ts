import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gathering } from '../../platform/gathering.ts';
import { Leave } from '../../platform/leaving.ts';

/** Doubles numbers, together where it can; what was asked for, and who held whom up, is noted. */
function doubling(most = 50) {
  const alone: number[] = [];
  const together: (readonly number[])[] = [];
  let held: Promise<void> | undefined;
  let fails = false;
  const gather = gathering<number, number>({
    most,
    async alone(number) {
      alone.push(number);
      await held;
      if (number < 0) throw new Error('negative');
      return number * 2;
    },
    async together(numbers, leaving) {
      together.push(numbers);
      await held;
      if (fails || leaving.aborted) throw new Error('not together');
      return numbers.map((number) => (number < 0 ? undefined : number * 2));
    },
  });
  return {
    alone,
    together,
    ask: (number: number, { key = 'all', size = 1, leaving = new Leave() } = {}) => gather(key, number, size, leaving),
    failTogether() {
      fails = true;
    },
    /** Until the returned function is called nothing is answered. */
    hold(): () => void {
      let letGo: (() => void) | undefined;
      held = new Promise((resolve) => {
        letGo = resolve;
      });
      return () => letGo?.();
    },
  };
}

describe('Callers who ask at once', () => {
  it('are answered together, each its own; one alone is asked for alone', async () => {
    const { ask, alone, together } = doubling();
    expect(await ask(4)).toBe(8);
    expect(await Promise.all([1, 2, 3].map((number) => ask(number)))).toEqual([2, 4, 6]);
    expect([alone, together]).toEqual([[4], [[1, 2, 3]]]);
  });

  it('wait for the one that is out, and not for long', async () => {
    const { ask, hold, alone, together } = doubling();
    const letGo = hold();
    const first = ask(1);
    await pause(1);
    const others = [2, 3].map((number) => ask(number));
    expect(together).toEqual([]);
    await expect.poll(() => together).toEqual([[2, 3]]);
    letGo();
    expect(await Promise.all([first, ...others])).toEqual([2, 4, 6]);
    expect(alone).toEqual([1]);
  });

  it('are kept apart by their keys, and no more than so much is asked at once', async () => {
    const { ask, together } = doubling(5);
    await Promise.all([
      ask(1, { key: 'a' }),
      ask(2, { key: 'b' }),
      ask(3, { key: 'a' }),
      ...[10, 20, 30].map((number) => ask(number, { key: 'c', size: 2 })),
    ]);
    expect(together).toEqual(
      expect.arrayContaining([
        [1, 3],
        [10, 20],
      ]),
    );
    expect(together).toHaveLength(2);
  });

  it('are asked for alone where what they ask together fails, or tells nothing of them', async () => {
    const some = doubling();
    const told = await Promise.allSettled([1, -2, 3].map((number) => some.ask(number)));
    expect(told.map((one) => (one.status === 'fulfilled' ? one.value : String(one.reason)))).toEqual([
      2,
      'Error: negative',
      6,
    ]);
    expect(some.alone).toEqual([-2]);
    const none = doubling();
    none.failTogether();
    expect(await Promise.all([1, 2].map((number) => none.ask(number)))).toEqual([2, 4]);
    expect(none.alone).toEqual([1, 2]);
  });

  it('leave alone: the others are answered, and nothing is asked for who has left', async () => {
    const { ask, hold, alone, together } = doubling();
    const [gone, late] = [new Leave(), new Leave()];
    const before = ask(1, { leaving: gone });
    gone.abort(new Error('left'));
    await expect(before).rejects.toThrow('left');
    await expect(ask(1, { leaving: gone })).rejects.toThrow('left');
    const letGo = hold();
    const others = [ask(2), ask(3, { leaving: late })];
    await expect.poll(() => together).toEqual([[2, 3]]);
    late.abort(new Error('left'));
    await expect(others[1]).rejects.toThrow('left');
    letGo();
    expect(await others[0]).toBe(4);
    expect(alone).toEqual([]);
  });

  it('are each answered once and rightly, however they come and go', async () => {
    const asks = fc.array(
      fc.record({
        number: fc.integer({ min: -3, max: 100 }),
        key: fc.constantFrom('a', 'b'),
        size: fc.integer({ min: 1, max: 7 }),
        afterMs: fc.integer({ min: 0, max: 3 }),
        leaves: fc.boolean(),
      }),
      { maxLength: 40 },
    );
    await fc.assert(
      fc.asyncProperty(asks, async (all) => {
        const { ask } = doubling(10);
        const told = await Promise.allSettled(
          all.map(async ({ number, key, size, afterMs, leaves }) => {
            await pause(afterMs);
            const leaving = new Leave();
            const answer = ask(number, { key, size, leaving });
            if (leaves) leaving.abort(new Error('left'));
            return answer;
          }),
        );
        for (const [index, one] of told.entries()) {
          const { number = 0, leaves } = all[index] ?? {};
          if (leaves) expect(one).toMatchObject({ status: 'rejected', reason: { message: 'left' } });
          else if (number < 0) expect(one).toMatchObject({ status: 'rejected', reason: { message: 'negative' } });
          else expect(one).toEqual({ status: 'fulfilled', value: number * 2 });
        }
      }),
      { numRuns: 50 },
    );
  });
});
