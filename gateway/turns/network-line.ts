/** Those who wait, by the network that they come from. */
export interface NetworkLine<Waiting> {
  readonly size: number;
  sizeOf(network: string): number;
  /** What it returns leaves the line; more than once does nothing. */
  add(network: string, waiting: Waiting): () => void;
  /** Who came first of all. */
  oldest(): Waiting | undefined;
  /** Who came first of the network whose turn it is; the next time it is the next one's. */
  next(): Waiting | undefined;
}

export function networkLine<Waiting extends object>(): NetworkLine<Waiting> {
  const all = new Set<Waiting>();
  const byNetwork = new Map<string, Set<Waiting>>();
  return {
    get size() {
      return all.size;
    },
    sizeOf: (network) => byNetwork.get(network)?.size ?? 0,
    add(network, waiting) {
      const own = byNetwork.get(network) ?? new Set();
      byNetwork.set(network, own.add(waiting));
      all.add(waiting);
      return () => {
        if (!all.delete(waiting)) return;
        own.delete(waiting);
        if (own.size === 0) byNetwork.delete(network);
      };
    },
    oldest() {
      const [first] = all;
      return first;
    },
    next() {
      const [served] = byNetwork;
      if (!served) return undefined;
      const [network, own] = served;
      byNetwork.delete(network);
      byNetwork.set(network, own);
      const [first] = own;
      return first;
    },
  };
}
