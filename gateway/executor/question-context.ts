import type { Viewer } from '../../platform/viewer/viewer.ts';

/** What the gateway knows of one question while it is answered. */
export interface QuestionContext {
  readonly viewer: Viewer;
  /** Aborted when the caller has left, or with a Refusal when the time for the whole answer is over. */
  readonly signal: AbortSignal;
  /** Whose turn it is, where questions wait for each other. */
  readonly payer: string;
  /** Which departments did not answer, for the log line. */
  readonly silent: Set<string>;
}
