import type { Rests } from './rests.ts';

/** An answer as it was told, with what must be known to tell it again. */
export interface KeptAnswer {
  readonly body: Buffer;
  readonly contentType: string;
  readonly etag: string;
  /** What its question costs, and what one of such callers may cost, as its extensions say. */
  readonly points: number;
  readonly limit: number;
  /** For the log and figures. */
  readonly kind: string | undefined;
  readonly operation: string | undefined;
}

/** What an answer rests on, as it is kept. */
export interface KeptRests {
  readonly departments: readonly string[];
  readonly subjects: readonly string[];
  readonly lists: readonly string[];
  readonly beyondFeeds: readonly string[];
}

/** Undefined where an answer must not be kept: something of it changes untold, or it is about too many. */
export function keptRests({ departments, subjects, lists, beyondFeeds, isUntold }: Rests): KeptRests | undefined {
  if (isUntold || departments.size === 0 || subjects.size > MOST_SUBJECTS) return undefined;
  return {
    departments: [...departments],
    subjects: [...subjects],
    lists: [...lists],
    beyondFeeds: [...beyondFeeds],
  };
}

const MOST_SUBJECTS = 200;

/** What a department told of its changes (platform/feed/changed-subjects.ts). */
export interface Changes {
  readonly subjects: readonly string[];
  readonly isAnything: boolean;
  readonly isBeyondFeed: boolean;
}
