/**
 * Lets those who come go in the order in which they came, one in each turn of the event loop: what takes longer for others
 * while much is to be done, and nothing where there is nothing else to do.
 */
export function oneByOne(): () => Promise<void> {
  const line = new Set<() => void>();
  const goOn = (): void => {
    const [first] = line;
    if (!first) return;
    line.delete(first);
    first();
    if (line.size > 0) setImmediate(goOn);
  };
  return () =>
    new Promise((resolve) => {
      if (line.size === 0) setImmediate(goOn);
      line.add(() => resolve());
    });
}
