import type postgres from 'postgres';
import { asDatabaseError } from '../../platform/database/index.ts';
import type { Attempt } from './idempotency.ts';

/** A row of gateway.loan_reports. */
export interface LoanRow {
  readonly id: string;
  readonly client_id: string;
  readonly authorization_id: string;
  readonly subject_id: string;
  readonly loan_number: string;
  readonly month: string;
  readonly product: string;
  readonly applied_on: string;
  readonly approved_on: string | null;
  readonly amount: string;
  readonly balance: string;
  readonly term_months: number | null;
  readonly annual_rate: string | null;
  readonly is_overdue: boolean;
  readonly district: string | null;
  readonly reported_at: string;
}

/** Loans of one bank in one district at the end of one month. */
export interface LoanGroup {
  readonly month: string;
  readonly bank: string;
  readonly bankCreditCode: string | null;
  readonly district: string | null;
  readonly applied: number;
  readonly approved: number;
  readonly amount: string;
  readonly balance: string;
  readonly overdue: number;
}

/** @throws DatabaseError where PostgreSQL does not answer. */
export function loanStore(sql: postgres.Sql) {
  return {
    /** Keeps a report in one statement, once under one idempotency key; answers what that key was answered first. */
    async report(row: LoanRow, attempt: Attempt): Promise<LoanRow | 'OTHER_CONTENT'> {
      try {
        const kept = await sql`
          with attempt as (
            insert into gateway.idempotency_keys (id, asked_hash, answer, made_at)
            values (${attempt.id}, ${attempt.askedHash}, ${sql.json(row as never)}, ${row.reported_at})
            on conflict do nothing returning answer
          )
          insert into gateway.loan_reports as held
          select (jsonb_populate_record(null::gateway.loan_reports, attempt.answer)).* from attempt
          on conflict (client_id, loan_number, month) do update set
            authorization_id = excluded.authorization_id, subject_id = excluded.subject_id, product = excluded.product,
            applied_on = excluded.applied_on, approved_on = excluded.approved_on, amount = excluded.amount,
            balance = excluded.balance, term_months = excluded.term_months, annual_rate = excluded.annual_rate,
            is_overdue = excluded.is_overdue, district = excluded.district, reported_at = excluded.reported_at
          returning held.id`;
        if (kept.length === 1) return row;
        const [before] = await sql<{ asked_hash: string; answer: LoanRow }[]>`
          select asked_hash, answer from gateway.idempotency_keys where id = ${attempt.id}`;
        return before?.asked_hash === attempt.askedHash ? before.answer : 'OTHER_CONTENT';
      } catch (error) {
        throw asDatabaseError(error);
      }
    },

    /** Loans by month, bank and district: of one client's reports, or of everybody's. */
    async groups(client: string | null, from: string, until: string): Promise<readonly LoanGroup[]> {
      try {
        return await sql<LoanGroup[]>`
          select to_char(l.month, 'YYYY-MM-DD') as month, c.organisation_name as bank,
            c.organisation_credit_code as "bankCreditCode", l.district, count(*)::int as applied,
            count(l.approved_on)::int as approved,
            coalesce(sum(l.amount) filter (where l.approved_on is not null), 0)::text as amount,
            sum(l.balance)::text as balance, count(*) filter (where l.is_overdue)::int as overdue
          from gateway.loan_reports l join gateway.clients c on c.id = l.client_id
          where l.month between ${from}::date and ${until}::date and (${client}::text is null or l.client_id = ${client})
          group by l.month, c.organisation_name, c.organisation_credit_code, l.district
          order by l.month, c.organisation_name, l.district nulls last`;
      } catch (error) {
        throw asDatabaseError(error);
      }
    },
  };
}
