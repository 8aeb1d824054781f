/** What one import took. */
export interface Taken {
  readonly ms: number;
  /** Of the importing process, and of PostgreSQL meanwhile (null where it runs elsewhere). */
  readonly cpuMs: number;
  readonly postgresCpuMs: number | null;
  readonly peakMb: number;
  readonly rows: number;
  readonly added: number;
  readonly unchanged: number;
  readonly rejected: number;
}

export interface Round {
  readonly first: Taken;
  readonly second: Taken;
  readonly copyMs: number;
  /** Of PostgreSQL and its client. */
  readonly copyCpuMs: number | null;
}

export interface KindResult {
  readonly title: string;
  readonly item: string;
  readonly bytes: number;
  readonly rounds: readonly Round[];
}

export interface ImportRunFacts {
  readonly measuredAt: string;
  readonly commit: string;
  readonly machine: string;
  readonly node: string;
  readonly postgres: string;
  readonly loadBefore: readonly number[];
  readonly rows: number;
  readonly subjects: number;
}

function seconds(ms: number | null): string {
  return ms === null ? '–' : String(Math.round(ms / 1000));
}

/** The figures as a page: every round, since two or three have no median worth the name. */
export function importPage(facts: ImportRunFacts, kinds: readonly KindResult[]): string {
  const perSecond = (ms: number): number => Math.round((facts.rows / ms) * 1000);
  const lines = kinds.flatMap(({ title, item, bytes, rounds }) =>
    rounds.map(({ first, second, copyMs, copyCpuMs }, index) => {
      const cells = [
        `${title} \`${item}\``,
        index + 1,
        Math.round(bytes / 1e6),
        perSecond(copyMs),
        perSecond(first.ms),
        `**${(copyMs / first.ms).toFixed(2)}**`,
        perSecond(second.ms),
        `${Math.round(first.peakMb)} / ${Math.round(second.peakMb)}`,
        `${seconds(first.cpuMs)} + ${seconds(first.postgresCpuMs)}`,
        `${seconds(second.cpuMs)} + ${seconds(second.postgresCpuMs)}`,
        seconds(copyCpuMs),
      ];
      return `| ${cells.join(' | ')} |`;
    }),
  );
  return `# What an import costs

Written by \`npm run bench:import\`. Each round: the file is imported into empty tables; the rows that this made are written
by \`COPY\` into an empty table with the same columns and indexes (and found equal); the same file is read again and changes
nothing. The goal: a first import at a third of \`COPY\`'s rows per second or more, in at most 500 MB.

- ${facts.measuredAt}, commit ${facts.commit}, Node ${facts.node}, PostgreSQL ${facts.postgres} with the settings of \`npm start\`
- ${facts.machine}; load before the run ${facts.loadBefore.map((one) => one.toFixed(2)).join(' ')} (1, 5, 15 minutes)
- ${facts.rows} rows of ${facts.subjects} subjects, whose rows come scattered; every second subject stands in the registry's list, the others are registered by the import
- the import reads, checks, identifies, stores and tells the feed; \`COPY\` writes one table. Memory and CPU are the importing process's own (departments and credit office in it, PostgreSQL not)

| kind | round | MB | \`COPY\` rows/s | first import rows/s | ÷ \`COPY\` | unchanged rows/s | peak memory MB: first / unchanged | CPU s, first: process + PostgreSQL | unchanged | \`COPY\` |
|---|---|---|---|---|---|---|---|---|---|---|
${lines.join('\n')}
`;
}
