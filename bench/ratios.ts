import type { CONTENDERS } from './contenders.ts';
import type { QuestionName } from './question.ts';
import type { Figures } from './report.ts';

type Name = (typeof CONTENDERS)[number];

/** The product's figure divided by another's, by name; what was not measured in a run is not there. */
export type Ratios = Readonly<Record<string, number>>;

const PEERS: readonly Name[] = ['hiveDefault', 'hiveRouter', 'postgraphile'];

/** What the goals speak of, each of one run: CPU of all processes together, requests per second, at the middle number of connections. */
export function ratiosOf(figures: readonly Figures[]): Ratios {
  const at = (name: Name, question: QuestionName, isWarm = false, connections = middle(figures, question)) =>
    figures.find(
      (one) =>
        one.contender === name && one.question === question && one.isWarm === isWarm && one.connections === connections,
    );
  const cpu = (name: Name, question: QuestionName, connections?: number) =>
    at(name, question, false, connections)?.cpuMs.sum;
  const rps = (name: Name, isWarm = false, question: QuestionName = 'profile') =>
    at(name, question, isWarm)?.requestsPerSecond;
  const best = Math.min(...PEERS.map((name) => cpu(name, 'profile') ?? Number.POSITIVE_INFINITY));
  const ratios: Readonly<Record<string, readonly [number | undefined, number | undefined]>> = {
    coldProfileCpuToFloor: [cpu('product', 'profile'), cpu('floor', 'profile')],
    coldProfileCpuToDefaultApollo: [cpu('product', 'profile'), cpu('defaultApollo', 'profile')],
    coldProfileCpuToBestPeer: [cpu('product', 'profile'), best],
    coldProfileCpuToHiveDefault: [cpu('product', 'profile'), cpu('hiveDefault', 'profile')],
    coldProfileCpuToHiveRouter: [cpu('product', 'profile'), cpu('hiveRouter', 'profile')],
    coldProfileCpuToPostgraphile: [cpu('product', 'profile'), cpu('postgraphile', 'profile')],
    coldProfileRpsToFloor: [rps('product'), rps('floor')],
    coldProfileP99ToFloor: [at('product', 'profile')?.p99Ms, at('floor', 'profile')?.p99Ms],
    singleProfileCpuToFloor: [cpu('product', 'profile', 1), cpu('floor', 'profile', 1)],
    batchCpuToFloor: [cpu('product', 'batch'), cpu('floor', 'batch')],
    batchCpuToDefaultApollo: [cpu('product', 'batch'), cpu('defaultApollo', 'batch')],
    batchCpuToPostgraphile: [cpu('product', 'batch'), cpu('postgraphile', 'batch')],
    overHttpProfileCpuToDefaultApollo: [cpu('productOverHttp', 'profile'), cpu('defaultApollo', 'profile')],
    warmRpsToFloor: [rps('product', true), rps('floor')],
    warmCpuToFloor: [at('product', 'profile', true)?.cpuMs.sum, cpu('floor', 'profile')],
    profileTopCpuToFloor: [cpu('product', 'profileTop'), cpu('floor', 'profileTop')],
    boardCpuToFloor: [cpu('product', 'board'), cpu('floor', 'board')],
    searchCpuToFloor: [cpu('product', 'search'), cpu('floor', 'search')],
    bankPackageCpuToFloor: [cpu('product', 'bankPackage'), cpu('floor', 'bankPackage')],
    warmProfileTopRpsToFloor: [rps('product', true, 'profileTop'), rps('floor', false, 'profileTop')],
    warmBoardRpsToFloor: [rps('product', true, 'board'), rps('floor', false, 'board')],
    warmSearchRpsToFloor: [rps('product', true, 'search'), rps('floor', false, 'search')],
  };
  return Object.fromEntries(
    Object.entries(ratios).flatMap(([name, [own, other]]) =>
      own === undefined || other === undefined || !Number.isFinite(own / other)
        ? []
        : [[name, Number((own / other).toFixed(3))] as const],
    ),
  );
}

/** Of 1, 32 and 256 connections the second: neither a caller alone nor a crowd that mostly waits. */
function middle(figures: readonly Figures[], question: QuestionName): number {
  const counts = [...new Set(figures.filter((one) => one.question === question).map(({ connections }) => connections))];
  counts.sort((one, other) => one - other);
  return counts[Math.min(1, counts.length - 1)] ?? 0;
}
