// Loaded before a program (--import): moves the program's clock when it is told to, forwards or back, as a false clock of its
// machine would. What measures durations by a clock that only goes forward is not moved, as it would not be there.

const TrueDate = Date;
let aheadMs = 0;
const now = () => TrueDate.now() + aheadMs;

globalThis.Date = new Proxy(TrueDate, {
  apply: () => new TrueDate(now()).toString(),
  construct: (target, given, newTarget) => Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget),
  get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
});

process.on('message', (told) => {
  if (typeof told?.clockAheadMs === 'number') aheadMs = told.clockAheadMs;
});
