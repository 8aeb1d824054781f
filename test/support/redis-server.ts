import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { freePort } from '../../platform/database/ports.ts';

/** Debian's `redis-server`, where it is installed. */
export const hasRedis = spawnSync('redis-server', ['--version']).status === 0;

export interface RedisServer {
  readonly url: string;
  start(): Promise<void>;
  /** Kills it; what it held is gone. */
  kill(): Promise<void>;
  signal(name: NodeJS.Signals): void;
}

/** A server of one's own on a free port, in memory alone, until the test file ends. */
export async function redisServer(): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'credit-graph-redis-'));
  const port = await freePort();
  let child: ChildProcess | undefined;
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder];
  const server: RedisServer = {
    url: `redis://127.0.0.1:${port}`,
    async start() {
      const started = spawn('redis-server', settings, { stdio: ['ignore', 'pipe', 'ignore'] });
      child = started;
      await new Promise<void>((resolve, reject) => {
        started.stdout.on('data', (said: Buffer) => {
          if (said.toString().includes('Ready to accept connections')) resolve();
        });
        started.once('exit', () => reject(new Error('redis-server ended')));
      });
    },
    async kill() {
      const ending = child;
      if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
      const ended = once(ending, 'exit');
      ending.kill('SIGKILL');
      await ended;
    },
    signal: (name) => void child?.kill(name),
  };
  await server.start();
  afterAll(async () => {
    await server.kill();
    await rm(folder, { recursive: true, force: true });
  });
  return server;
}
