import type { Setting } from './config.ts';

/** Where figures and traces go; both are off unless they are given an address. */
export interface ObservingConfig {
  /** The port of `GET /metrics`; undefined: nothing is counted. */
  readonly metricsPort: number | undefined;
  readonly metricsHost: string;
  /** The OTLP/HTTP address that spans are sent to; undefined: nothing is traced. */
  readonly tracesUrl: string | undefined;
  readonly tracesHeaders: Readonly<Record<string, string>>;
  readonly sampler: string;
  /** The share of traces of the samplers by ratio. */
  readonly samplerRatio: number;
  /** The name under which a process's spans stand; undefined: its own. */
  readonly serviceName: string | undefined;
}

const SAMPLERS = ['always_on', 'always_off', 'traceidratio'].flatMap((one) => [one, `parentbased_${one}`]);
const isUrl = (text: string): boolean => URL.canParse(text) && /^https?:$/u.test(new URL(text).protocol);

/** The names of OpenTelemetry's settings are those of its specification. */
export const OBSERVING_SETTINGS: readonly Setting[] = [
  {
    name: 'METRICS_PORT',
    expected: '0 至 65535 的端口号',
    about: 'Prometheus 指标的端口,与网关端口分开(见 docs/observability.md);不设则不计量',
    isValid: (text) => /^\d{1,5}$/u.test(text) && Number(text) <= 65_535,
  },
  {
    name: 'METRICS_HOST',
    expected: '要监听的地址',
    about: '指标的监听地址,默认只有本机可达',
    standard: '127.0.0.1',
    isValid: (text) => text.trim() !== '',
  },
  {
    name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    expected: 'http(s):// 开头的地址',
    about: '链路追踪的 OTLP/HTTP 收集器,如 http://127.0.0.1:4318;不设则不追踪',
    isValid: isUrl,
  },
  {
    name: 'OTEL_EXPORTER_OTLP_HEADERS',
    expected: '名=值,以逗号分隔',
    about: '发给收集器的请求头',
    isValid: (text) => text.split(',').every((one) => /^[\w-]+=\S*$/u.test(one.trim())),
  },
  {
    name: 'OTEL_TRACES_SAMPLER',
    expected: SAMPLERS.join('、'),
    about: '追踪哪些查询;parentbased_* 听从调用方 traceparent 的采样标志,其余不听',
    standard: 'parentbased_always_on',
    isValid: (text) => SAMPLERS.includes(text),
  },
  {
    name: 'OTEL_TRACES_SAMPLER_ARG',
    expected: '0 至 1 的比例',
    about: '按比例追踪时的比例',
    standard: '1',
    isValid: (text) => /^(?:0(?:\.\d+)?|1(?:\.0+)?)$/u.test(text),
  },
  {
    name: 'OTEL_SERVICE_NAME',
    expected: '一个名称',
    about: '本进程在追踪中的名称;默认 credit-graph-gateway 等',
    isValid: (text) => /^[\w.-]{1,100}$/u.test(text),
  },
];

export function observingConfig(values: Readonly<Record<string, string | undefined>>): ObservingConfig {
  const endpoint = values.OTEL_EXPORTER_OTLP_ENDPOINT;
  const headers = (values.OTEL_EXPORTER_OTLP_HEADERS ?? '').split(',').flatMap((one) => {
    const [name = '', ...value] = one.trim().split('=');
    return name === '' ? [] : [[name, decoded(value.join('='))] as const];
  });
  return {
    metricsPort: values.METRICS_PORT === undefined ? undefined : Number(values.METRICS_PORT),
    metricsHost: values.METRICS_HOST ?? '',
    tracesUrl: endpoint === undefined ? undefined : `${endpoint.replace(/\/+$/u, '')}/v1/traces`,
    tracesHeaders: Object.fromEntries(headers),
    sampler: values.OTEL_TRACES_SAMPLER ?? '',
    samplerRatio: Number(values.OTEL_TRACES_SAMPLER_ARG),
    serviceName: values.OTEL_SERVICE_NAME,
  };
}

/** For a program that runs beside a service with the same settings: the port of figures is the service's. */
export function withoutMetrics(config: ObservingConfig): ObservingConfig {
  return { ...config, metricsPort: undefined };
}

/** The specification has their values percent-encoded, as in W3C Baggage. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
