/** Told of each piece of long work when it begins. */
export type OnPiece = (piece: string) => void;

/**
 * Does long work piece by piece: before each, whoever else waits for this thread has a turn, and what came in meanwhile is
 * answered as far as it can be.
 */
export function inPieces(onPiece: OnPiece = () => undefined) {
  return async <T>(name: string, work: () => T | Promise<T>): Promise<T> => {
    // Twice: the first may come right after what was done last, before the sockets were looked at.
    await othersTurn();
    await othersTurn();
    onPiece(name);
    return work();
  };
}

const othersTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
