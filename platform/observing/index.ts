import type { Log } from '../log.ts';
import type { ObservingConfig } from '../observing-settings.ts';
import type { Figures } from './metrics.ts';
import type { Snapshot } from './prometheus.ts';
import { serveMetrics } from './serve.ts';
import type { Spans } from './spans.ts';

/** What a process tells of its work; each is there only where somebody asks for it. */
export interface Observing {
  readonly figures?: Figures | undefined;
  readonly spans?: Spans | undefined;
}

export interface OpenObserving extends Observing {
  /** This process's figures, for another that tells them with its own; undefined where none are kept. */
  snapshot(): Promise<Snapshot | undefined>;
  /** Where `/metrics` is told; undefined where it is not. */
  readonly metricsPort: number | undefined;
  /** Tells the figures of another process with one's own. Undefined: it has none just now. */
  join(other: () => Promise<Snapshot | undefined>): void;
  stop(): Promise<void>;
}

export interface ObservingOptions {
  readonly config: ObservingConfig;
  readonly process: 'gateway' | 'aside' | 'department' | 'import';
  readonly log: Log;
  /** Whether another process tells this one's figures: it then keeps them and listens nowhere. */
  readonly isJoined?: boolean;
}

/** What the configuration asks for, its libraries loaded only then. */
export async function openObserving({
  config,
  process,
  log,
  isJoined = false,
}: ObservingOptions): Promise<OpenObserving> {
  const { metricsPort: port, metricsHost: host, tracesUrl } = config;
  const figures = port === undefined ? undefined : (await import('./prometheus.ts')).prometheusFigures(process);
  const others: (() => Promise<Snapshot | undefined>)[] = [];
  const spans =
    tracesUrl === undefined
      ? undefined
      : (await import('./otlp.ts')).otlpSpans({ config: { ...config, tracesUrl }, service: process, log, figures });
  const told = figures && {
    contentType: figures.contentType,
    text: async () =>
      figures.text((await Promise.all(others.map((other) => other()))).flatMap((one) => (one ? [one] : []))),
  };
  const listening = told && port !== undefined && !isJoined ? await serveMetrics(told, { host, port }, log) : undefined;
  return {
    figures,
    spans,
    metricsPort: listening?.port,
    snapshot: async () => figures?.snapshot(),
    join: (other) => void others.push(other),
    async stop() {
      await listening?.close(1_000);
      await spans?.stop();
    },
  };
}
