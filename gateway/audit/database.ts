import { fileURLToPath } from 'node:url';
import type { Config } from '../../platform/config.ts';
import type { OwnSchema } from '../../platform/installation/city.ts';
import { auditGrants } from './grants.ts';

/** The schema of the audit chain, to be opened with the installation. */
export function auditSchema({ audit }: Pick<Config, 'audit'>): OwnSchema {
  return {
    name: 'audit',
    migrations: fileURLToPath(new URL('migrations', import.meta.url)),
    databaseUrl: audit.databaseUrl,
    grants: auditGrants,
  };
}
