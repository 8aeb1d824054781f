import { fileURLToPath } from 'node:url';
import type { Config } from '../platform/config.ts';
import type { OwnSchema } from '../platform/installation/city.ts';
import { grants } from './grants.ts';

/** The gateway's own schema, to be opened with the installation. */
export function gatewaySchema(config: Pick<Config, 'gatewayDatabaseUrl'>): OwnSchema {
  return {
    name: 'gateway',
    migrations: fileURLToPath(new URL('migrations', import.meta.url)),
    databaseUrl: config.gatewayDatabaseUrl,
    grants,
  };
}
