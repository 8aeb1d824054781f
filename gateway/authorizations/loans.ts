import { createHash } from 'node:crypto';
import { authorizationUnknown, badUserInput, idempotencyKeyReused } from '../../platform/errors.ts';
import { codeTable } from '../../schema/codes/city.ts';
import { withoutIdNumbers } from '../../schema/identifiers/redact.ts';
import type { OwnContext } from '../own/asks.ts';
import { isId } from './authorization.ts';
import { attemptOf } from './idempotency.ts';
import type { LoanRow } from './loan-store.ts';
import { bankOf, openOf, tried } from './resolvers.ts';

interface Loan {
  readonly loanNumber: string;
  readonly month: string;
  readonly product: string;
  readonly appliedOn: string;
  readonly approvedOn?: string | null;
  readonly amount: string;
  readonly balance: string;
  readonly termMonths?: number | null;
  readonly annualRate?: string | null;
  readonly isOverdue: boolean;
}

const MOST_MONTHS = 60;

/** Keeps what a bank reports of a loan; of the same loan and month the last report stands. */
export async function reportLoan(
  _root: unknown,
  asked: { readonly authorization: string; readonly loan: Loan; readonly idempotencyKey: string },
  context: OwnContext,
) {
  const { client } = bankOf(context.caller);
  const { store, loans, key } = openOf(context);
  const { loan } = asked;
  const { today } = context.viewer;
  assertLoan(loan, today);
  const attempt = attemptOf(asked.idempotencyKey, ['bank', client], ['loan', asked.authorization, loan], key);
  const isKnown = isId(asked.authorization);
  const authorization = isKnown ? await tried(store.find(asked.authorization, { client }, today)) : undefined;
  // Nobody can report of a company that never granted it anything.
  if (!authorization || authorization.granted_at === null) throw authorizationUnknown();
  const row: LoanRow = {
    id: createHash('sha256')
      .update(JSON.stringify([client, loan.loanNumber, loan.month]))
      .digest('base64url'),
    client_id: client,
    authorization_id: authorization.id,
    subject_id: authorization.subject_id,
    loan_number: loan.loanNumber,
    month: `${loan.month}-01`,
    product: loan.product,
    applied_on: loan.appliedOn,
    approved_on: loan.approvedOn ?? null,
    amount: loan.amount,
    balance: loan.balance,
    term_months: loan.termMonths ?? null,
    annual_rate: loan.annualRate ?? null,
    is_overdue: loan.isOverdue,
    district: await context.asks.districtOf(authorization.subject_id, context),
    reported_at: context.now().toISOString(),
  };
  const kept = await tried(loans.report(row, attempt));
  if (kept === 'OTHER_CONTENT') throw idempotencyKeyReused();
  return {
    loanNumber: kept.loan_number,
    month: kept.month.slice(0, 7),
    subject: { __typename: 'Subject', id: kept.subject_id },
    product: termOf('financing-products', kept.product),
    amount: yuan(kept.amount),
    balance: yuan(kept.balance),
    reportedAt: kept.reported_at,
  };
}

export async function loanStatistics(
  _root: unknown,
  { from, until }: { readonly from: string; readonly until: string },
  context: OwnContext,
) {
  const { caller } = context;
  // A bank's own; the city's for the credit office.
  const client = caller.role === 'CREDIT_OFFICE' ? null : bankOf(caller).client;
  for (const [name, month] of Object.entries({ from, until })) assertMonth(month, name);
  if (monthNumber(until) < monthNumber(from) || monthNumber(until) - monthNumber(from) >= MOST_MONTHS)
    throw badUserInput(`参数 from 至 until 须为 1 至 ${MOST_MONTHS} 个月。`, { argument: 'until' });
  const groups = await tried(openOf(context).loans.groups(client, `${from}-01`, `${until}-01`));
  return {
    asOf: context.now().toISOString(),
    groups: groups.map((group) => ({
      ...group,
      month: group.month.slice(0, 7),
      bank: { name: group.bank, creditCode: group.bankCreditCode },
      district: group.district === null ? null : termOf('regions', group.district),
      amount: yuan(group.amount),
      balance: yuan(group.balance),
    })),
  };
}

function assertLoan({ loanNumber, month, product, appliedOn, approvedOn, ...loan }: Loan, today: string): void {
  if (!/^[\w./-]{1,64}$/u.test(loanNumber) || withoutIdNumbers(loanNumber) !== loanNumber)
    throw badUserInput('loanNumber 须为 1 至 64 个字母、数字或 - _ . /,且不含身份证号码。', {
      argument: 'loan.loanNumber',
    });
  assertMonth(month, 'loan.month');
  if (`${month}-01` > today) throw badUserInput(`month 不得晚于本月,收到 ${month}。`, { argument: 'loan.month' });
  const products = codeTable('financing-products').onDate(today).rows;
  if (!products.some(({ code }) => code === product)) {
    const known = products.map(({ code, label }) => `${code}(${label})`).join('、');
    throw badUserInput(`product 须为产品代码之一:${known}。`, { argument: 'loan.product' });
  }
  if (appliedOn > today || (approvedOn ?? appliedOn) < appliedOn || (approvedOn ?? '') > today)
    throw badUserInput('appliedOn、approvedOn 须依次不晚于今天。', { argument: 'loan.approvedOn' });
  for (const [name, value] of [
    ['amount', loan.amount],
    ['balance', loan.balance],
  ] as const) {
    if (!/^\d{1,15}(?:\.\d{1,2})?$/u.test(value))
      throw badUserInput(`${name} 须为不小于 0、至多两位小数的元数,收到 ${value}。`, { argument: `loan.${name}` });
  }
  if (!approvedOn && Number(loan.balance) !== 0)
    throw badUserInput('未批准的贷款没有余额:balance 须为 0。', { argument: 'loan.balance' });
  const { termMonths, annualRate } = loan;
  if (typeof termMonths === 'number' && (termMonths < 1 || termMonths > 600))
    throw badUserInput(`termMonths 须为 1 至 600,收到 ${termMonths}。`, { argument: 'loan.termMonths' });
  if (typeof annualRate === 'string' && !/^\d{1,3}(?:\.\d{1,4})?$/u.test(annualRate))
    throw badUserInput(`annualRate 须为百分数,如 3.85,收到 ${annualRate}。`, { argument: 'loan.annualRate' });
}

function assertMonth(month: string, argument: string): void {
  if (!/^(?:19|20)\d{2}-(?:0[1-9]|1[0-2])$/u.test(month))
    throw badUserInput(`${argument} 须为 YYYY-MM 形式的月份,如 2026-10。`, { argument });
}

function monthNumber(month: string): number {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return year * 12 + number;
}

function termOf(table: string, code: string) {
  return { code, label: codeTable(table).get(code)?.label ?? code };
}

function yuan(amount: string) {
  return { amount, currency: 'CNY' };
}
