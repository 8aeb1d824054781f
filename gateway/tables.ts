import { sql } from 'drizzle-orm';
import {
  bigint,
  bigserial,
  boolean,
  date,
  doublePrecision,
  index,
  integer,
  jsonb,
  numeric,
  pgSchema,
  text,
  timestamp,
  uniqueIndex,
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

/** What companies authorized banks to see of them, and what they were asked to. */
export const authorizations = gateway.table(
  'authorizations',
  {
    /** 131 random bits: who does not hold it cannot guess it. */
    id: text().primaryKey(),
    /** The company's subject id. */
    subjectId: text().notNull(),
    /** The bank's client; another client of the same bank knows nothing of it. */
    clientId: text()
      .notNull()
      .references(() => clients.id),
    granteeName: text().notNull(),
    granteeCreditCode: text(),
    /** Data blocks, and the catalogue items that they were when it was asked for: what the company was shown. */
    blocks: text().array().notNull(),
    items: text().array().notNull(),
    /** PRE_LOAN, IN_LOAN, POST_LOAN. */
    purpose: text().notNull(),
    isContinuous: boolean().notNull(),
    /** Its last day, in Asia/Shanghai. */
    endsOn: date({ mode: 'string' }).notNull(),
    /** REQUESTED, GRANTED, DECLINED, REVOKED, USED; that its last day is over is told from the day. */
    state: text().notNull(),
    requestedAt: timestamp({ withTimezone: true, mode: 'string' }).notNull(),
    grantedAt: timestamp({ withTimezone: true, mode: 'string' }),
    /** When it was declined, revoked or used up. */
    endedAt: timestamp({ withTimezone: true, mode: 'string' }),
    /** Who granted or declined it: a keyed hash of the person, where the credential tells one. */
    decidedBy: text(),
    /** What the last decision rests on: REGISTRATION, DELEGATION, ISSUER; null for none yet. */
    decisionBasis: text(),
    /** The question that used it up; given back where that was answered nothing. */
    usedBy: text(),
    /** When that question claimed it. */
    usedAt: timestamp({ withTimezone: true, mode: 'string' }),
  },
  (table) => [
    index('authorizations_by_client').on(table.clientId, table.endsOn, table.id),
    index('authorizations_by_subject').on(table.subjectId, table.endsOn, table.id),
    index('authorizations_claimed').on(table.usedAt).where(sql`state = 'GRANTED' and used_by is not null`),
  ],
);

/** What was asked under which idempotency key, and what it was answered: a retry is answered the same and does nothing. */
export const idempotencyKeys = gateway.table(
  'idempotency_keys',
  {
    /** A keyed hash of who asked and the key. */
    id: text().primaryKey(),
    /** SHA-256 of what was asked. */
    askedHash: text().notNull(),
    answer: jsonb().notNull(),
    madeAt: timestamp({ withTimezone: true, mode: 'string' }).notNull(),
  },
  (table) => [index('idempotency_keys_by_instant').on(table.madeAt)],
);

/** Persons who may decide on a company's authorizations beside its own representative. */
export const delegations = gateway.table(
  'delegations',
  {
    id: text().primaryKey(),
    subjectId: text().notNull(),
    /** A keyed hash of the person's ID number. */
    personHash: text().notNull(),
    /** Its last day, in Asia/Shanghai. */
    endsOn: date({ mode: 'string' }).notNull(),
    madeAt: timestamp({ withTimezone: true, mode: 'string' }).notNull(),
    endedAt: timestamp({ withTimezone: true, mode: 'string' }),
  },
  (table) => [index('delegations_by_person').on(table.personHash), index('delegations_by_subject').on(table.subjectId)],
);

/** What banks report of loans that were decided on with the help of a package: one row per loan and month. */
export const loanReports = gateway.table(
  'loan_reports',
  {
    id: text().primaryKey(),
    clientId: text()
      .notNull()
      .references(() => clients.id),
    authorizationId: text()
      .notNull()
      .references(() => authorizations.id),
    subjectId: text().notNull(),
    /** The bank's own number of the loan. */
    loanNumber: text().notNull(),
    /** The month that the report is of: its first day. */
    month: date({ mode: 'string' }).notNull(),
    /** A code of the table `financing-products`. */
    product: text().notNull(),
    appliedOn: date({ mode: 'string' }).notNull(),
    /** Null where the application was refused. */
    approvedOn: date({ mode: 'string' }),
    amount: numeric({ precision: 20, scale: 2 }).notNull(),
    balance: numeric({ precision: 20, scale: 2 }).notNull(),
    termMonths: integer(),
    /** Percent a year. */
    annualRate: numeric({ precision: 7, scale: 4 }),
    isOverdue: boolean().notNull(),
    /** Where the company was then; null where that was not known. */
    district: text(),
    reportedAt: timestamp({ withTimezone: true, mode: 'string' }).notNull(),
  },
  (table) => [
    uniqueIndex('loan_reports_by_loan').on(table.clientId, table.loanNumber, table.month),
    index('loan_reports_by_month').on(table.month),
  ],
);
