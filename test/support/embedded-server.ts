import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';
import type { Account } from '../../platform/database/account.ts';
import { connect } from '../../platform/database/connection.ts';
import { type EmbeddedServer, embeddedServer } from '../../platform/database/embedded.ts';
import { program } from './programs.ts';

const project = fileURLToPath(new URL('../../', import.meta.url));

/** What is undone after each test, last first. */
export const cleanups: (() => Promise<unknown>)[] = [];

/** Call it at the top of a file that uses what is here. */
export function cleanUpAfterEach(): void {
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });
}

/** A new `DATA_DIR`. */
export async function newHome(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'credit-graph-embedded-'));
  await chmod(home, 0o755);
  cleanups.push(() => rm(home, { recursive: true, force: true }));
  return home;
}

/** A use of the embedded server by the test's own process. */
export async function open(home: string, say?: (sentence: string) => void): Promise<EmbeddedServer> {
  const server = await embeddedServer({ home, say });
  cleanups.push(() => server.stop());
  return server;
}

export async function query(server: EmbeddedServer, text: string) {
  const sql = connect({ url: server.url }, { applicationName: 'test', max: 1 });
  try {
    return [...(await sql.unsafe(text))];
  } finally {
    await sql.end({ timeout: 5 });
  }
}

interface Said {
  readonly description: string;
  readonly separation: string;
  readonly said: readonly string[];
}

/** A use of it by a process of its own (`database-process.ts`), once that is open. */
export async function child(home: string, account?: Account): Promise<{ process: ChildProcess; said: Said }> {
  const started = spawn(process.execPath, [program('database-process'), home], {
    cwd: project,
    stdio: ['pipe', 'pipe', 'inherit'],
    ...account,
  });
  cleanups.push(() => end(started));
  for await (const line of createInterface({ input: started.stdout }))
    return { process: started, said: JSON.parse(line) as Said };
  throw new Error('the child ended without a word');
}

/** Ends it in order. */
export function end(started: ChildProcess): Promise<void> {
  started.stdin?.end();
  return gone(started);
}

export function kill(started: ChildProcess): Promise<void> {
  started.kill('SIGKILL');
  return gone(started);
}

export function gone(started: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (started.exitCode !== null || started.signalCode !== null) resolve();
    else started.once('exit', () => resolve());
  });
}
