import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { demonstrationFiles } from '../../demonstration/index.ts';
import { auditSchema } from '../../gateway/audit/database.ts';
import { type OpenAudit, openAudit } from '../../gateway/audit/open.ts';
import { representation } from '../../gateway/authorizations/representative.ts';
import { type Authorizations, createAuthorizations } from '../../gateway/authorizations/service.ts';
import { gatewaySchema } from '../../gateway/database.ts';
import { NO_LAST_KNOWN } from '../../gateway/departments/last-known-policy.ts';
import { DEFAULT_EXECUTOR, EXECUTORS, type ExecutorKind } from '../../gateway/executor/executor.ts';
import { createGateway, type GatewayOptions } from '../../gateway/server.ts';
import { committedSupergraph } from '../../gateway/supergraph/committed.ts';
import { readConfig } from '../../platform/config.ts';
import type { ImportReport } from '../../platform/import/report.ts';
import { type City, openCity } from '../../platform/installation/city.ts';
import { followDepartments } from '../../platform/installation/follow.ts';
import { type TakeOptions, takeFile } from '../../platform/installation/take-file.ts';
import { createLog, type Log } from '../../platform/log.ts';
import type { Observing } from '../../platform/observing/index.ts';
import { viewerKeyOf } from '../../platform/subgraph/department.ts';
import { farTransport } from '../../platform/subgraph/transport.ts';
import { viewerSigner } from '../../platform/viewer/token.ts';
import { departments, subjectDirectory } from '../../subgraphs/index.ts';
import { type Preparation, preparedDatabase, TEST_SECRET, type TestDatabase } from './database.ts';
import { farDepartments } from './far-departments.ts';
import { program } from './programs.ts';

/** Whether departments run in child processes, behind HTTP (`DEPARTMENTS=far`), or in the gateway's process. */
export const isFar = process.env.DEPARTMENTS === 'far';

/** What joins the departments' answers: the default, or what `EXECUTOR` says. */
export const testExecutor: ExecutorKind = EXECUTORS.find((one) => one === process.env.EXECUTOR) ?? DEFAULT_EXECUTOR;

/** The day that tests live in, unless they move the clock: the demonstration files' own time. */
export const TODAY = new Date('2026-11-21T10:00:00+08:00');

/** Departments have all the time that a crowded machine needs; what is late on purpose is asked by a gateway in a hurry. */
const PATIENCE_MS = 30_000;

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly requestId: string | null;
  // biome-ignore lint/suspicious/noExplicitAny: an answer is what the question made of it
  readonly data: any;
  readonly errors: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions: Record<string, unknown>;
  }[];
  readonly text: string;
}

export type Taking = Partial<Omit<TakeOptions, 'dataDirectory' | 'now'>>;

export interface TestCity {
  readonly url: string;
  readonly database: TestDatabase;
  readonly city: City;
  /** The SQL statements of near departments since the last `ask`; unknown where they are far. */
  readonly statements: string[];
  /** The chain of who looked at what; there where it is asked for. */
  readonly audit: OpenAudit | undefined;
  /** The folder of everything that the installation writes. */
  readonly folder: string;
  /** Where its gateways keep authorizations. */
  readonly authorizations: Authorizations;
  ask(query: string, variables?: Record<string, unknown>, headers?: Record<string, string>): Promise<Answer>;
  /** Another gateway before the same departments, to be asked like the first. */
  another(gateway: Partial<GatewayOptions>): Promise<TestCity['ask']>;
  /** The address of another gateway before the same departments. */
  gateway(options: Partial<GatewayOptions>): Promise<string>;
  /** Imports a CSV file with this text, or the file at this path. */
  take(item: string, csv: string | { readonly path: string }, options?: Taking): Promise<ImportReport>;
  /** Waits until the index across departments holds everything that was stored before this call. */
  followed(): Promise<void>;
  /** Has the index follow the departments no more. */
  unfollow(): Promise<void>;
  /** Moves the clock of gateway and imports. */
  setNow(instant: Date): void;
}

