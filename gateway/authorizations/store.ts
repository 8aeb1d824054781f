import type postgres from 'postgres';
import { asDatabaseError } from '../../platform/database/index.ts';
import { type Authorization, type AuthorizationStatus, statusSql } from './authorization.ts';
import type { Attempt } from './idempotency.ts';
import type { Representative } from './representative.ts';

/** What is stored of a new request. */
export type NewAuthorization = Omit<Authorization, 'state' | 'granted_at' | 'ended_at' | 'used_by' | 'decision_basis'>;

/** Whose authorizations are looked at: a bank's client's, or those of the companies that somebody represents. */
export type Whose = { readonly client: string } | Representative;

export type Change = 'GRANT' | 'DECLINE' | 'REVOKE';

/** An authorization that was presented; `isClaimed`: this question may use up the single use that it is good for. */
export type PresentedAuthorization = Authorization & { readonly isClaimed: boolean };

/** `DONE` now or by the same attempt before; otherwise what stands in the way. */
export type Outcome =
  | { readonly is: 'DONE'; readonly authorization: Authorization }
  | { readonly is: 'OTHER_CONTENT' | 'UNKNOWN' }
  | { readonly is: 'WRONG_STATE'; readonly authorization: Authorization };

const FROM: Readonly<Record<Change, string>> = { GRANT: 'REQUESTED', DECLINE: 'REQUESTED', REVOKE: 'GRANTED' };
const TO: Readonly<Record<Change, string>> = { GRANT: 'GRANTED', DECLINE: 'DECLINED', REVOKE: 'REVOKED' };

/**
 * Authorizations in PostgreSQL. Every change is one statement, so that it happens wholly or not at all, whoever is killed
 * when, and is made once under one idempotency key, however often and by how many it is tried.
 * @throws DatabaseError where PostgreSQL does not answer.
 */
