import type { Draw } from '../zipf.ts';
import type { Asked, Kind } from './ask.ts';

/** The city at one size. */
export interface Measured {
  /** The size that was asked for, in records. */
  readonly asked: number;
  readonly subjects: number;
  readonly records: number;
  readonly grown: { readonly records: number; readonly seconds: number };
  readonly disk: { readonly bytes: number; readonly bytesPerRecord: number; readonly rowBytes: number };
  readonly measuredAt: string;
  readonly commit: string;
  readonly machine: string;
  readonly node: string;
  readonly loadBefore: readonly number[];
  readonly startMs: number;
  readonly memoryMb: number;
  readonly connections: number;
  readonly seconds: number;
  readonly rows: readonly ({ readonly kind: Kind['name']; readonly draw: Draw } & Asked)[];
}

/** How flat it is: each size beside the smallest. */
export function pageOf(sizes: readonly Measured[]): string {
  const [first] = sizes;
  if (!first) return '# How flat it is\n\nNothing was measured yet.\n';
  const of = (size: Measured, kind: string, draw: string) =>
    size.rows.find((row) => row.kind === kind && row.draw === draw);
  const figure = (value: number | undefined, digits = 1): string => (value === undefined ? '–' : value.toFixed(digits));
  const kinds = first.rows.map(({ kind, draw }) => ({ kind, draw }));
  const lines = kinds.flatMap(({ kind, draw }) =>
    sizes.map((size) => {
      const row = of(size, kind, draw);
      const ratio = (row?.p99Ms ?? Number.NaN) / (of(first, kind, draw)?.p99Ms ?? Number.NaN);
      return `| ${kind} | ${draw} | ${size.records} | ${figure(row?.perSecond, 0)} | ${figure(row?.p50Ms)} | ${figure(row?.p99Ms)} | ${figure(ratio, 2)} |`;
    }),
  );
  return `# How flat it is

Written by \`npm run bench:flat\`: one city that grows, in pieces that resume; at each size the product is started by the command of
\`npm start\`, with all departments in its process and its guards on, and asked for ${first.seconds} s of each kind on ${first.connections} connections after
a warm-up, each question cold (\`Cache-Control: no-cache\`). \`ZIPF\`: the n-th most asked subject is asked 1/n times as often as the first; \`EVEN\`: all alike. Subjects are copies
of ${60} patterns that went through the product's import (bench/city/patterns.ts says the mix; those without a penalty are copied four times as often), under names and codes of their own; their
names are indexed as an import does it. Each record has its line in the index across departments. While it grows the tables have no indexes; these are made at its end. The database's files are read once
before, so that what the machine's memory holds is there, as in a city in service.

| records | subjects | disk GB, indexes included | bytes a record: its row / all with indexes, header line, names | start ms | memory MB (all processes of Node, PSS) | grown: records a second | load before | commit |
|---|---|---|---|---|---|---|---|---|
${sizes
  .map(
    (size) =>
      `| ${size.records} | ${size.subjects} | ${figure(size.disk.bytes / 1e9)} | ${figure(size.disk.rowBytes, 0)} / ${figure(size.disk.bytesPerRecord, 0)} | ${figure(size.startMs, 0)} | ${figure(size.memoryMb, 0)} | ${figure(size.grown.records / size.grown.seconds, 0)} | ${size.loadBefore.map((one) => one.toFixed(1)).join(' ')} | ${size.commit} |`,
  )
  .join('\n')}

| question | draw | records | a second | p50 ms | p99 ms | p99 ÷ that of ${first.records} |
|---|---|---|---|---|---|---|
${lines.join('\n')}

${first.machine}, Node ${first.node}; load generator, product and PostgreSQL share it.
`;
}
