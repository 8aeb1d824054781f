import type { SchemaGrants } from '../../platform/database/index.ts';

/** What is traced stays: nobody's session may change or take away a line. */
export const auditGrants: SchemaGrants = { lines: { app: 'select, insert' } };
