import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Contender, Target } from './contenders.ts';
import type { QuestionName } from './question.ts';
import { requestOf } from './request.ts';

type Answer = Readonly<Record<string, unknown>>;

/**
 * Asks all contenders about the same subjects, each by itself and then all at once, and compares what they say, field by field;
 * tells how many records were seen.
 * @throws Error with a Chinese sentence where two of them differ: figures about different answers compare nothing.
 */
export async function compareAnswers(contenders: readonly Contender[], codes: readonly string[]): Promise<number> {
  for (const { target } of contenders) await firstAnswer(target, codes[0] ?? '');
  let records = 0;
  for (const code of codes) {
    const subjects = await agreed(contenders, 'profile', [code]);
    for (const value of Object.values(subjects[0] ?? {}))
      records += Array.isArray(value) ? value.filter((one) => 'id' in Object(one)).length : 0;
  }
  await agreed(contenders, 'batch', codes.slice(0, 50));
  return records;
}

/** All of them have just started, on few processors: a first question may come too late to be answered in time. */
async function firstAnswer(target: Target, code: string): Promise<void> {
  for (let left = FIRST_TRIES; ; left -= 1) {
    try {
      await ask(target, 'profile', [code]);
      return;
    } catch (error) {
      if (left === 0) throw error;
      await pause(1_000);
    }
  }
}

const FIRST_TRIES = 20;

async function agreed(
  contenders: readonly Contender[],
  question: QuestionName,
  codes: readonly string[],
): Promise<readonly Answer[]> {
  // One after the other: beside six others on two processors, who has deadlines does not keep them.
  const answers: { readonly name: string; readonly flat: readonly Answer[] }[] = [];
  for (const { name, target } of contenders)
    answers.push({ name, flat: (await ask(target, question, codes)).map(flatten) });
  const [first, ...others] = answers;
  const odd = others.find(({ flat }) => !isDeepStrictEqual(flat, first?.flat));
  if (odd) {
    const both = [first, odd].map((one) => `${one?.name}: ${JSON.stringify(one?.flat).slice(0, 4_000)}`).join('\n');
    throw new Error(`${question} ${codes[0]} 的应答不一致,不予记录。\n${both}`);
  }
  return first?.flat ?? [];
}

/** What a contender says of these subjects. @throws Error for anything but them. */
export async function ask(
  target: Target,
  question: QuestionName,
  codes: readonly string[],
): Promise<readonly Answer[]> {
  const { path, ...request } = requestOf(target, question, codes);
  const response = await fetch(`${target.origin}${path}`, request);
  const text = await response.text();
  const body = JSON.parse(text);
  const subjects = target.kind === 'PATH' ? [body].flat() : subjectsIn(body.data);
  if (!response.ok || body?.errors || subjects.length !== codes.length || !subjects.every(isObject))
    throw new Error(`${codes[0]} 没有得到应答:${text.slice(0, 400)}`);
  return subjects;
}

function subjectsIn(data: unknown): readonly Answer[] {
  const [found] = Object.values((data ?? {}) as Answer);
  if (Array.isArray(found)) return found.map(({ subject }) => subject);
  return isObject(found) && Array.isArray(found.nodes) ? found.nodes : [found as Answer];
}

/**
 * An answer in the plainest form, which GraphQL's objects and SQL's columns share: a list of records under its place
 * (`tax.arrears`), `{code}` as the code, `{name}` as …Name, `{amount, currency}` as two; what is null or empty left out.
 */
function flatten(subject: Answer): Answer {
  const flat: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(subject)) {
    const key = name.replace('_', '.');
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
