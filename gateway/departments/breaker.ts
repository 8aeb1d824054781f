/** Whether a department is asked: `OPEN` it is not, `HALF_OPEN` one question is out that tells whether it is back. */
export type BreakerState = 'CLOSED' | 'OPEN' | 'HALF_OPEN';

/** What a gateway's process has seen of a department, for health, metrics and verdicts. */
export interface DepartmentState {
  readonly state: BreakerState;
  /** Since when it is so. */
  readonly since: Date;
  /** When it last answered; null where it never did. */
  readonly lastAnsweredAt: Date | null;
}

export interface BreakerOptions {
  /** How many silences in a row, each the department's fault, open it. */
  readonly silences: number;
  /** How long a department is left alone before it is looked at once. */
  readonly pauseMs: number;
}

export const BREAKER: BreakerOptions = { silences: 5, pauseMs: 500 };

/** How one ask ended, to be told once; what began before the breaker last opened tells nothing about now. */
export interface Ending {
  answered(): void;
  silent(): void;
  /** It had its whole time. Where somebody else was answered meanwhile, the question was too dear, and the department is there. */
  late(): void;
}

export interface Breaker {
  readonly state: DepartmentState;
  begin(): Ending;
  stop(): void;
}

/**
 * Opens after so many silences in a row. While it is open no caller's question reaches the department: after each pause it is
 * looked at once, by a question of the gateway's own, so that no caller waits to learn whether it is back.
 */
export function breaker(
  { silences, pauseMs }: BreakerOptions,
  look: () => Promise<void>,
  now: () => Date,
  onChange: (state: BreakerState) => void = () => undefined,
): Breaker {
  let state: BreakerState = 'CLOSED';
  let since = now();
  let lastAnsweredAt: Date | null = null;
  let inARow = 0;
  let generation = 0;
  let answers = 0;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  const become = (next: BreakerState): void => {
    // A look that fails leaves it as it was: open since it opened.
    if (next === 'CLOSED' || state === 'CLOSED') since = now();
    state = next;
    onChange(next);
  };
  const rest = (): void => {
    become('OPEN');
    timer = setTimeout(lookOnce, pauseMs).unref();
  };
  const lookOnce = (): void => {
    become('HALF_OPEN');
    look().then(
      () => {
        if (isStopped) return;
        lastAnsweredAt = now();
        become('CLOSED');
      },
      () => {
        if (!isStopped) rest();
      },
    );
  };

  return {
    get state() {
      return { state, since, lastAnsweredAt };
    },
    begin() {
      const [begun, before] = [generation, answers];
      const silent = (): void => {
        if (begun !== generation || state !== 'CLOSED') return;
        inARow += 1;
        if (inARow < silences) return;
        generation += 1;
        inARow = 0;
        rest();
      };
      return {
        silent,
        late() {
          if (answers === before) silent();
        },
        answered() {
          answers += 1;
          lastAnsweredAt = now();
          if (begun === generation) inARow = 0;
        },
      };
    },
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
