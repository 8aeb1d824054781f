import { TextDecoder } from 'node:util';

/** Text in the bytes of GBK. Node reads that encoding and does not write it: the table is its reading, turned round. */
export function inGbk(text: string): Buffer {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.charCodeAt(0);
    if (code < 0x80) {
      bytes.push(code);
      continue;
    }
    const pair = pairs.get(character);
    if (pair === undefined) throw new Error(`GBK has no “${character}”`);
    bytes.push(...pair);
  }
  return Buffer.from(bytes);
}

const pairs: ReadonlyMap<string, readonly [number, number]> = turnedRound();

function turnedRound(): ReadonlyMap<string, readonly [number, number]> {
  const decoder = new TextDecoder('gbk');
  const found = new Map<string, readonly [number, number]>();
  for (let lead = 0x81; lead <= 0xfe; lead++) {
    for (let trail = 0x40; trail <= 0xfe; trail++) {
      const text = decoder.decode(Uint8Array.of(lead, trail));
      if (text.length === 1 && text !== '\uFFFD' && !found.has(text)) found.set(text, [lead, trail]);
    }
  }
  return found;
}
