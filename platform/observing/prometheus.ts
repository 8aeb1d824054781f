import { AggregatorRegistry, Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { type Figures, type Labels, METRICS, type Metric, type MetricName, type Sample } from './metrics.ts';

/** Figures as one process keeps them, and as others are given them. */
export type Snapshot = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

export interface PrometheusFigures extends Figures {
  snapshot(): Promise<Snapshot>;
  /** Prometheus's text: of this process, and of the given others'. */
  text(others?: readonly Snapshot[]): Promise<string>;
  readonly contentType: string;
}

/** Above all that there can be: a label whose values are not as few as its author thought must not fill the memory. */
const MOST_SERIES = 2_000;
const LONGEST_LABEL = 100;

/** @param process `gateway`, `aside` or `department`: the label by which figures of several processes stay apart. */
export function prometheusFigures(process: string, mostSeries = MOST_SERIES): PrometheusFigures {
  const registry = new Registry();
  registry.setDefaultLabels({ process });
  collectDefaultMetrics({ register: registry });
  const entries = Object.entries(METRICS) as [MetricName, Metric][];
  const known = new Map(entries.map(([name, metric]) => [name, registered(name, metric, registry)]));
  const bounded = new Map(entries.map(([name, { labels }]) => [name, fewSeries(labels, mostSeries)]));
  for (const [name, { zero = [] }] of entries)
    for (const labels of zero) {
      const metric = known.get(name);
      if (metric instanceof Histogram) metric.zero(labels);
      else if (metric instanceof Counter) metric.inc(labels, 0);
    }
  const labelsOf = (name: MetricName, labels: Labels): Labels => bounded.get(name)?.(labels) ?? {};

  return {
    contentType: registry.contentType,
    count(name, labels = {}, by = 1) {
      const metric = known.get(name);
      if (metric instanceof Counter) metric.inc(labelsOf(name, labels), by);
    },
    observe(name, value, labels = {}) {
      const metric = known.get(name);
      if (metric instanceof Histogram) metric.observe(labelsOf(name, labels), value);
    },
    gauge(name, read) {
      const metric = known.get(name);
      if (metric instanceof ReadGauge) metric.readers.add(read);
      return () => {
        if (metric instanceof ReadGauge) metric.readers.delete(read);
      };
    },
    snapshot: () => registry.getMetricsAsJSON(),
    async text(others = []) {
      const own = await registry.getMetricsAsJSON();
      return AggregatorRegistry.aggregate([own, ...others] as never).metrics();
    },
  };
}

/** A gauge that asks whoever knows when it is asked itself; who cannot tell leaves its series out. */
class ReadGauge extends Gauge {
  readonly readers = new Set<() => Iterable<Sample> | Promise<Iterable<Sample>>>();
}

function registered(name: MetricName, { type, help, labels, buckets }: Metric, registry: Registry) {
  const shared = { name, help, labelNames: [...labels], registers: [registry] };
  if (type === 'counter') return new Counter(shared);
  if (type === 'histogram') return new Histogram({ ...shared, buckets: [...(buckets ?? [])] });
  const gauge: ReadGauge = new ReadGauge({
    ...shared,
    async collect() {
      gauge.reset();
      if (labels.length === 0) gauge.remove();
      const few = fewSeries(labels, MOST_SERIES);
      for (const read of gauge.readers)
        try {
          for (const { value, labels: given = {} } of await read()) gauge.set(few(given), value);
        } catch {
          // Unknown is told by silence: a series that is not there.
        }
    },
  });
  return gauge;
}

/** The labels as declared; once there are too many combinations, all further ones are `other`. */
function fewSeries(names: readonly string[], most: number): (given: Labels) => Labels {
  const known = new Map<string, Labels>();
  const others = Object.fromEntries(names.map((name) => [name, 'other']));
  return (given) => {
    const values = names.map((name) => (given[name] ?? '').slice(0, LONGEST_LABEL));
    const key = values.join('\0');
    const found = known.get(key);
    if (found) return found;
    if (known.size >= most) return others;
    const made = Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']));
    known.set(key, made);
    return made;
  };
}
