/**
 * Whether whoever waits for something still does: what of an `AbortSignal` is used here, which is one of these. Node's own
 * costs some microseconds to make and to listen to, and a question needs a dozen.
 */
export interface Leaving {
  readonly aborted: boolean;
  /** Why nobody waits any more. */
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** A `Leaving` with who may end it. Its listeners are called once, in their order; one that throws keeps none from being called. */
export class Leave implements Leaving {
  #listeners: Set<() => void> | undefined;
  #reason: unknown;
  #aborted = false;

  get aborted(): boolean {
    return this.#aborted;
  }

  get reason(): unknown {
    return this.#reason;
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    if (this.#aborted) return;
    this.#listeners ??= new Set();
    this.#listeners.add(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners?.delete(listener);
  }

  abort(reason: unknown): void {
    if (this.#aborted) return;
    this.#aborted = true;
    this.#reason = reason;
    const listeners = this.#listeners;
    this.#listeners = undefined;
    for (const listener of listeners ?? []) {
      try {
        listener();
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}

/** For whoever wants one of the platform's own: an `AbortSignal` that ends with it. */
export function abortSignalOf(leaving: Leaving): AbortSignal {
  if (leaving instanceof AbortSignal) return leaving;
  const controller = new AbortController();
  const end = (): void => controller.abort(leaving.reason);
  if (leaving.aborted) end();
  else leaving.addEventListener('abort', end, { once: true });
  return controller.signal;
}
