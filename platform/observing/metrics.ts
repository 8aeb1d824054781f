/** One figure as Prometheus knows it. */
export interface Metric {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  /** Each has few values, all known beforehand: names of ours, registered clients, codes of tables. Never what a caller writes. */
  readonly labels: readonly string[];
  readonly buckets?: readonly number[];
  /** Series that are there from the start: an alarm on the first of something must see it come. */
  readonly zero?: readonly Labels[];
}

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const POINTS = [1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000];

const histogram = (help: string, labels: readonly string[], buckets: readonly number[] = SECONDS): Metric => ({
  type: 'histogram',
  help,
  labels,
  buckets,
});
const counter = (help: string, ...labels: readonly string[]): Metric => ({ type: 'counter', help, labels });
const gauge = (help: string, ...labels: readonly string[]): Metric => ({ type: 'gauge', help, labels });

/** All figures of the house beside those of Node itself; docs/observability.md tells operators what each means. */
export const METRICS = {
  credit_graph_question_duration_seconds: histogram(
    'From the arrival of a question to the end of its answer. operation: of a registered document, else "other".',
    ['operation', 'client', 'outcome'],
  ),
  credit_graph_answers_total: {
    ...counter('Answers to questions by HTTP status.', 'status'),
    zero: ['200', '500', '503'].map((status) => ({ status })),
  },
  credit_graph_errors_total: {
    ...counter('Errors in answers, and refusals, by code.', 'code'),
    zero: ['INTERNAL_SERVER_ERROR', 'AUDIT_UNAVAILABLE', 'SERVICE_UNAVAILABLE'].map((code) => ({ code })),
  },
  credit_graph_question_points: histogram('What a question costs, in points.', [], POINTS),
  credit_graph_points_total: counter('Points of answered questions.', 'client'),
  credit_graph_subjects_looked_at_total: counter(
    'Subjects in whose file more than the public sees was looked for.',
    'client',
  ),
  credit_graph_questions_in_work: gauge('Questions that arrived and are not answered yet.'),
  credit_graph_turn_wait_seconds: histogram('How long questions waited for their turn.', ['queue']),
  credit_graph_turns_waiting: gauge('Questions that wait for their turn now.', 'queue'),
  credit_graph_department_duration_seconds: histogram('From asking a department to its answer, or to giving it up.', [
    'department',
    'outcome',
  ]),
  credit_graph_cache_lookups_total: counter(
    'Questions that a kept answer was looked for, by what came of it.',
    'outcome',
  ),
  credit_graph_cache_dropped_total: counter('Kept answers that were dropped, by why.', 'outcome'),
  credit_graph_cache_bytes: gauge('Bytes of kept answers.'),
  credit_graph_cache_answers: gauge('How many answers are kept.'),
  credit_graph_breaker_state: gauge('1 for the state that a department’s breaker is in.', 'department', 'state'),
  credit_graph_audit_append_duration_seconds: {
    ...histogram('Committing a line of the audit chain.', ['outcome']),
    zero: ['committed', 'failed'].map((outcome) => ({ outcome })),
  },
  credit_graph_audit_head_signed_timestamp_seconds: gauge('When the chain’s head was last found signed, or signed.'),
  credit_graph_second_process_up: gauge('Whether the second process can be asked.'),
  credit_graph_statement_duration_seconds: histogram('Statements of departments’ readers.', ['department', 'outcome']),
  credit_graph_pool_statements: gauge('Statements of a reader’s connections now.', 'department', 'pool', 'state'),
  credit_graph_pool_size: gauge('How many statements a reader’s connections take at once.', 'department', 'pool'),
  credit_graph_item_received_timestamp_seconds: gauge('When a file of the item was last taken.', 'department', 'item'),
  credit_graph_item_reported_through_timestamp_seconds: gauge(
    'The latest day that taken files of the item are about.',
    'department',
    'item',
  ),
  credit_graph_item_due_seconds: gauge('After how long without a file the item is late.', 'department', 'item'),
  credit_graph_import_rows: gauge('Rows of the item’s last completed file.', 'department', 'item', 'outcome'),
  credit_graph_import_batches: gauge('Batches that began in the last 24 hours.', 'department', 'status'),
  credit_graph_follower_lag_seconds: gauge('How long ago nothing was missing that a follower follows.', 'follower'),
  credit_graph_database_figures_up: gauge(
    'Whether a department’s figures could be read from its database.',
    'department',
  ),
  credit_graph_disk_used_ratio: gauge('How full the disk is that a folder of this process lies on.', 'folder'),
  credit_graph_spans_dropped_total: counter('Spans that the collector did not take.'),
} as const satisfies Readonly<Record<string, Metric>>;

export type MetricName = keyof typeof METRICS;
export type Labels = Readonly<Record<string, string>>;
export interface Sample {
  readonly value: number;
  readonly labels?: Labels;
}

/** Where figures are told. Where nobody asks for them there is none, and nothing is counted. */
export interface Figures {
  count(name: MetricName, labels?: Labels, by?: number): void;
  observe(name: MetricName, value: number, labels?: Labels): void;
  /** A gauge is read when somebody asks; until the function that this returns is called. */
  gauge(name: MetricName, read: () => Iterable<Sample> | Promise<Iterable<Sample>>): () => void;
}
