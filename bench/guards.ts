import type { Target } from './contenders.ts';
import { FEDERATED } from './question.ts';
import type { BenchServer } from './server.ts';

/** One of the product's guards, and whether it was seen at work in this run. */
export interface Guard {
  readonly name: string;
  readonly isOn: boolean;
}

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[];
  readonly extensions?: { readonly isComplete?: boolean; readonly receipt?: unknown };
}

/** Asks the product what it must refuse or tell, and its database who reads: figures of a product without guards are worth nothing. */
export async function guardsOf(
  { origin, path, bankToken }: Target,
  code: string,
  { admin }: BenchServer,
): Promise<readonly Guard[]> {
  const ask = async (
    query: string,
    headers: Readonly<Record<string, string>> = {},
    variables = FEDERATED.profile.variables([code]),
  ) => {
    const body = JSON.stringify({ query, variables });
    const request = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body };
    const response = await fetch(`${origin}${path}`, request);
    return { response, answer: (await response.json()) as Answer };
  };
  const codeIn = ({ errors }: Answer): string | undefined => errors?.[0]?.extensions?.code;
  const whole = await ask(FEDERATED.profile.query);
  const forged = await ask(FEDERATED.profile.query, { authorization: 'Bearer forged' });
  const long = await ask(`{ ${'__typename '.repeat(2_000)} }`);
  const hidden = await ask('{ __schema { types { name fields { name } } } }');
  const bank = { authorization: `Bearer ${bankToken}` };
  const { query, variables } = FEDERATED.bankPackage;
  const granted = await ask(query, bank, variables([code]));
  const stranger = { requests: [{ identifier: code, authorization: 'x'.repeat(28) }] };
  const refused = JSON.stringify((await ask(query, bank, stranger)).answer.data);
  const [sessions] = await admin<{ ours: boolean | null }[]>`
    select bool_and(not rolsuper and not rolbypassrls) as ours from pg_stat_activity join pg_roles on rolname = usename
    where application_name like 'credit-graph % reads'`;
  const shown = JSON.stringify(hidden.answer.data ?? '');
  return [
    { name: 'credentials that do not hold are refused', isOn: forged.response.status === 401 },
    { name: 'the size of a document is limited', isOn: codeIn(long.answer) === 'QUESTION_TOO_LARGE' },
    { name: 'a question is costed', isOn: whole.response.headers.has('credit-cost') },
    { name: 'rate and quota are counted', isOn: whole.response.headers.has('ratelimit-remaining') },
    {
      name: 'the schema shows what its viewer may see',
      isOn: shown.includes('Subject') && !shown.includes('personOf'),
    },
    { name: 'an answer says whether it is whole', isOn: whole.answer.extensions?.isComplete === true },
    { name: 'sessions that read are bound by row security', isOn: sessions?.ours === true },
    {
      name: 'a package is told under an authorization of the company alone',
      isOn: refused.includes('"outcome":"AUTHORIZATION_REQUIRED"') && refused.includes('"package":null'),
    },
    {
      name: 'what a bank is told is in the audit chain, with a receipt',
      isOn: granted.answer.extensions?.receipt !== undefined,
    },
  ];
}
