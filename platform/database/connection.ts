import type { Socket } from 'node:net';
import postgres from 'postgres';
import { backendGivesWay } from './backend.ts';
import { promptSocket } from './prompt-socket.ts';

/** Where a client logs in. It holds a password: never log it. */
export interface Address {
  readonly url: string;
  /** These stand before what the URL says. */
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly database?: string | undefined;
}

export interface ConnectionOptions {
  readonly applicationName: string;
  readonly max: number;
  /** Settings of the session, such as `statement_timeout`. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
  /** Seconds without work after which a connection is closed. */
  readonly idleSeconds?: number | undefined;
  /** By how much PostgreSQL's processes for it come after others, where they are on this machine (backend.ts). */
  readonly nicerBy?: number | undefined;
}

// `date` is a calendar day, not an instant, and a JavaScript Date has no microseconds: both stay text, written as
// PostgreSQL writes them in JSON. postgres.js would also cut a text parameter to milliseconds.
const TYPES = {
  day: { to: 1082, from: [1082], serialize: asText, parse: (text: string) => text },
  instant: {
    to: 1184,
    from: [1114, 1184],
    serialize: asText,
    parse: (text: string) => text.replace(' ', 'T').replace(/([+-]\d{2})$/, '$1:00'),
  },
};

/**
 * A postgres.js client. `date` comes as `2026-11-21`, `timestamptz` as `2026-11-21T16:00:00.123456+08:00`, `numeric` and
 * `bigint` as text. It connects when first used; a lost connection is made again at once when next needed. */
export function connect(address: Address, options: ConnectionOptions): postgres.Sql {
  return postgres(address.url, {
    ...(SEVERAL_HOSTS.test(address.url) ? {} : promptly(options.nicerBy)),
    ...(address.username === undefined ? {} : { username: address.username }),
    ...(address.password === undefined ? {} : { password: address.password }),
    ...(address.database === undefined ? {} : { database: address.database }),
    max: options.max,
    connection: {
      application_name: options.applicationName,
      TimeZone: 'UTC',
      DateStyle: 'ISO',
      ...options.settings,
    },
    types: TYPES,
    connect_timeout: 5,
    idle_timeout: options.idleSeconds,
    max_lifetime: null,
    backoff: () => 0,
    onnotice: () => undefined,
    prepare: true,
  });
}

/** Which of several hosts is tried next the driver keeps to itself; its types do not know the option. */
const SEVERAL_HOSTS = /^[^/]*\/\/[^/?]*,/u;
function promptly(nicerBy: number | undefined): object {
  if (nicerBy === undefined) return { socket: promptSocket };
  const giveWay = (connection: Socket): void => void backendGivesWay(connection, nicerBy);
  return { socket: (target: Parameters<typeof promptSocket>[0]) => promptSocket(target, giveWay) };
}

function asText(value: unknown): string {
  return value instanceof Date ? value.toISOString() : String(value);
}