const NAMES = departments.map((card) => card.name);
const SECRET = Buffer.from(TEST_SECRET).toString('hex');

const MIGRATED: Preparation = { name: 'migrated', prepare: (url) => prepared(url, (city) => city.migrate()) };

/** The demonstration's own files, taken and followed. */
const DEMONSTRATED: Preparation = {
  name: 'demonstrated',
  after: MIGRATED,
  prepare: (url) =>
    prepared(url, async (city) => {
      const following = await followDepartments({ city, log: createLog('silent') });
      const dataDirectory = await mkdtemp(join(tmpdir(), 'credit-graph-demonstration-'));
      for (const { item, path } of demonstrationFiles) {
        await takeFile(city, item, path, { dataDirectory, now: () => TODAY });
      }
      await following.catchUp();
      await following.stop();
      await rm(dataDirectory, { recursive: true });
    }),
};

async function prepared(url: string, how: (city: City) => Promise<unknown>): Promise<void> {
  const config = readConfig({ DATABASE_URL: url, SECRET }, NAMES);
  const own = [gatewaySchema(config), auditSchema(config)];
  const shared = { config, cards: departments, directory: subjectDirectory, log: createLog('silent') };
  const city = await openCity({ ...shared, own, asksFew: true });
  await how(city);
  await city.stop();
}

