/**
 * Whether an error that nobody caught is one of postgres.js 3.4.9's own, of which whoever asked has been told as well. It
 * throws outside of any promise when a transaction goes on after its session was ended between two of its statements
 * (connection.js, nextWrite: its socket is null by then); and it waits for nobody to catch what becomes of its first
 * statement, the types of arrays, where a session ends before that is answered.
 */
export function isDriversOwn(error: unknown): boolean {
  const { name, stack, query } = (error ?? {}) as {
    readonly name?: string;
    readonly stack?: string;
    readonly query?: unknown;
  };
  if (typeof query === 'string' && query.includes('select b.oid, b.typarray')) return true;
  return name === 'TypeError' && /postgres\/src\/connection\.js/u.test(stack ?? '');
}
