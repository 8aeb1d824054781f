import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { connect } from '../../platform/database/connection.ts';
import { isAlive } from '../../platform/database/processes.ts';
import { cleanUpAfterEach, newHome, open } from '../support/embedded-server.ts';

// The embedded server is ours: whoever uses it does not have to be started again because it died.

cleanUpAfterEach();

it('An embedded server that was killed is started again under the same address, for all who use it, until they leave', async () => {
  const home = await newHome();
  const said: string[] = [];
  const [one, other] = [await open(home, (sentence) => said.push(sentence)), await open(home)];
  const sql = connect({ url: one.url }, { applicationName: 'test', max: 1 });
  await sql`create table kept (id int)`;
  await sql`insert into kept values (1)`;
  const first = one.postmaster;
  process.kill(first.pid, 'SIGKILL');
  let rows: readonly object[] = [];
  for (const until = Date.now() + 30_000; rows.length === 0 && Date.now() < until; await pause(50))
    rows = await sql`select id from kept`.catch(() => []);
  await sql.end({ timeout: 1 });
  expect([...rows]).toEqual([{ id: 1 }]);
  while (one.postmaster.pid === first.pid || other.postmaster.pid === first.pid) await pause(50);
  expect(other.postmaster).toEqual(one.postmaster);
  expect(said.join()).toContain('已重新启动');
  await one.stop();
  expect(await isAlive(other.postmaster)).toBe(true);
  await other.stop();
  expect(await isAlive(other.postmaster)).toBe(false);
  await pause(1_500);
  expect(await isAlive(other.postmaster)).toBe(false);
});