export function authorizationStore(sql: postgres.Sql) {
  async function known(attempt: Attempt): Promise<Outcome | undefined> {
    const [row] = await sql<{ asked_hash: string; answer: Authorization }[]>`
      select asked_hash, answer from gateway.idempotency_keys where id = ${attempt.id}`;
    if (!row) return undefined;
    return row.asked_hash === attempt.askedHash ? { is: 'DONE', authorization: row.answer } : { is: 'OTHER_CONTENT' };
  }

  return attempted({
    /** Asks a company for an authorization. */
    async request(asked: NewAuthorization, attempt: Attempt): Promise<Outcome> {
      const made: Authorization = {
        ...asked,
        state: 'REQUESTED',
        granted_at: null,
        ended_at: null,
        used_by: null,
        decision_basis: null,
      };
      const rows = await sql`
        with attempt as (
          insert into gateway.idempotency_keys (id, asked_hash, answer, made_at)
          values (${attempt.id}, ${attempt.askedHash}, ${sql.json(made as never)}, ${made.requested_at})
          on conflict do nothing returning id
        )
        insert into gateway.authorizations (id, subject_id, client_id, grantee_name, grantee_credit_code, blocks, items,
          purpose, is_continuous, ends_on, state, requested_at)
        select ${made.id}, ${made.subject_id}, ${made.client_id}, ${made.grantee_name}, ${made.grantee_credit_code},
          ${[...made.blocks]}::text[], ${[...made.items]}::text[], ${made.purpose}, ${made.is_continuous},
          ${made.ends_on}::date, 'REQUESTED', ${made.requested_at}
        from attempt returning id`;
      return rows.length === 1
        ? { is: 'DONE', authorization: made }
        : ((await known(attempt)) ?? { is: 'OTHER_CONTENT' });
    },

    /** Has a company's representative decide. */
    async change(
      id: string,
      change: Change,
      representative: Representative,
      { today, now, by }: { readonly today: string; readonly now: string; readonly by: string | null },
      attempt: Attempt,
    ): Promise<Outcome> {
      const own = theirs(sql, representative, today);
      const { registered, personHash } = representative;
      const [row] = await sql<{ target: Authorization | null; changed: Authorization | null }[]>`
        with target as (
          select * from gateway.authorizations where id = ${id} and ${own} for update
        ), based as (
          select t.*, case when t.subject_id = any(${[...registered]}::text[]) then 'REGISTRATION'
            when t.subject_id in (${delegated(sql, personHash, today)}) then 'DELEGATION' else 'ISSUER' end as basis
          from target t
        ), moved as (
          select to_jsonb(t) - 'basis' || jsonb_build_object('state', ${TO[change]}::text, 'decision_basis', t.basis,
            ${change === 'GRANT' ? 'granted_at' : 'ended_at'}::text, ${now}::timestamptz) as answer
          from based t where t.state = ${FROM[change]} and t.ends_on >= ${today}::date
            and (t.used_by is null or ${change} = 'REVOKE')
        ), attempt as (
          insert into gateway.idempotency_keys (id, asked_hash, answer, made_at)
          select ${attempt.id}, ${attempt.askedHash}, answer, ${now}::timestamptz from moved
          on conflict do nothing returning answer
        ), changed as (
          update gateway.authorizations a set state = ${TO[change]},
            granted_at = case when ${change} = 'GRANT' then ${now}::timestamptz else a.granted_at end,
            ended_at = case when ${change} = 'GRANT' then null else ${now}::timestamptz end,
            decided_by = coalesce(${by}, a.decided_by), decision_basis = attempt.answer ->> 'decision_basis'
          from attempt where a.id = ${id} returning attempt.answer
        )
        select (select to_jsonb(t) from target t) as target, (select answer from changed) as changed`;
      if (row?.changed) return { is: 'DONE', authorization: row.changed };
      const before = await known(attempt);
      if (before) return before;
      return row?.target ? { is: 'WRONG_STATE', authorization: row.target } : { is: 'UNKNOWN' };
    },

    /**
     * The authorizations of these ids that are a client's, in one statement; of `claims` those for one use are claimed for a
     * question, which nobody else can then.
     */
    async present(
      ids: readonly string[],
      claims: readonly string[],
      client: string,
      { today, question }: { readonly today: string; readonly question: string },
    ): Promise<readonly PresentedAuthorization[]> {
      const rows = await sql<{ authorization: Authorization; claimed: boolean }[]>`
        with claimed as (
          update gateway.authorizations set used_by = ${question}, used_at = now()
          where id = any(${[...claims]}::text[]) and client_id = ${client} and not is_continuous
            and state = 'GRANTED' and used_by is null and ends_on >= ${today}::date
          returning id
        )
        select to_jsonb(a) as authorization, a.id in (select id from claimed) as claimed
        from gateway.authorizations a where a.id = any(${[...ids]}::text[]) and a.client_id = ${client}`;
      return rows.map(({ authorization, claimed }) => ({ ...authorization, isClaimed: claimed }));
    },

    /** Of these single uses that a question has claimed, those that still stand. */
    async standing(ids: readonly string[], question: string): Promise<readonly string[]> {
      const rows = await sql<{ id: string }[]>`
        select id from gateway.authorizations
        where id = any(${[...ids]}::text[]) and used_by = ${question} and state = 'GRANTED'`;
      return rows.map(({ id }) => id);
    },

    /** Ends the single uses that a question has claimed. */
    async use(ids: readonly string[], question: string, now: string): Promise<void> {
      await sql`
        update gateway.authorizations set state = 'USED', ended_at = ${now}::timestamptz
        where id = any(${[...ids]}::text[]) and used_by = ${question} and state = 'GRANTED'`;
    },

    /** Claims that were not settled within so many seconds: their gateway has died, or could not reach PostgreSQL. */
    async unsettled(seconds: number, limit: number): Promise<readonly Authorization[]> {
      const rows = await sql<{ authorization: Authorization }[]>`
        select to_jsonb(a) as authorization from gateway.authorizations a
        where state = 'GRANTED' and used_by is not null and used_at < now() - make_interval(secs => ${seconds})
        order by used_at limit ${limit}`;
      return rows.map(({ authorization }) => authorization);
    },

    /** Gives back the single uses that a question has claimed and was answered nothing for. */
    async giveBack(ids: readonly string[], question: string): Promise<void> {
      await sql`
        update gateway.authorizations set used_by = null, used_at = null
        where id = any(${[...ids]}::text[]) and used_by = ${question} and state = 'GRANTED'`;
    },

    /** One authorization, if it is theirs. */
    async find(id: string, whose: Whose, today: string): Promise<Authorization | undefined> {
      const [row] = await sql<{ authorization: Authorization }[]>`
        select to_jsonb(a) as authorization from gateway.authorizations a where id = ${id} and ${of(sql, whose, today)}`;
      return row?.authorization;
    },

    /** A page of their authorizations, by last day and id, and how many there are. */
    async page(
      whose: Whose,
      filter: { readonly status: readonly AuthorizationStatus[] | null; readonly expiresBefore: string | null },
      page: { readonly limit: number; readonly after: readonly string[] | null },
      today: string,
    ): Promise<{ readonly total: number; readonly rows: readonly Authorization[] }> {
      const [day = null, id = null] = page.after ?? [];
      const status = sql.unsafe(statusSql('a', `'${today}'::date`));
      const matching = sql`
        from gateway.authorizations a where ${of(sql, whose, today)}
          and (${filter.status === null} or ${status} = any(${[...(filter.status ?? [])]}::text[]))
          and (${filter.expiresBefore}::date is null or a.ends_on < ${filter.expiresBefore}::date)`;
      const [found] = await sql<{ total: number; rows: Authorization[] | null }[]>`
        select (select count(*)::int ${matching}) as total,
          (select json_agg(p.authorization) from (
            select to_jsonb(a) as authorization ${matching}
              and (${day}::date is null or (a.ends_on, a.id) > (${day}::date, ${id}::text))
            order by a.ends_on, a.id limit ${page.limit}) p) as rows`;
      return { total: found?.total ?? 0, rows: found?.rows ?? [] };
    },
  });
}

export type AuthorizationStore = ReturnType<typeof authorizationStore>;

function of(sql: postgres.Sql, whose: Whose, today: string): postgres.PendingQuery<postgres.Row[]> {
  if ('client' in whose) return sql`client_id = ${whose.client}`;
  return theirs(sql, whose, today);
}

function theirs(sql: postgres.Sql, { registered, vouched, personHash }: Representative, today: string) {
  const companies = [...registered, ...vouched];
  return sql`(subject_id = any(${companies}::text[]) or subject_id in (${delegated(sql, personHash, today)}))`;
}

function delegated(sql: postgres.Sql, personHash: string | null, today: string): postgres.PendingQuery<postgres.Row[]> {
  return sql`select d.subject_id from gateway.delegations d
    where d.person_hash = ${personHash} and d.ended_at is null and d.ends_on >= ${today}::date`;
}

type Methods = Readonly<Record<string, (...args: never[]) => Promise<unknown>>>;

/** Has every failure of the database be a DatabaseError. */
function attempted<T extends Methods>(methods: T): T {
  return Object.fromEntries(
    Object.entries(methods).map(([name, method]) => [
      name,
      async (...args: never[]) => {
        try {
          return await method(...args);
        } catch (error) {
          throw asDatabaseError(error);
        }
      },
    ]),
  ) as T;
}
