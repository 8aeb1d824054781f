import type postgres from 'postgres';
import { asDatabaseError } from '../../platform/database/index.ts';
import type { Attempt } from './idempotency.ts';

/** A row of gateway.delegations. */
export interface Delegation {
  readonly id: string;
  readonly subject_id: string;
  readonly person_hash: string;
  readonly ends_on: string;
  readonly made_at: string;
  readonly ended_at: string | null;
}

/** @throws DatabaseError where PostgreSQL does not answer. */
export function delegationStore(sql: postgres.Sql) {
  async function known(attempt: Attempt): Promise<Delegation | 'OTHER_CONTENT' | undefined> {
    const [before] = await sql<{ asked_hash: string; answer: Delegation }[]>`
      select asked_hash, answer from gateway.idempotency_keys where id = ${attempt.id}`;
    if (!before) return undefined;
    return before.asked_hash === attempt.askedHash ? before.answer : 'OTHER_CONTENT';
  }

  return {
    async make(row: Delegation, attempt: Attempt): Promise<Delegation | 'OTHER_CONTENT'> {
      try {
        const made = await sql`
          with attempt as (
            insert into gateway.idempotency_keys (id, asked_hash, answer, made_at)
            values (${attempt.id}, ${attempt.askedHash}, ${sql.json(row as never)}, ${row.made_at})
            on conflict do nothing returning answer
          )
          insert into gateway.delegations
          select (jsonb_populate_record(null::gateway.delegations, attempt.answer)).* from attempt returning id`;
        return made.length === 1 ? row : ((await known(attempt)) ?? 'OTHER_CONTENT');
      } catch (error) {
        throw asDatabaseError(error);
      }
    },

    /** Ends a company's delegation; one that has ended stays as it is. Undefined: it has none of this id. */
    async end(
      id: string,
      subject: string,
      now: string,
      attempt: Attempt,
    ): Promise<Delegation | 'OTHER_CONTENT' | undefined> {
      try {
        const [row] = await sql<{ delegation: Delegation }[]>`
          with target as (
            select * from gateway.delegations where id = ${id} and subject_id = ${subject} for update
          ), attempt as (
            insert into gateway.idempotency_keys (id, asked_hash, answer, made_at)
            select ${attempt.id}, ${attempt.askedHash},
              to_jsonb(t) || jsonb_build_object('ended_at', coalesce(t.ended_at, ${now}::timestamptz)), ${now}::timestamptz
            from target t on conflict do nothing returning answer
          ), ended as (
            update gateway.delegations d set ended_at = coalesce(d.ended_at, ${now}::timestamptz)
            from attempt where d.id = ${id}
          )
          select answer as delegation from attempt`;
        return row?.delegation ?? (await known(attempt));
      } catch (error) {
        throw asDatabaseError(error);
      }
    },

    /** A company's delegations, the newest first. */
    async of(subject: string, most: number): Promise<readonly Delegation[]> {
      try {
        const rows = await sql<{ delegation: Delegation }[]>`
          select to_jsonb(d) as delegation from gateway.delegations d where subject_id = ${subject}
          order by made_at desc, id limit ${most}`;
        return rows.map(({ delegation }) => delegation);
      } catch (error) {
        throw asDatabaseError(error);
      }
    },
  };
}