/** A whole city for one test file: fresh database, all departments, the gateway on real HTTP. Call it at the top. */
export async function testCity(
  options: {
    readonly demonstration?: boolean;
    readonly gateway?: Partial<GatewayOptions>;
    /** Keeps the audit chain, with what is to be the same at every run. */
    readonly audit?: Parameters<typeof openAudit>[3];
    /** Departments that the gateway calls at this address instead, whatever is there. */
    readonly standIns?: Readonly<Record<string, URL>>;
    /** Settings of the installation beside those that every test has. */
    readonly environment?: Readonly<Record<string, string>>;
    /** The log of gateways and near departments; silent without it. */
    readonly log?: Log;
    /** Where figures and spans of gateways and near departments go. */
    readonly observing?: Observing;
  } = {},
): Promise<TestCity> {
  const { log = createLog('silent') } = options;
  const shared = { cards: departments, directory: subjectDirectory, log };
  const isShared = !Object.keys(options.environment ?? {}).some((name) => name.endsWith('DATABASE_URL'));
  const database = await preparedDatabase(options.demonstration && isShared ? DEMONSTRATED : MIGRATED);
  const folder = await mkdtemp(join(tmpdir(), 'credit-graph-city-'));
  const environment = {
    DATABASE_URL: database.url,
    DATA_DIR: folder,
    SECRET,
    LOG_LEVEL: 'silent',
    AUDIT_HEADS: join(folder, 'heads.jsonl'),
    ...options.environment,
  };
  const config = readConfig(environment, NAMES);
  const { observing } = options;
  const statements: string[] = [];
  let now = TODAY;
  const own = [gatewaySchema(config), ...(options.audit ? [auditSchema(config)] : [])];
  const city = await openCity({ ...shared, config, own, observing, onStatement: (text) => statements.push(text) });
  // A department on a database of its own begins with an empty one.
  if (!isShared) await city.migrate();
  const audit =
    options.audit &&
    (await openAudit(city, config, log, { now: () => now, figures: observing?.figures, ...options.audit }));
  const following = await followDepartments({ city, log });
  const processes = isFar ? await farDepartments(environment) : undefined;
  const urls = Object.fromEntries(
    [...(processes?.urls ?? [])].map(([name, url]) => [`${name.toUpperCase()}_URL`, url]),
  );
  const far = isFar ? await openCity({ ...shared, config: readConfig({ ...environment, ...urls }, NAMES) }) : undefined;
  const standIns = Object.entries(options.standIns ?? {}).map(([name, url]) => {
    const { title } = departments.find((card) => card.name === name) ?? { title: name };
    return [name, farTransport(name, title, url, viewerSigner(name, viewerKeyOf(TEST_SECRET, name)))] as const;
  });
  const transports = new Map([...(far ?? city).transports, ...standIns]);
  afterAll(async () => {
    for (const [, transport] of standIns) await transport.close();
    await following.stop();
    await far?.stop();
    await processes?.stop();
    await audit?.stop();
    await city.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const session = city.database.session('gateway', 'authorizations', { timeoutMs: PATIENCE_MS, max: 2 });
  const authorizations = createAuthorizations({
    sql: session,
    secret: TEST_SECRET,
    // Most tests' companies are in no registration: their issuer is believed.
    representation: representation({ ask: undefined, isIssuerEnough: true }),
  });
  const serve = async (own: Partial<GatewayOptions> = {}): Promise<string> => {
    const supergraphSdl = committedSupergraph();
    const gateway = await createGateway({
      supergraphSdl,
      transports,
      log,
      executor: testExecutor,
      now: () => now,
      deadlineMs: PATIENCE_MS,
      limits: { milliseconds: PATIENCE_MS },
      // What a department said before would hide that it is silent now.
      budgets: { lastKnown: NO_LAST_KNOWN },
      audit: audit?.audit,
      authorizations,
      observing,
      ...own,
    });
    const listening = await gateway.listen({ host: '127.0.0.1', port: 0 });
    afterAll(async () => {
      await listening.close(1_000);
      await gateway.stop();
    });
    return `http://127.0.0.1:${listening.port}/graphql`;
  };
  const url = await serve(options.gateway);
  const asking =
    (at: string): TestCity['ask'] =>
    async (query, variables = {}, headers = {}) => {
      statements.length = 0;
      const body = JSON.stringify({ query, variables });
      return answerOf(
        await fetch(at, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body }),
      );
    };

  const take: TestCity['take'] = async (item, csv, taking = {}) => {
    const path = typeof csv === 'string' ? join(folder, `${item}.csv`) : csv.path;
    if (typeof csv === 'string') await writeFile(path, csv);
    return takeFile(city, item, path, { dataDirectory: folder, now: () => now, ...taking });
  };
  if (options.demonstration && !isShared) for (const { item, path } of demonstrationFiles) await take(item, { path });
  return {
    url,
    database,
    city,
    statements,
    audit,
    folder,
    authorizations,
    take,
    followed: () => following.catchUp(),
    unfollow: () => following.stop(),
    setNow(instant) {
      now = instant;
    },
    ask: asking(url),
    another: async (own) => asking(await serve(own)),
    gateway: serve,
  };
}

/** An HTTP answer, read; `data` is null and `errors` empty where it is no GraphQL answer. */
export async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const contentType = response.headers.get('content-type') ?? '';
  const body = contentType.includes('json') ? JSON.parse(text) : {};
  const requestId = response.headers.get('x-request-id');
  return { status: response.status, contentType, requestId, data: body.data ?? null, errors: body.errors ?? [], text };
}

export interface DepartmentProcess {
  readonly url: string;
  readonly child: ChildProcess;
}

/** `npm run department -- <name>` as a process of its own, once it says where it listens. */
export function departmentProcess(name: string, environment: Record<string, string>): Promise<DepartmentProcess> {
  const child = spawn(process.execPath, [program('department'), name], {
    env: { ...process.env, ...environment },
    // A channel, so that it ends when this process does, however that ends.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  return new Promise((resolve, reject) => {
    let said = '';
    const listen = (chunk: Buffer): void => {
      said += chunk.toString();
      const [url] = said.match(/http:\S+\/graphql/u) ?? [];
      if (url !== undefined) resolve({ child, url });
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}: ${said}`)));
  });
}
