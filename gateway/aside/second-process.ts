import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Log } from '../../platform/log.ts';
import type { Program } from '../../platform/programs.ts';
import { newKey } from './asked.ts';

/** What the first process tells the second when it has started, and is told when it can be asked. */
export interface AsideOpening {
  readonly key: string;
}
export interface AsideOpen {
  readonly port: number;
}
/** By which the first process asks the second for its figures, and is told them. */
export interface FiguresAsked {
  readonly figures: number;
}
export interface FiguresTold extends FiguresAsked {
  readonly snapshot: unknown;
}

/** Where the second process can be asked, and as whom. */
export interface AsideAddress extends AsideOpening, AsideOpen {
  readonly pid: number | undefined;
}

/** The second process, as the first keeps it: started again whenever it ends. */
export interface SecondProcess {
  /** Settles when it can be asked for the first time. */
  readonly ready: Promise<void>;
  /** Where it can be asked; undefined while it cannot. */
  readonly open: AsideAddress | undefined;
  /** Its figures; undefined where it keeps none, or does not tell them in time. */
  figures(): Promise<unknown>;
  stop(): Promise<void>;
}

/** One that ended is not started again at once. */
const PAUSE_MS = 1_000;
/** For so long it may finish what it has in hand. */
const PATIENCE_MS = 5_000;
/**
 * Whom it answers are in no hurry, and V8 would take some 50 MB for what is thrown away. With half of this fifty subjects'
 * profiles cost a tenth more CPU. Why nothing is made among what is old: cli/run.mjs.
 */
const LITTLE_ROOM = ['--max-semi-space-size=8', '--no-allocation-site-pretenuring'];
/** For so long somebody waits for its figures. */
const FIGURES_MS = 3_000;

/** @param program `cli/aside.ts`, with this process's own settings, or these. */
export function secondProcess(program: Program, log: Log, env: NodeJS.ProcessEnv = process.env): SecondProcess {
  let child: ChildProcess | undefined;
  let open: AsideAddress | undefined;
  let isStopped = false;
  let again: NodeJS.Timeout | undefined;
  let tellReady: (() => void) | undefined;
  const asking = new Map<number, (snapshot: unknown) => void>();
  let questions = 0;
  const ready = new Promise<void>((resolve) => {
    tellReady = resolve;
  });

  function start(): void {
    const key = newKey();
    // It ends when its channel does, however this process ends. In a session of its own, since Linux may weigh whole sessions
    // against each other, and since Ctrl-C in a terminal is for this process.
    const started = fork(program.file, [], {
      detached: true,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env,
      execArgv: [...program.execArgv, ...LITTLE_ROOM],
    });
    child = started;
    started.on('message', (told: AsideOpen | FiguresTold) => {
      if ('snapshot' in told) return asking.get(told.figures)?.(told.snapshot);
      open = { port: told.port, key, pid: started.pid };
      tellReady?.();
    });
    started.once('error', (error) => log.error({ message: String(error) }, 'the second process could not be started'));
    started.once('exit', (code, signal) => {
      open = undefined;
      if (isStopped) return;
      log.error({ code, signal }, 'the second process ended');
      again = setTimeout(start, PAUSE_MS).unref();
    });
    started.send({ key } satisfies AsideOpening, () => undefined);
  }
  start();

  return {
    ready,
    get open() {
      return open;
    },
    figures() {
      if (!open || !child?.connected) return Promise.resolve(undefined);
      questions += 1;
      const figures = questions;
      const asked = child;
      return new Promise<unknown>((resolve) => {
        const timer = setTimeout(() => resolve(undefined), FIGURES_MS);
        asking.set(figures, (snapshot) => {
          clearTimeout(timer);
          resolve(snapshot);
        });
        asked.send({ figures } satisfies FiguresAsked, () => undefined);
      }).finally(() => asking.delete(figures));
    },
    async stop() {
      isStopped = true;
      clearTimeout(again);
      const ending = child;
      if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
      const ended = once(ending, 'exit');
      const cut = setTimeout(() => ending.kill('SIGKILL'), PATIENCE_MS);
      if (ending.connected) ending.disconnect();
      await ended;
      clearTimeout(cut);
    },
  };
}
