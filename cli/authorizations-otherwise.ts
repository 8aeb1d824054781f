import { open } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type postgres from 'postgres';
import { AuthorizationsInChain, type Disagreement } from '../gateway/audit/authorizations-verified.ts';
import { exportedChain } from '../gateway/audit/chain-file.ts';
import type { Line } from '../gateway/audit/line.ts';
import type { Authorization } from '../gateway/authorizations/authorization.ts';
import type { City } from '../platform/installation/city.ts';

/** A line follows what it tells of; that long later it is there. */
const LATER_MS = 1_000;

/** Where the table of authorizations says something else than an export of the chain and what was added to the chain since. */
export async function authorizationsOtherwise(
  { database }: Pick<City, 'database'>,
  file: string,
): Promise<readonly Disagreement[]> {
  const [lines, rows] = [
    database.session('audit', 'verify', { timeoutMs: 60_000, max: 1 }),
    database.session('gateway', 'verify', { timeoutMs: 60_000, max: 1 }),
  ];
  const first = await comparedOnce(file, lines, rows);
  if (first.length === 0) return first;
  // What happened just now may not have its line yet.
  await pause(LATER_MS);
  const still = await comparedOnce(file, lines, rows);
  const before = new Set(first.map(({ authorization, what }) => `${authorization} ${what}`));
  return still.filter(({ authorization, what }) => before.has(`${authorization} ${what}`));
}

async function comparedOnce(file: string, lines: postgres.Sql, rows: postgres.Sql): Promise<readonly Disagreement[]> {
  const chain = new AuthorizationsInChain();
  const found = await rows<{ authorization: Authorization }[]>`
    select to_jsonb(a) as authorization from gateway.authorizations a order by id`;
  let last = 0;
  const input = await open(file);
  for await (const text of input.readLines()) {
    const line = JSON.parse(text) as Line;
    last = line.sequence;
    chain.take(line);
  }
  for await (const text of exportedChain(lines, last)) chain.take(JSON.parse(text) as Line);
  return chain.compare(found.map(({ authorization }) => authorization));
}
