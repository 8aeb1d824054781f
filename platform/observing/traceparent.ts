/** The place in a trace that what follows hangs on, as W3C Trace Context writes it (traceparent, version 00). */
export type Traceparent = string;

const FORM = /^00-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})$/u;
/** Later versions may add fields behind a hyphen; ff is none. */
const LATER = /^(?!ff|00)[\da-f]{2}-([\da-f]{32}-[\da-f]{16}-[\da-f]{2})(?:-.*)?$/u;

export const TRACEPARENT = FORM;

/** A caller's header where it is one, as version 00; `tracestate` is other vendors' and goes no further. */
export function traceparentIn(header: unknown): Traceparent | undefined {
  if (typeof header !== 'string' || header.length > 200) return undefined;
  const later = LATER.exec(header)?.[1];
  const text = later === undefined ? header : `00-${later}`;
  return FORM.test(text) ? text : undefined;
}

export interface Place {
  readonly traceId: string;
  readonly spanId: string;
  readonly isSampled: boolean;
}

export function placeIn(traceparent: Traceparent): Place | undefined {
  const [, traceId, spanId, flags = ''] = FORM.exec(traceparent) ?? [];
  return traceId && spanId ? { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 } : undefined;
}

export function traceparentOf({ traceId, spanId, isSampled }: Place): Traceparent {
  return `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`;
}
