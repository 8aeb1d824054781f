import type postgres from 'postgres';
import { asDatabaseError } from '../../platform/database/index.ts';
import type { RegisteredClient } from './client.ts';

/** The register of clients, as it is asked for every request. */
export interface ClientRegister {
  /** @throws DatabaseError where it cannot be asked: who is unknown is nobody's guess. */
  find(id: string): Promise<RegisteredClient | undefined>;
}

/** How long an entry stands before it is read again: whoever is suspended is refused within a second. */
const FRESH_MS = 500;
const MOST_ENTRIES = 5_000;

interface Entry {
  readonly readAt: number;
  readonly client: Promise<RegisteredClient | undefined>;
}

/** @param now the clock, in milliseconds. */
export function clientRegister(sql: postgres.Sql, now: () => number = Date.now): ClientRegister {
  const entries = new Map<string, Entry>();
  return {
    find(id) {
      const known = entries.get(id);
      if (known && Math.abs(now() - known.readAt) < FRESH_MS) return known.client;
      const entry = { readAt: now(), client: read(sql, id) };
      entries.delete(id);
      entries.set(id, entry);
      for (const oldest of entries.keys()) {
        if (entries.size <= MOST_ENTRIES) break;
        entries.delete(oldest);
      }
      entry.client.catch(() => {
        if (entries.get(id) === entry) entries.delete(id);
      });
      return entry.client;
    },
  };
}

async function read(sql: postgres.Sql, id: string): Promise<RegisteredClient | undefined> {
  try {
    const [client] = await sql<RegisteredClient[]>`
      select ${columns(sql)} from gateway.clients where id = ${id}`;
    return client;
  } catch (error) {
    throw asDatabaseError(error);
  }
}

/** The columns of a client under the names of `RegisteredClient`. */
export function columns(sql: postgres.Sql): postgres.PendingQuery<postgres.Row[]> {
  return sql`id, role, organisation_name as "organisationName", organisation_credit_code as "organisationCreditCode",
    department, scopes, quota, authentication, is_demonstration as "isDemonstration", state,
    state_since as "stateSince", state_reason as "stateReason", registered_at as "registeredAt"`;
}
