/** What one key (a client, an address) may use. */
export interface Allowance {
  readonly pointsAtOnce: number;
  readonly pointsPerSecond: number;
  readonly pointsPerDay: number;
}

/** Points that an instance asks for: at least what the waiting question lacks, better a block for the questions after it. */
export interface Wanted extends Allowance {
  readonly key: string;
  readonly least: number;
  readonly most: number;
}

/** What it was given: between `least` and `most`, or nothing. */
export interface Granted {
  readonly points: number;
  /** What is in the bucket now. */
  readonly level: number;
  /** What was taken today, this grant among it. */
  readonly used: number;
  /** Until the day ends and the quota begins anew; points of one day cannot be used on the next. */
  readonly millisecondsLeft: number;
}

/** Where allowances are kept, for all instances of the gateway. Its clock is the only one that counts. */
export interface AllowanceStore {
  /** One answer per wish, in their order; no key twice. */
  take(wanted: readonly Wanted[]): Promise<readonly Granted[]>;
  /** Takes back what was granted today and not used. */
  giveBack(points: ReadonlyMap<string, number>): Promise<void>;
}
