import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type postgres from 'postgres';
import { demonstrationFiles } from '../../demonstration/index.ts';
import { auditSchema } from '../../gateway/audit/database.ts';
import { gatewaySchema } from '../../gateway/database.ts';
import { committedSupergraph } from '../../gateway/supergraph/committed.ts';
import { readConfig } from '../../platform/config.ts';
import { connect } from '../../platform/database/connection.ts';
import { type EmbeddedServer, embeddedServer } from '../../platform/database/embedded.ts';
import { openCity } from '../../platform/installation/city.ts';
import { followDepartments } from '../../platform/installation/follow.ts';
import { takeFile } from '../../platform/installation/take-file.ts';
import { createLog } from '../../platform/log.ts';
import { departments, subjectDirectory } from '../../subgraphs/index.ts';
import { type FaultyWay, proxyTo } from './proxy.ts';

/** The invented city as operators run it: a gateway, the tax department in a process of its own behind a proxy, one PostgreSQL. */
export interface Stage {
  /** The address of the gateway's questions. */
  readonly url: string;
  readonly proxy: FaultyWay;
  /** The embedded server, which every process of the stage uses. */
  readonly server: EmbeddedServer;
  /** As the database's administrator. */
  readonly admin: () => postgres.Sql;
  /** The folder of all that is written; a file system of its own where that could be made (`isSmall`). */
  readonly home: string;
  readonly isSmall: boolean;
  /** The file of the supergraph that the gateway watches. */
  readonly supergraph: string;
  /** The environment of its processes. */
  readonly settings: NodeJS.ProcessEnv;
  readonly gateway: () => ChildProcess;
  readonly tax: () => ChildProcess;
  startTax(): Promise<void>;
  startGateway(): Promise<void>;
  stop(): Promise<void>;
}

const NAMES = departments.map(({ name }) => name);
const TAX_PORT = 20_000 + (process.pid % 20_000);
const GATEWAY_PORT = TAX_PORT + 20_001;
export const SECRET = 'prove faults '.repeat(4);
const BEFORE = ['clock.mjs', 'memory.mjs'].flatMap((file) => ['--import', new URL(file, import.meta.url).href]);
/** Room of the file system on which a disk can be filled. */
const ROOM = '700m';

export async function openStage(): Promise<Stage> {
  const home = await mkdtemp(join(tmpdir(), 'credit-graph-faults-'));
  await chmod(home, 0o755); // as root the server runs under another account, which must reach it
  const isSmall =
    process.getuid?.() === 0 &&
    spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${ROOM},mode=755`, 'tmpfs', home]).status === 0;
  const server = await embeddedServer({ home, say: (sentence) => console.error(sentence) });
  const supergraph = join(home, 'supergraph.graphql');
  await writeFile(supergraph, committedSupergraph());
  await fill(home);
  const proxy = await proxyTo(TAX_PORT);
  const settings = {
    ...process.env,
    DATA_DIR: home,
    SECRET,
    LOG_LEVEL: 'error',
    DEMONSTRATION: 'off',
    SUPERGRAPH: supergraph,
  };
  const running = new Map<string, ChildProcess>();

  async function start(name: string, args: readonly string[], env: Record<string, string>): Promise<void> {
    const program = fileURLToPath(new URL(`../../cli/${args[0]}.ts`, import.meta.url));
    const child = spawn(process.execPath, ['--import', 'tsx', ...BEFORE, program, ...args.slice(1)], {
      env: { ...settings, ...env },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    running.set(name, child);
    for await (const chunk of child.stdout ?? []) if (String(chunk).includes('/graphql')) break;
    child.stdout?.resume();
    if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}`);
  }

  const startTax = () => start('tax', ['department', 'tax'], { TAX_PORT: String(TAX_PORT) });
  const startGateway = () =>
    start('gateway', ['start'], { PORT: String(GATEWAY_PORT), TAX_URL: `http://127.0.0.1:${proxy.port}/graphql` });
  await startTax();
  await startGateway();
  const child = (name: string) => () => running.get(name) as ChildProcess;
  return {
    url: `http://127.0.0.1:${GATEWAY_PORT}/graphql`,
    proxy,
    server,
    admin: () => connect({ url: server.url, database: 'credit_graph' }, { applicationName: 'prove faults', max: 1 }),
    home,
    isSmall,
    supergraph,
    settings,
    gateway: child('gateway'),
    tax: child('tax'),
    startTax,
    startGateway,
    async stop() {
      for (const process of running.values()) await ended(process);
      await proxy.stop();
      await server.stop();
      if (isSmall) spawnSync('umount', ['-l', home]);
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** Ends a process in order, and one that does not end otherwise. */
export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const over = once(child, 'exit');
  child.kill('SIGTERM');
  const cut = setTimeout(() => child.kill('SIGKILL'), 15_000);
  await over;
  clearTimeout(cut);
}

/** Takes the demonstration's files, all departments in this process. */
export async function fill(home: string, settings: Readonly<Record<string, string>> = {}): Promise<void> {
  const config = readConfig({ DATA_DIR: home, SECRET, LOG_LEVEL: 'silent', ...settings }, NAMES);
  const log = createLog('silent');
  const own = [gatewaySchema(config), auditSchema(config)];
  const city = await openCity({ config, cards: departments, directory: subjectDirectory, own, log });
  await city.migrate();
  const following = await followDepartments({ city, log });
  for (const { item, path } of demonstrationFiles)
    await takeFile(city, item, path, { dataDirectory: home, now: () => new Date() });
  await following.catchUp();
  await following.stop();
  await city.stop();
}
