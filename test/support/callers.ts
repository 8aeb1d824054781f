import { ANONYMOUS, type Caller } from '../../gateway/access/caller.ts';
import type { GatewayOptions } from '../../gateway/server.ts';
import { STANDINGS } from '../security/standings.ts';

/** Somebody by name, each a client of its own. */
export type Callers = Readonly<Record<string, Caller>>;

/** Takes each request for that of the caller that it names in `test-as`; anybody's where it names none. */
export function calledBy(callers: Callers): NonNullable<GatewayOptions['identify']> {
  return async ({ headers }) => callers[String(headers['test-as'])] ?? ANONYMOUS;
}

/** A caller as the access matrices know them, as this client. */
export function callerAs(standing: string, client: string, asked = { department: 'tax', subject: '' }): Caller {
  const found = STANDINGS[standing]?.(asked);
  if (!found) throw new Error(`nobody stands as ${standing}`);
  const organisation = { name: `${client} 的单位`, creditCode: null };
  return { ...found.caller, client, organisation };
}
