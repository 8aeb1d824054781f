import { Leave, type Leaving } from './leaving.ts';

/**
 * Answers callers together who ask the same about something of their own: beside a crowd, one statement about ten subjects
 * costs little more than one about one. Whoever asks under a key while the same is being asked waits until that is answered,
 * for some milliseconds at most, and else until this turn of the event loop is over; then all who wait are asked about at once.
 * Whoever leaves fails at once, and leaves alone: what is asked is given up when all have left.
 * @param size how much it asks about.
 */
export type Gather<Asked, Answer> = (key: string, asked: Asked, size: number, leaving: Leaving) => Promise<Answer>;

export interface GatheringOptions<Asked, Answer> {
  /** How much is asked about at once at most. */
  readonly most: number;
  alone(asked: Asked, leaving: Leaving): Promise<Answer>;
  /** What each is answered, in their order. Who gets undefined is asked for alone; where this fails, all are. */
  together(all: readonly Asked[], leaving: Leaving): Promise<readonly (Answer | undefined)[]>;
}

/** For how long one waits for those before it, in milliseconds. */
const PATIENCE_MS = 10;

interface Member<Asked, Answer> {
  readonly asked: Asked;
  readonly leaving: Leaving;
  readonly answer: (answer: Answer) => void;
  readonly fail: (error: unknown) => void;
}

interface Crowd<Asked, Answer> {
  waiting: Member<Asked, Answer>[];
  size: number;
  /** How many asks are out. */
  out: number;
  timer: NodeJS.Timeout | undefined;
  isDue: boolean;
}

export function gathering<Asked, Answer>(options: GatheringOptions<Asked, Answer>): Gather<Asked, Answer> {
  const { most, alone, together } = options;
  const crowds = new Map<string, Crowd<Asked, Answer>>();

  const answerAlone = ({ asked, leaving, answer, fail }: Member<Asked, Answer>): Promise<void> =>
    alone(asked, leaving).then(answer, fail);

  const answerAll = async (all: readonly Member<Asked, Answer>[]): Promise<void> => {
    const answers =
      all.length === 1
        ? []
        : await together(
            all.map(({ asked }) => asked),
            whileAnyStays(all.map(({ leaving }) => leaving)),
          ).catch(() => []);
    const others = all.filter(({ leaving, answer }, index) => {
      const known = answers[index];
      if (known !== undefined) answer(known);
      return known === undefined && !leaving.aborted;
    });
    await Promise.all(others.map(answerAlone));
  };

  const send = (key: string, crowd: Crowd<Asked, Answer>): void => {
    const all = crowd.waiting.filter(({ leaving }) => !leaving.aborted);
    clearTimeout(crowd.timer);
    Object.assign(crowd, { waiting: [], size: 0, timer: undefined, isDue: false });
    if (all.length === 0) {
      close(key, crowd);
      return;
    }
    crowd.out += 1;
    void answerAll(all).then(() => {
      crowd.out -= 1;
      if (crowd.waiting.length > 0) sendSoon(key, crowd);
      else close(key, crowd);
    });
  };

  const close = (key: string, crowd: Crowd<Asked, Answer>): void => {
    if (crowd.out === 0 && crowds.get(key) === crowd) crowds.delete(key);
  };

  const sendSoon = (key: string, crowd: Crowd<Asked, Answer>): void => {
    if (!crowd.isDue) setImmediate(() => send(key, crowd));
    crowd.isDue = true;
  };

  return (key, asked, size, leaving) =>
    new Promise((answer, fail) => {
      if (leaving.aborted) return fail(leaving.reason);
      leaving.addEventListener('abort', () => fail(leaving.reason), { once: true });
      const crowd = crowds.get(key) ?? { waiting: [], size: 0, out: 0, timer: undefined, isDue: false };
      crowds.set(key, crowd);
      if (crowd.size > 0 && crowd.size + size > most) send(key, crowd);
      crowd.waiting.push({ asked, leaving, answer, fail });
      crowd.size += size;
      if (crowd.out === 0) sendSoon(key, crowd);
      else crowd.timer ??= setTimeout(() => send(key, crowd), PATIENCE_MS);
    });
}

/** Ends when the last of them has left, for its reason. */
export function whileAnyStays(all: readonly Leaving[]): Leaving {
  const stop = new Leave();
  let staying = all.length;
  for (const leaving of all) {
    const leave = (): void => {
      staying -= 1;
      if (staying === 0) stop.abort(leaving.reason);
    };
    leaving.addEventListener('abort', leave, { once: true });
  }
  return stop;
}
