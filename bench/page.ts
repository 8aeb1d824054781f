import type { Figures, Results } from './report.ts';

/** The results as a page. */
export function pageOf({ facts, figures, ratios }: Results): string {
  const records = sum(facts.tables.map((one) => one.rows));
  const visible = sum(facts.tables.map((one) => one.visible));
  const lines = figures.map((one) => {
    const { cpuMs, memoryMb } = one;
    return `| ${[
      `${one.question}${one.isWarm ? ', warm' : ''}`,
      one.title,
      one.connections,
      one.requestsPerSecond,
      one.p50Ms,
      one.p99Ms,
      [cpuMs.gateway, cpuMs.departments, cpuMs.postgres].map(shown).join(' / '),
      `**${cpuMs.sum}** (${one.cpuMsRange.join('–')})`,
      shown(one.statementsPerRequest),
      `${percent(one.repeats)} / ${percent(one.hits)}`,
      `${one.failed} of ${one.requests}`,
      [memoryMb.gateway, memoryMb.departments, memoryMb.postgres].map(shown).join(' / '),
    ].join(' | ')} |`;
  });
  return `# What a question costs

Written by \`npm run bench\`, which measured all rows side by side in one run, alternating. CPU per request is the steadier
figure on a shared machine; ratios under 1.2 mean nothing.

- ${facts.measuredAt}, commit ${facts.commit}, Node ${facts.node}, PostgreSQL ${facts.postgres}, executor \`${facts.executor}\`
- ${facts.machine}; load before the run ${facts.loadBefore.map((one) => one.toFixed(2)).join(' ')} (1, 5, 15 minutes). During the samples other processes used ${percent(facts.othersShare[0])} of its CPU (at most ${percent(facts.othersShare[1])}). Load generator, servers and PostgreSQL share the rest.
- ${facts.rounds} rounds of ${facts.secondsPerSample} s each; the median of the rounds, CPU with the lowest and highest round.
- ${facts.subjects} subjects drawn by Zipf's law (seed ${facts.seed}), ${records} records of which ${visible} may be seen by anybody today. Pattern subjects went through the product's own import; SQL copied what it wrote under other codes.
- All contenders are asked \`profile\`, all that anybody may know of one subject, and \`batch\`, the same of fifty. The product, also with departments over HTTP, and the floor are asked four more: \`profileTop\`, the top of a profile's page with counts and verdicts; \`board\`, a district's penalties across departments, the newest twenty and how many there are; \`search\`, what is typed into a search box; \`bankPackage\`, a company's package for a bank that it has authorized, which is in the audit chain before it leaves. The peers are not: their subgraphs and views have no verdicts, no index across departments, no search of names and no banks, and with our code put behind them they would be measured by it.
- What the floor does not do: of \`profileTop\` it tells no verdicts (no row says why there is none); for \`bankPackage\` it tells the profile with what is authorized, without asking for an authorization and without a line in a chain. What it does twice: callers who ask the product for the same board at once share a statement, those of the floor do not.
- Before measuring, ${facts.subjectsCompared} subjects (${facts.recordsCompared} records) were asked of all, one by one and fifty at once, and the four other questions of those who are asked them, and gave the same answers: ids, order, counts, and what else both tell.
- Cold: the caller wants nothing from memory (\`Cache-Control: no-cache\`); \`bankPackage\` is never kept. *Repeats* are codes, districts or texts that had been asked before in the sample, the most that any memory could know; *hits* are answers that the product's figures count as told from its cache.
- Warm: as the rounds draw, after each question had been asked by 32 callers for ${facts.secondsOfFilling} s more; what had not been asked by then is told cold.
- \`gateway\` is the product's one process, departments included; gateways before the five subgraphs share these.

| the product's guards | |
|---|---|
${facts.guards.map(({ name, isOn }) => `| ${name} | ${isOn ? 'on' : '**off**'} |`).join('\n')}

${chartOf(figures)}

| question | | connections | rps | p50 ms | p99 ms | CPU ms per request: gateway / departments / PostgreSQL | sum | SQL statements | repeats / hits | failed | memory MB (PSS), the same order |
|---|---|---|---|---|---|---|---|---|---|---|---|
${lines.join('\n')}

| ratio (this product ÷ the other) | |
|---|---|
${Object.entries(ratios)
  .map(([name, value]) => `| ${name} | ${value} |`)
  .join('\n')}

| table | rows | visible |
|---|---|---|
${facts.tables.map((one) => `| ${one.table} | ${one.rows} | ${one.visible} |`).join('\n')}
`;
}

const WIDTH = 50;

/** CPU of each contender for a cold profile, as bars. */
function chartOf(figures: readonly Figures[]): string {
  const cold = figures.filter(({ question, isWarm }) => question === 'profile' && !isWarm);
  const counts = [...new Set(cold.map(({ connections }) => connections))].sort((one, other) => one - other);
  const shownOnes = cold.filter(({ connections }) => connections === counts[Math.min(1, counts.length - 1)]);
  const most = Math.max(...shownOnes.map(({ cpuMs }) => cpuMs.sum));
  const bars = shownOnes
    .toSorted((one, other) => one.cpuMs.sum - other.cpuMs.sum)
    .map(({ contender, cpuMs }) => {
      const bar = '█'.repeat(Math.max(1, Math.round((cpuMs.sum / most) * WIDTH)));
      return `${contender.padEnd(16)} ${bar} ${cpuMs.sum}`;
    });
  return ['CPU of a cold profile, ms per request:', '', '```', ...bars, '```'].join('\n');
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function shown(value: number | null): string {
  return value === null ? '–' : String(value);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, one) => total + one, 0);
}
