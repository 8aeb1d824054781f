import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { connect } from '../../platform/database/connection.ts';
import { embeddedServer } from '../../platform/database/embedded.ts';
import { buildForTests } from './build-programs.ts';
import { dropDatabases } from './drop-databases.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The administrator's address of the run's PostgreSQL. */
    databaseUrl: string;
    /** How the names of the run's databases and their roles begin. */
    databasePrefix: string;
    /** The folder of what `build-programs.ts` made. */
    programs: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [stopDatabase, programs] = await Promise.all([startDatabase(project), buildForTests()]);
  project.provide('programs', programs.folder);
  return async () => {
    await stopDatabase();
    await programs.remove();
  };
}

/** One PostgreSQL for the whole run: the one of `DATABASE_URL`, else an embedded one in a directory of its own. */
async function startDatabase(project: TestProject): Promise<() => Promise<void>> {
  const prefix = `test_${randomBytes(3).toString('hex')}_`;
  project.provide('databasePrefix', prefix);
  const given = process.env.DATABASE_URL;
  if (given) {
    project.provide('databaseUrl', given);
    return async () => {
      const maintenance = connect({ url: given }, { applicationName: 'credit-graph tests', max: 1 });
      await dropDatabases(maintenance, prefix);
      await maintenance.end({ timeout: 5 });
    };
  }
  const home = await mkdtemp(join(tmpdir(), 'credit-graph-test-'));
  await chmod(home, 0o755); // as root the server runs under another account, which must reach it
  // Nothing here outlives the run, so nothing is flushed to disk.
  const durability = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
  // Each file's database makes some forty roles and logs in as often: their passwords guard nothing.
  // Several cities at once, some of them still closing.
  const settings = { ...durability, scram_iterations: '1', max_connections: '400' };
  const server = await embeddedServer({ home, settings });
  project.provide('databaseUrl', server.url);
  return async () => {
    await server.stop();
    await rm(home, { recursive: true, force: true });
  };
}
