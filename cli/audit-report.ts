import type { Fault, Verified } from '../gateway/audit/verify.ts';

/** What a verification found, in Chinese sentences. */
export function verdictOf({ lines, heads, vouchedFor, fault }: Verified): readonly string[] {
  if (fault) return [`不符:${sentenceOf(fault)}`];
  if (heads === 0) return ['不能证明:没有签名的链头,各行虽相接,也可能是整段重写的。请以 --heads 指明链头文件。'];
  const after = lines - vouchedFor;
  return [
    `审计链完好:${lines} 行逐行相接,与 ${heads} 个签名链头一致。`,
    ...(after > 0 ? [`最后 ${after} 行在最近一个签名链头之后,尚无链头担保其未被截去。`] : []),
  ];
}

function sentenceOf({ kind, from, until }: Fault): string {
  const where = from === until ? `第 ${from} 行` : `第 ${from} 至 ${until} 行之间`;
  switch (kind) {
    case 'EDITED':
      return `${where}被改动过。`;
    case 'MISSING':
      return `${where}缺失,其后的行被移到了前面。`;
    case 'OUT_OF_PLACE':
      return `${where}起不是应在此处的行:有行被插入或调换了次序。`;
    case 'CUT':
      return `自${where}起被截去:签名链头所证的行比导出的多。`;
    case 'REWRITTEN':
      return `${where}起被整段重写:各行自相吻合,但与当时签名的链头不同。`;
    case 'HEAD_INVALID':
      return `链头文件第 ${from} 行签名无效,或其公钥不在所给的公钥之中。`;
  }
}
