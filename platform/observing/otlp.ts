import { setTimeout as pause } from 'node:timers/promises';
import { type AttributeValue, ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Log } from '../log.ts';
import type { ObservingConfig } from '../observing-settings.ts';
import type { Figures } from './metrics.ts';
import type { Spans } from './spans.ts';
import { placeIn, type Traceparent, traceparentOf } from './traceparent.ts';

export interface OtlpOptions {
  readonly config: ObservingConfig & { readonly tracesUrl: string };
  /** The name of the process. */
  readonly service: string;
  readonly log: Log;
  readonly figures?: Figures | undefined;
}

/** For so long a process that stops waits for a collector to take what is left. */
const LAST_MS = 2_000;
const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL };

/**
 * Spans over OTLP/HTTP (JSON). Nothing is registered globally, so that libraries which look for a tracer, the Apollo gateway
 * among them, find none: they would send documents. What a collector does not take in time is dropped.
 */
export function otlpSpans({ config, service, log, figures }: OtlpOptions): Spans {
  const exporter = new OTLPTraceExporter({
    url: config.tracesUrl,
    headers: { ...config.tracesHeaders },
    timeoutMillis: 5_000,
  });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': config.serviceName ?? `credit-graph-${service}` }),
    sampler: samplerOf(config),
    spanLimits: { attributeValueLengthLimit: 200, attributeCountLimit: 32 },
    spanProcessors: [
      new BatchSpanProcessor({ exporter: telling(exporter, service, log, figures), scheduledDelayMillis: 1_000 }),
    ],
  });
  const tracer = provider.getTracer('credit-graph');
  return {
    begin(name, kind, parent) {
      const span = tracer.startSpan(name, { kind: KINDS[kind] }, contextOf(parent));
      const { traceId, spanId, traceFlags } = span.spanContext();
      const isSampled = (traceFlags & TraceFlags.SAMPLED) !== 0;
      return {
        traceparent: traceparentOf({ traceId, spanId, isSampled }),
        rename: (other) => void span.updateName(other),
        set: (attributes) => void span.setAttributes(attributes as Record<string, AttributeValue>),
        end(failure) {
          if (failure !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: failure });
          span.end();
        },
      };
    },
    stop: () => Promise.race([provider.shutdown().catch(() => undefined), pause(LAST_MS, undefined, { ref: false })]),
  };
}

function contextOf(parent: Traceparent | undefined) {
  const place = parent === undefined ? undefined : placeIn(parent);
  if (!place) return ROOT_CONTEXT;
  const { traceId, spanId, isSampled } = place;
  const traceFlags = isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}

function samplerOf({ sampler, samplerRatio }: ObservingConfig): Sampler {
  const name = sampler.replace('parentbased_', '');
  const root =
    name === 'always_off'
      ? new AlwaysOffSampler()
      : name === 'traceidratio'
        ? new TraceIdRatioBasedSampler(samplerRatio)
        : new AlwaysOnSampler();
  return name === sampler ? root : new ParentBasedSampler({ root });
}

const PAUSE_MS = 60_000;

/** The exporter, with a line in the log once a minute while the collector takes nothing. */
function telling(exporter: SpanExporter, process: string, log: Log, figures: Figures | undefined): SpanExporter {
  let saidAt = Number.NEGATIVE_INFINITY;
  return {
    export(spans, told) {
      exporter.export(spans, (result) => {
        if (result.code !== 0) {
          figures?.count('credit_graph_spans_dropped_total', {}, spans.length);
          if (performance.now() - saidAt > PAUSE_MS) {
            saidAt = performance.now();
            log.warn({ process, spans: spans.length }, 'the collector does not take spans');
          }
        }
        told(result);
      });
    },
    shutdown: () => exporter.shutdown(),
  };
}
