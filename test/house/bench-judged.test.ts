import { describe, expect, it } from 'vitest';
import { judged } from '../../bench/judged.ts';
import { type JudgedFigures, nearestRecord, type Recorded, recordedOnMachines } from '../../bench/machines.ts';

// What CI says of a short benchmark: a ratio is compared with what was recorded on a machine like the one at hand.

const recordOf = (commit: string, profile: number, ratio: number): Recorded => ({
  ...{ scale: 'short', measuredAt: '2026-11-24T00:00:00.000Z', commit, floorCpuMs: { profile } },
  ratios: { coldProfileCpuToFloor: ratio },
});
const RECORDED = [recordOf('slow', 1, 2), recordOf('quick', 0.25, 4)];

const figure = (contender: 'product' | 'floor', sum: number): JudgedFigures => ({
  ...{ question: 'profile', isWarm: false, connections: 32, contender },
  ...{ cpuMs: { sum }, cpuMsRange: [sum * 0.9, sum * 1.1] },
});
const verdictOf = (product: number, floor: number, isOn = true) =>
  judged(
    {
      facts: { guards: [{ name: 'a guard', isOn }] },
      figures: [figure('product', product), figure('floor', floor)],
    },
    RECORDED,
  );

describe('A short benchmark', () => {
  it.each([
    ['a quick machine', 1, 0.24, 0],
    ['a quick machine', 2.6, 0.24, 1],
    ['a slow machine', 2.5, 1.1, 0],
    ['a slow machine', 6, 1.1, 1],
  ])('is held against the record of %s: %d ms beside %d', (machine, product, floor, faults) => {
    const { wrong, told } = verdictOf(product, floor);
    expect(wrong).toHaveLength(faults);
    expect([...wrong, ...told].join()).toContain(machine === 'a quick machine' ? 'quick' : 'slow');
  });

  it('with a guard off is wrong however fast', () => {
    expect(verdictOf(0.1, 1, false).wrong).toEqual(['防护不全:a guard']);
  });

  it('has a record to be held against, of profiles and batches', () => {
    for (const question of ['profile', 'batch'] as const)
      expect(nearestRecord(recordedOnMachines(), question, 1)).toBeDefined();
    expect(nearestRecord([], 'profile', 1)).toBeUndefined();
    expect(nearestRecord(RECORDED, 'batch', 1)).toBeUndefined();
  });
});
