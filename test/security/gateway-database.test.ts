import { describe, expect, it } from 'vitest';
import { gatewaySchema } from '../../gateway/database.ts';
import { readConfig } from '../../platform/config.ts';
import { openDatabase } from '../../platform/database/index.ts';
import { openCity } from '../../platform/installation/city.ts';
import { createLog } from '../../platform/log.ts';
import { departments, subjectDirectory } from '../../subgraphs/index.ts';
import { testDatabase } from '../support/database.ts';
import { gatewayDatabase, identityServer, register } from './identity.ts';
import { testIssuer, tokenOf } from './issuer.ts';

const [main, apart] = [await testDatabase(), await testDatabase()];
const NAMES = departments.map(({ name }) => name);

/** An installation of the tax department and the gateway, opened with these settings and closed again. */
async function opened(settings: Record<string, string>): Promise<number> {
  const config = readConfig(
    { DATABASE_URL: main.url, SECRET: '0'.repeat(64), LOG_LEVEL: 'silent', ...settings },
    NAMES,
  );
  const shared = { config, cards: departments, directory: subjectDirectory, log: createLog('silent') };
  const city = await openCity({ ...shared, only: ['tax'], own: [gatewaySchema(config)] });
  try {
    return await city.migrate();
  } finally {
    await city.stop();
  }
}

const schemasOf = async ({ admin }: typeof main): Promise<readonly string[]> =>
  (
    await admin<{ nspname: string }[]>`
    select nspname::text from pg_namespace where nspname in ('tax', 'gateway') order by 1`
  ).map(({ nspname }) => nspname);

describe('The gateway’s own schema', () => {
  it('lives where GATEWAY_DATABASE_URL says, apart from the departments', async () => {
    expect(await opened({ GATEWAY_DATABASE_URL: apart.url })).toBeGreaterThanOrEqual(2);
    expect([await schemasOf(main), await schemasOf(apart)]).toEqual([['tax'], ['gateway']]);
  });

  it('lives beside the departments otherwise, and is migrated with them once', async () => {
    expect(await opened({})).toBeGreaterThanOrEqual(1);
    expect(await schemasOf(main)).toEqual(['gateway', 'tax']);
    expect(await opened({})).toBe(0);
  });

  it('and a department’s are closed to each other’s roles', async () => {
    const secret = Buffer.from('0'.repeat(64), 'hex');
    const database = await openDatabase({
      dataDirectory: '/tmp',
      databaseUrl: main.url,
      secret,
      departments: ['tax', 'gateway'],
    });
    const options = { timeoutMs: 5_000, max: 1 };
    try {
      const [tax, gateway] = [database.session('tax', 'test', options), database.session('gateway', 'test', options)];
      await expect(tax`select 1 from gateway.clients`).rejects.toThrow('permission denied');
      await expect(gateway`select 1 from tax.tax_credit_ratings`).rejects.toThrow('permission denied');
      await expect(gateway`drop table gateway.clients`).rejects.toThrow('must be owner');
      expect(await gateway`select 1 from gateway.clients`).toHaveLength(0);
    } finally {
      await database.stop();
    }
  });
});

describe('A register that cannot be asked', () => {
  it('makes nobody of a caller who has a credential: it is told to come again, and anybody else is answered', async () => {
    const { sql, another } = await gatewayDatabase();
    const issuer = await testIssuer(sql);
    await register(sql, 'bank', 'BANK');
    const authorization = `Bearer ${await tokenOf(issuer.url, 'bank')}`;
    const gone = another();
    await gone.end();
    const server = await identityServer(gone, issuer.url);
    const told = await server.ask({ authorization });
    expect(told.status).toBe(503);
    expect(JSON.parse(told.text).errors[0].extensions).toEqual({ code: 'SERVICE_UNAVAILABLE', retryAfter: 5 });
    expect((await server.ask()).caller?.role).toBe('ANONYMOUS');
  });
});
