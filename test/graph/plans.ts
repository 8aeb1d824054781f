import type { TestCity } from '../support/city.ts';

/** How PostgreSQL carried out, for the public's session, the search that a question became: what it read, and what it left undone. */
export async function searchPlan(
  city: TestCity,
  question: string,
  variables: Readonly<Record<string, unknown>>,
): Promise<string> {
  const asked: { text: string; parameters: readonly unknown[] }[] = [];
  const credit = city.city.near.get('credit');
  if (!credit) throw new Error('the credit office is elsewhere');
  const { searches } = credit.clients;
  Object.assign(credit.clients, {
    searches: {
      read(...[text, parameters = [], options]: Parameters<typeof searches.read>) {
        asked.push({ text, parameters });
        return searches.read(text, parameters, options);
      },
    },
  });
  await city.ask(question, variables);
  Object.assign(credit.clients, { searches });
  const [{ text, parameters } = { text: '', parameters: [] }] = asked;
  const plan = await city.database.admin.begin(async (transaction) => {
    await transaction.unsafe(`set local role "${city.database.name}_credit_public"`);
    return transaction.unsafe(`explain (analyze, costs off, timing off, summary off) ${text}`, parameters as string[]);
  });
  return plan.map((row) => String(row['QUERY PLAN'])).join('\n');
}

/** The scans that were carried out, by what they scanned. */
export function scanned(plan: string): readonly string[] {
  return plan
    .split('\n')
    .flatMap((line) => (line.includes('never executed') ? [] : (/Scan (?:using |on )(\w+)/u.exec(line)?.[1] ?? [])));
}
