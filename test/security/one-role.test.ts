import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANONYMOUS, type Caller } from '../../gateway/access/caller.ts';
import { gatewaySchema } from '../../gateway/database.ts';
import { readConfig } from '../../platform/config.ts';
import { openCity } from '../../platform/installation/city.ts';
import { createLog } from '../../platform/log.ts';
import { departments, subjectDirectory } from '../../subgraphs/index.ts';
import { codeOf, csv, RATINGS, subjectsFile } from '../graph/files.ts';
import { testCity } from '../support/city.ts';
import { TEST_SECRET, testDatabase } from '../support/database.ts';
import { variantsOf } from './conditions.ts';
import { grantedIn, withoutRowSecurity } from './database-roles.ts';
import { STANDINGS } from './standings.ts';

// A server on which our role may not create roles, and what docs/database.md has a DBA do about it.

const base = await testDatabase();
const ROLE = `${base.name}_plain`; // dropped with the roles of this file
const SCHEMAS = [...departments.map(({ name }) => name), 'gateway'];
const url = new URL(base.url);
url.username = ROLE;
url.password = 'only for this test';
await base.admin.unsafe(`create role ${ROLE} login password 'only for this test'`);
await base.admin.unsafe(`grant create on database ${base.name} to ${ROLE}`);

const city = await testCity({ environment: { DATABASE_URL: url.href } });
let caller: Caller = ANONYMOUS;
const ask = await city.another({ identify: async () => caller, deadlineMs: 20_000 });
const CODE = codeOf(1);
let ids: ReadonlyMap<string, string>;

beforeAll(async () => {
  await city.take('credit.subject', subjectsFile([['云泽当事有限公司', CODE]]));
  await city.take('tax.credit-rating', csv(RATINGS, ['云泽当事有限公司', CODE, 2024, 'A', '云泽市税务局']));
  await city.followed();
  ids = (await variantsOf('tax.tax_credit_ratings', base.admin)).ids;
});
afterAll(async () => {
  for (const schema of SCHEMAS) await base.admin.unsafe(`drop schema if exists ${schema} cascade`);
  for (const schema of SCHEMAS) await base.admin.unsafe(`drop schema if exists drizzle_${schema} cascade`);
  await base.admin.unsafe(`alter database ${base.name} owner to current_user`);
});

async function seen(standing: string): Promise<boolean> {
  const asked = STANDINGS[standing]?.({ department: 'market', subject: CODE });
  caller = asked?.caller ?? ANONYMOUS;
  const { data, errors } = await ask(
    `{ subject(identifier: "${CODE}") { name tax { creditRatings { nodes { id } } } } }`,
    {},
    asked?.purpose ? { 'credit-purpose': asked.purpose } : {},
  );
  expect(errors).toEqual([]);
  return data.subject.tax.creditRatings.nodes.some(({ id }: { id: string }) => id === ids.get('PERSONAL'));
}

describe('An installation with one role for everything', () => {
  it('answers by the program’s rules alone', async () => {
    expect(city.city.database.separation).toBe('ONE_ROLE');
    expect([await seen('ANONYMOUS'), await seen('DEPARTMENT OTHER+PERSONS')]).toEqual([false, true]);
    expect(await withoutRowSecurity(base.admin, base.name, SCHEMAS)).toContain('tax.tax_credit_ratings');
  });

  it('gets the limits once its role may create roles and its tables are handed over as docs/database.md says', async () => {
    const documented = readFileSync(new URL('../../docs/database.md', import.meta.url), 'utf8');
    const handOver = /```sql\n(do \$\$.*?)```/su.exec(documented)?.[1] ?? '';
    await base.admin.unsafe(`alter role ${ROLE} createrole`);
    await base.admin.unsafe(`alter database ${base.name} owner to ${ROLE}`);
    const config = readConfig(
      { DATABASE_URL: url.href, SECRET: Buffer.from(TEST_SECRET).toString('hex'), LOG_LEVEL: 'silent' },
      departments.map(({ name }) => name),
    );
    const shared = { config, cards: departments, directory: subjectDirectory, log: createLog('silent') };
    const open = () => openCity({ ...shared, own: [gatewaySchema(config)] });
    const early = await open();
    await expect(early.migrate()).rejects.toThrow('permission denied');
    await early.stop();
    await base.admin.unsafe(handOver);
    const late = await open();
    expect(await late.migrate()).toBe(0);
    expect(late.database.separation).toBe('ROLES');
    const clients = late.near.get('tax')?.clients;
    const personal = "select count(*)::int from tax.tax_credit_ratings where access_level = 'PERSONAL'";
    expect(await clients?.hotReads.read(personal)).toEqual([{ count: 0 }]);
    expect(await clients?.persons.hotReads.read(personal)).toEqual([{ count: 1 }]);
    await late.stop();
    expect(await withoutRowSecurity(base.admin, base.name, SCHEMAS)).toEqual([]);
    const sealed = (await grantedIn(base.admin, base.name, 'credit')).find(({ table }) => table.endsWith('numbers'));
    expect(sealed?.app).toBe('select(number_hash type subject_id registered_at) insert');
  });
});
