import { expect, it } from 'vitest';
import { DatabaseError, type Reader } from '../../platform/database/index.ts';
import { commonPairs } from '../../subgraphs/credit/names/common-pairs.ts';

const PAIRS = ['有限', '晨光', '公司', '光机', '机械'];

/** A reader that tells these shares, or fails, and counts how often it was asked. */
function statistics(tell: () => readonly object[]) {
  let asked = 0;
  const reader = {
    async read() {
      asked += 1;
      return tell();
    },
  } as unknown as Reader;
  return { reader, asked: () => asked };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

it('All pairs are looked up until the statistics are known, then the three that the fewest names have', async () => {
  const common = commonPairs();
  expect(common.rarest(PAIRS)).toEqual(PAIRS);
  common.refresh(
    statistics(() => [
      { pair: '有限', names: 7_000 },
      { pair: '公司', names: 8_000 },
      { pair: '机械', names: 200 },
    ]).reader,
  );
  await settled();
  expect(common.rarest(PAIRS)).toEqual(['晨光', '光机', '机械']);
  expect(common.rarest(['公司', '有限'])).toEqual(['有限', '公司']);
  expect([common.namesWith('公司'), common.namesWith('晨光')]).toEqual([8_000, 0]);
});

it('Statistics that are not there yet are looked for again after some seconds', async () => {
  let now = 0;
  const common = commonPairs(() => now);
  const none = statistics(() => []);
  for (now of [0, 1_000, 4_000, 6_000]) {
    common.refresh(none.reader);
    await settled();
  }
  expect(none.asked()).toBe(2);
  expect(common.rarest(PAIRS)).toEqual(PAIRS);
});

it('The statistics are read every ten minutes at most, and a failure keeps what was known', async () => {
  let now = 0;
  const common = commonPairs(() => now);
  const known = statistics(() => [{ pair: '有限', names: 7_000 }]);
  common.refresh(known.reader);
  await settled();
  now = 9 * 60_000;
  common.refresh(known.reader);
  expect(known.asked()).toBe(1);
  now = 11 * 60_000;
  const failing = statistics(() => {
    throw new DatabaseError('UNAVAILABLE');
  });
  common.refresh(failing.reader);
  await settled();
  expect(failing.asked()).toBe(1);
  expect(common.rarest(PAIRS)).not.toContain('有限');
});
