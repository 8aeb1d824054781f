import { TextDecoder } from 'node:util';

/** Text in the bytes of GBK. Node reads that encoding and does not write it: the table is its reading, turned round. */
export function inGbk(text: string): Buffer {
  const bytes = Buffer.allocUnsafe(text.length * 2);
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const pair = code < 0x80 ? code : (pairs[code] ?? 0);
    if (pair === 0 && code !== 0) throw new Error(`GBK has no “${text.charAt(at)}”`);
    if (pair > 0xff) bytes[length++] = pair >> 8;
    bytes[length++] = pair & 0xff;
  }
  return bytes.subarray(0, length);
}

/** Both bytes of each character, by its code; 0 where GBK has none. */
const pairs: Uint16Array = turnedRound();

function turnedRound(): Uint16Array {
  const decoder = new TextDecoder('gbk');
  const found = new Uint16Array(0x10000);
  for (let lead = 0x81; lead <= 0xfe; lead++) {
    for (let trail = 0x40; trail <= 0xfe; trail++) {
      const text = decoder.decode(Uint8Array.of(lead, trail));
      const code = text.charCodeAt(0);
      if (text.length === 1 && text !== '\uFFFD' && found[code] === 0) found[code] = (lead << 8) | trail;
    }
  }
  return found;
}
