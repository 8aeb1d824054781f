import { describe, expect, it } from 'vitest';
import { progressLine } from '../../cli/report.ts';

/** A progress line over a clock that is set by hand; what was written. */
function shown(isTTY: boolean) {
  const written: string[] = [];
  let seconds = 0;
  const out = { isTTY, write: (text: string) => written.push(text) > 0 } as never;
  const line = progressLine('market.penalty', out, () => seconds * 1000);
  return {
    written,
    line,
    at(second: number, rows: number, share?: number) {
      seconds = second;
      line.update({ rows, share });
    },
  };
}

describe('Progress', () => {
  it('on a terminal is one line that is rewritten, with speed and the time that remains', () => {
    const { at, written, line } = shown(true);
    at(2, 20_000, 0.25);
    at(100, 1_000_000, 0.5);
    line.end();
    expect(written).toEqual([
      '\r\u001B[Kmarket.penalty:已处理 20000 行(25%),每秒 10000 行,约剩 6 秒',
      '\r\u001B[Kmarket.penalty:已处理 1000000 行(50%),每秒 10000 行,约剩 1 分 40 秒',
      '\r\u001B[K',
    ]);
  });

  it('elsewhere is a line every ten seconds, and none for a short import', () => {
    const { at, written, line } = shown(false);
    for (let second = 1; second <= 25; second += 1) at(second, second * 1000);
    line.end();
    expect(written).toEqual([
      'market.penalty:已处理 10000 行,每秒 1000 行\n',
      'market.penalty:已处理 20000 行,每秒 1000 行\n',
    ]);
  });
});
