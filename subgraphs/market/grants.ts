import { getTableColumns } from 'drizzle-orm';
import type { SchemaGrants } from '../../platform/database/index.ts';
import { columnName } from '../../platform/records/kind.ts';
import { registrations } from './tables.ts';

const UNANSWERED = ['source', 'legalRepresentativeHash'];
const answered = Object.keys(getTableColumns(registrations)).filter((column) => !UNANSWERED.includes(column));

/** What the roles may do with tables of the department, where that is not the default (platform/database/grants.ts). */
export const grants: SchemaGrants = {
  // Whose representative somebody is, the gateway is told by one question; no answer to anybody else can hold it.
  registrations: { reads: `select (${answered.map(columnName).join(', ')})` },
};
