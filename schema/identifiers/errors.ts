import { mayBeShown } from './id-shape.ts';

/**
 * The four ways in which a number can be wrong: characters that it never has; too few or too many of them; a check digit
 * that does not fit; a part (kind, region, date) that does not exist.
 */
export type IdentifierErrorKind = 'FORMAT' | 'LENGTH' | 'CHECKSUM' | 'COMPONENT';

/** Thrown by every `parse` here. The message is a Chinese sentence for the person who typed the number. */
export class IdentifierError extends Error {
  readonly kind: IdentifierErrorKind;
  /** A valid number that the person may have meant. To be offered, never to be used unasked. */
  readonly nearMiss: string | undefined;

  constructor(kind: IdentifierErrorKind, message: string, nearMiss?: string) {
    const hint = nearMiss !== undefined && mayBeShown(nearMiss) ? nearMiss : undefined;
    super(hint === undefined ? message : `${message}；是否应为“${hint}”？请核对原件`);
    this.name = 'IdentifierError';
    this.kind = kind;
    this.nearMiss = hint;
  }
}

/** A value as a message may repeat it: in quotes, cut at 40 characters, and not at all when it may be an ID number. */
export function shown(value: string): string {
  if (!mayBeShown(value)) return '（疑似身份证号，不予显示）';
  return value.length > 40 ? `“${value.slice(0, 40)}…”` : `“${value}”`;
}
