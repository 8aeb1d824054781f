import type { Traceparent } from './traceparent.ts';

export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** A stretch of work in a trace. What it is told are names of ours, counts and codes: never texts, values or whom it is about. */
export interface Span {
  /** What spans below it begin from, in this process or another. */
  readonly traceparent: Traceparent;
  rename(name: string): void;
  set(attributes: Attributes): void;
  /** @param failure a code, where it failed. */
  end(failure?: string): void;
}

/** Spans that are sent to a collector. Where none is configured there is no such object, and nothing is traced. */
export interface Spans {
  begin(name: string, kind: 'server' | 'client' | 'internal', parent: Traceparent | undefined): Span;
  stop(): Promise<void>;
}
