import type { Disagreement } from '../gateway/audit/authorizations-verified.ts';
import type { Fault, Verified } from '../gateway/audit/verify.ts';

/** What a verification found, in Chinese sentences. */
export function verdictOf({ lines, heads, vouchedFor, fault }: Verified, torn = 0): readonly string[] {
  const interrupted = torn > 0 ? [`链头文件中有 ${torn} 行写入时中断而不完整,不计在内。`] : [];
  if (fault) return [`不符:${sentenceOf(fault)}`, ...interrupted];
  if (heads === 0)
    return [...interrupted, '不能证明:没有签名的链头,各行虽相接,也可能是整段重写的。请以 --heads 指明链头文件。'];
  const after = lines - vouchedFor;
  return [
    `审计链完好:${lines} 行逐行相接,与 ${heads} 个签名链头一致。`,
    ...(after > 0 ? [`最后 ${after} 行在最近一个签名链头之后,尚无链头担保其未被截去。`] : []),
    ...interrupted,
  ];
}

/** What the table of authorizations says otherwise than the chain, in Chinese sentences. */
export function disagreementsOf(found: readonly Disagreement[]): readonly string[] {
  if (found.length === 0) return ['授权登记与审计链一致。'];
  return found.map(({ authorization, what, line }) => {
    const by = line === undefined ? '' : `(见审计链第 ${line} 行)`;
    if (what === 'NOT_IN_CHAIN') return `不符:授权 ${authorization} 在库而不在链:无人办理过。`;
    if (what === 'NOT_IN_TABLE') return `不符:授权 ${authorization} 在链而不在库:登记被删去${by}。`;
    return `不符:授权 ${authorization} 的${CALLED[what]}与审计链不同${by}。`;
  });
}

const CALLED: Readonly<Record<Exclude<Disagreement['what'], 'NOT_IN_CHAIN' | 'NOT_IN_TABLE'>, string>> = {
  STATE: '状态',
  subject: '企业',
  client: '银行',
  blocks: '数据块',
  items: '目录项',
  until: '止期',
  isContinuous: '次数',
  purpose: '用途',
};

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
