/** How long records of one sort took. */
export interface Lag {
  readonly when: string;
  readonly what: string;
  readonly ms: readonly number[];
}

export interface LagFacts {
  readonly measuredAt: string;
  readonly commit: string;
  readonly machine: string;
  readonly node: string;
  readonly postgres: string;
  readonly loadBefore: readonly number[];
  readonly rows: number;
  readonly importMs: number;
  readonly afterwardsMs: number;
}

export function lagSentence(lag: Lag): string {
  const { p50, p99, most } = figures(lag);
  return `${lag.when}, ${lag.what}: p50 ${p50}, p99 ${p99}, max ${most} ms (${lag.ms.length})`;
}

/** The figures as a page. */
export function lagPage(facts: LagFacts, lags: readonly Lag[]): string {
  const lines = lags.map((lag) => {
    const { p50, p99, most } = figures(lag);
    const late = lag.ms.filter((ms) => ms > 1000).length;
    return `| ${lag.when} | ${lag.what} | ${lag.ms.length} | ${p50} | ${p99} | **${most}** | ${late} |`;
  });
  return `# How soon a stored record is in the index

Written by \`npm run bench:lag\`. From the end of the transaction that stored a record until \`Query.records\` shows it to a
visitor, over HTTP, looked for every 10 ms. Meant is at most 1 s on one machine. Gateway, departments and the index's followers
are one process, as with \`npm start\`; the import is another, as with \`npm run import\`; PostgreSQL and this measurement share
their processors. A row of the file itself is counted from the last look that did not show it in its department, 10 ms before.

- ${facts.measuredAt}, commit ${facts.commit}, Node ${facts.node}, PostgreSQL ${facts.postgres}
- ${facts.machine}; load before the run ${facts.loadBefore.map((load) => load.toFixed(2)).join(' ')} (1, 5, 15 minutes)
- The import: ${facts.rows} rows of \`tax.credit-rating\`, ${Math.round((facts.rows / facts.importMs) * 1000)} rows per second beside all this; the index was complete ${Math.round(facts.afterwardsMs)} ms after it had ended.

| when | what | samples | p50 ms | p99 ms | max ms | later than 1 s |
|---|---|---|---|---|---|---|
${lines.join('\n')}
`;
}

function figures({ ms }: Lag) {
  const sorted = [...ms].sort((one, other) => one - other);
  const at = (share: number): number =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
  return { p50: at(0.5), p99: at(0.99), most: at(1) };
}
