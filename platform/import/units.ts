/**
 * Two amounts of one row that cannot both be in the same unit: one is a thousand times the other and more. Yuan where
 * 10,000 yuan are meant, or the other way round, is the commonest error in submitted amounts.
 */
export function unitsSeemMixed(greater: string | null, lesser: string | null): boolean {
  if (greater === null || lesser === null) return false;
  const [great, small] = [fenOf(greater), fenOf(lesser)];
  return small > 0n && great >= small * 1000n;
}

function fenOf(yuan: string): bigint {
  return BigInt(yuan.replace('.', ''));
}
