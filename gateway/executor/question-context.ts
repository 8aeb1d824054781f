import type { Viewer } from '../../platform/viewer/viewer.ts';

/** What the gateway knows of one question while it is answered. */
export interface QuestionContext {
  readonly viewer: Viewer;
  /** Aborted when the caller has left. */
  readonly signal: AbortSignal;
  /** Which departments did not answer, for the log line. */
  readonly silent: Set<string>;
}
