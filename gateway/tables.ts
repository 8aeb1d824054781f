import {
  bigint,
  bigserial,
  boolean,
  date,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgSchema,
  text,
  timestamp,
} from 'drizzle-orm/pg-core';

/** What the gateway keeps for itself, beside the departments. */
export const gateway = pgSchema('gateway');

/** The register of clients: who may call under a name of its own, and as what. */
export const clients = gateway.table('clients', {
  /** The `client_id` under which the issuer of tokens knows it, too. */
  id: text().primaryKey(),
  role: text().notNull(),
  organisationName: text().notNull(),
  organisationCreditCode: text(),
  /** The department that the client is of; null for who is of none. */
  department: text(),
  scopes: text().array().notNull(),
  /** Points of cost a day; null: what its role has. */
  quota: integer(),
  /** How it authenticates itself to the issuer: PRIVATE_KEY_JWT, CLIENT_SECRET; ISSUER: only the issuer knows. */
  authentication: text().notNull(),
  /** One of the ready clients of the invented city, which are nobody elsewhere. */
  isDemonstration: boolean().notNull(),
  /** ACTIVE, SUSPENDED. */
  state: text().notNull(),
  stateSince: timestamp({ withTimezone: true }).notNull(),
  stateReason: text(),
  registeredAt: timestamp({ withTimezone: true }).notNull(),
});

/** What clients authenticate themselves with, in force from one instant to another: rotated ones overlap. */
export const clientCredentials = gateway.table(
  'client_credentials',
  {
    id: bigserial({ mode: 'number' }).primaryKey(),
    clientId: text()
      .notNull()
      .references(() => clients.id),
    /** A public key (RFC 7517), or null for a secret. */
    jwk: jsonb().$type<Readonly<Record<string, unknown>>>(),
    /** SHA-256 of a secret of 256 random bits, base64url. */
    secretHash: text(),
    validFrom: timestamp({ withTimezone: true }).notNull(),
    validUntil: timestamp({ withTimezone: true }),
  },
  (table) => [index('client_credentials_by_client').on(table.clientId)],
);

/** Proofs that were used (DPoP, client assertions): each is good for one time, whichever instance is asked. */
export const usedProofs = gateway.table(
  'used_proofs',
  {
    /** A hash of whose proof it is and of its `jti`. */
    id: text().primaryKey(),
    /** From then on it is refused by its age. */
    expiresAt: timestamp({ withTimezone: true }).notNull(),
  },
  (table) => [index('used_proofs_by_expiry').on(table.expiresAt)],
);

/** What each client and address has used of its allowance; the instances of a gateway take points from here in blocks. */
export const allowances = gateway.table(
  'allowances',
  {
    /** The client, or a keyed hash of a network address or a person's own subject. */
    key: text().primaryKey(),
    /** The day in Asia/Shanghai that `used` is of. */
    day: date({ mode: 'string' }).notNull(),
    used: bigint({ mode: 'number' }).notNull(),
    /** What was in the bucket at `levelAt`. */
    level: doublePrecision().notNull(),
    levelAt: timestamp({ withTimezone: true, mode: 'string' }).notNull(),
    /** What the last taking was given. */
    granted: integer().notNull(),
  },
  (table) => [index('allowances_by_day').on(table.day)],
);
