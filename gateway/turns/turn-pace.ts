/** How fast turns go while somebody waits for one. */
export interface TurnPace {
  /** Somebody begins to wait, and nobody did. */
  begin(): void;
  /** A turn ended while somebody waited. */
  ended(): void;
  /** How long so many turns take, as they have gone of late; 0 while too few went to tell. */
  millisecondsOf(turns: number): number;
}

/** So many must have ended before it is told how fast they go. */
const LEAST = 64;
/** What went before counts half after so long. */
const LATELY_MS = 4_000;

/** @param now milliseconds of a clock that only goes forward. */
export function turnPace(now: () => number = () => performance.now()): TurnPace {
  let since = now();
  let turns = 0;
  return {
    begin() {
      since = now();
      turns = 0;
    },
    ended() {
      turns += 1;
      const passed = now() - since;
      if (turns < 2 * LEAST || passed < LATELY_MS) return;
      turns /= 2;
      since = now() - passed / 2;
    },
    millisecondsOf: (wanted) => (turns < LEAST ? 0 : (wanted * (now() - since)) / turns),
  };
}
