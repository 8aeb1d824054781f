import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { departments } from '../subgraphs/index.ts';

/** Where and how a contender is asked: a GraphQL question, or a path that ends in the code. */
export interface Target {
  readonly kind: 'GRAPHQL' | 'PATH';
  readonly origin: string;
  readonly path: string;
  /** What each question says beside itself. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** One way to answer the question, running. */
export interface Contender {
  readonly name: 'product' | 'defaultApollo' | 'floor';
  readonly title: string;
  readonly target: Target;
  /** Process ids, by what they are: their CPU is told apart. */
  readonly processes: Readonly<Record<'gateway' | 'departments', readonly number[]>>;
  stop(): Promise<void>;
}

type Environment = Readonly<Record<string, string>>;

/** The product, by the command of `npm start`, with all departments in its process; its guards cannot be switched off. */
export async function startProduct(environment: Environment): Promise<Contender> {
  const product = await start('../cli/start.ts', [], { ...environment, PORT: '0', DEMONSTRATION: 'off' });
  return {
    name: 'product',
    title: 'this product, `npm start`',
    target: graphql(product.url),
    processes: { gateway: [product.pid], departments: [] },
    stop: product.stop,
  };
}

/** The set-up of Apollo's documentation: a gateway and five subgraphs, each `startStandaloneServer` in its own process. */
export async function startDefaultApollo(environment: Environment): Promise<Contender> {
  const production = { ...environment, NODE_ENV: 'production' };
  const subgraphs = await Promise.all(
    departments.map((card) => start('peers/apollo-subgraph.ts', [card.name], production)),
  );
  const addresses = departments.map((card, index) => [card.name, subgraphs[index]?.url]);
  const gateway = await start('peers/apollo-gateway.ts', [], {
    ...production,
    SUBGRAPHS: JSON.stringify(Object.fromEntries(addresses)),
  });
  return {
    name: 'defaultApollo',
    title: "default Apollo set-up: gateway and five subgraphs over HTTP, drizzle's queries built per call",
    target: graphql(gateway.url),
    processes: { gateway: [gateway.pid], departments: subgraphs.map(({ pid }) => pid) },
    stop: async () => {
      await Promise.all([gateway, ...subgraphs].map((one) => one.stop()));
    },
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

function graphql(url: string): Target {
  return { kind: 'GRAPHQL', origin: new URL(url).origin, path: new URL(url).pathname };
}

export interface Started {
  readonly pid: number;
  readonly url: string;
  stop(): Promise<void>;
}

/** Runs a program of ours until it says where it listens. It sees no variable but those given and the shell's own. */
export function start(program: string, args: readonly string[], environment: Environment): Promise<Started> {
  const { PATH = '', HOME = '', TMPDIR = '/tmp' } = process.env;
  const path = fileURLToPath(new URL(program, import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', path, ...args], {
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
    child.once('exit', (code) => reject(new Error(`${program} ${args.join(' ')} 已退出(${code}):${said}`)));
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
