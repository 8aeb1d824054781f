import { isDeepStrictEqual } from 'node:util';
import type { Contender, Target } from './contenders.ts';
import { PROFILE } from './question.ts';

type Answer = Readonly<Record<string, unknown>>;

/**
 * Asks all contenders about the same subjects and compares what they say, field by field; tells how many records were seen.
 * @throws Error with a Chinese sentence where two of them differ: figures about different answers compare nothing.
 */
export async function compareAnswers(contenders: readonly Contender[], codes: readonly string[]): Promise<number> {
  let records = 0;
  for (const code of codes) {
    const answers = await Promise.all(
      contenders.map(async ({ name, target }) => ({ name, flat: flatten(await ask(target, code)) })),
    );
    const [first, ...others] = answers;
    const odd = others.find(({ flat }) => !isDeepStrictEqual(flat, first?.flat));
    if (odd) {
      const both = [first, odd].map((one) => `${one?.name}: ${JSON.stringify(one?.flat)}`).join('\n');
      throw new Error(`${code} 的应答不一致,不予记录。\n${both}`);
    }
    records += Object.values(first?.flat ?? {}).reduce<number>(
      (count, value) => count + (Array.isArray(value) ? value.filter((one) => 'id' in Object(one)).length : 0),
      0,
    );
  }
  return records;
}

/** What a contender says of one subject. @throws Error for anything but a subject. */
export async function ask(target: Target, code: string): Promise<Answer> {
  const url = `${target.origin}${target.path}`;
  const response =
    target.kind === 'PATH'
      ? await fetch(`${url}${code}`)
      : await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ query: PROFILE, variables: { identifier: code } }),
        });
  const text = await response.text();
  const body = JSON.parse(text);
  const subject = target.kind === 'PATH' ? body : body.data?.subject;
  if (!response.ok || body?.errors || !subject) throw new Error(`${code} 没有得到应答:${text.slice(0, 400)}`);
  return subject;
}

/**
 * An answer in the plainest form, which GraphQL's objects and SQL's columns share: a list of records under its place
 * (`tax.arrears`), `{code}` as the code, `{name}` as …Name, `{amount, currency}` as two; what is null or empty left out.
 */
function flatten(subject: Answer): Answer {
  const flat: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(subject)) {
    if (value === null) continue;
    if (!isObject(value)) {
      flat[key] = Array.isArray(value) ? value.map(row) : value;
      continue;
    }
    if ('code' in value) flat[key] = value.code;
    else if ('nodes' in value) flat[key] = rows(value.nodes);
    else
      for (const [list, found] of Object.entries(value))
        flat[`${key}.${list}`] = isObject(found) && 'nodes' in found ? rows(found.nodes) : rows(found && [found]);
  }
  return Object.fromEntries(Object.entries(flat).filter(([, value]) => !Array.isArray(value) || value.length > 0));
}

function rows(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.map(row) : [];
}

function row(value: unknown): unknown {
  if (!isObject(value)) return value;
  const flat: Record<string, unknown> = {};
  for (const [key, part] of Object.entries(value)) {
    if (part === null) continue;
    if (Array.isArray(part)) flat[key] = part.map((one) => (isObject(one) ? one.code : one));
    else if (!isObject(part)) flat[key] = part;
    else if ('amount' in part) Object.assign(flat, { [key]: part.amount, [`${key}Currency`]: part.currency });
    else if ('name' in part) flat[`${key}Name`] = part.name;
    else flat[key] = part.code;
  }
  // A former name's period is not asked for; the table keeps it beside the name.
  return 'id' in flat ? flat : { name: flat.name };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
