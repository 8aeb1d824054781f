import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { isAsked } from './asked.ts';
import type { Contender, Target } from './contenders.ts';
import { KEYS_OF, QUESTIONS, type QuestionName } from './question.ts';
import { requestOf } from './request.ts';

type Answer = Readonly<Record<string, unknown>>;

/**
 * Asks all contenders each question that they are asked, about the same keys, and compares what they say, field by field;
 * tells how many records of profiles were seen.
 * @throws Error with a Chinese sentence where two of them differ: figures about different answers compare nothing.
 */
export async function compareAnswers(
  contenders: readonly Contender[],
  keys: Readonly<Record<QuestionName, readonly string[]>>,
): Promise<number> {
  let records = 0;
  for (const question of QUESTIONS) {
    const asked = contenders.filter(({ name }) => isAsked(question, name));
    const count = KEYS_OF[question];
    const given = count > 1 ? [keys[question].slice(0, count)] : keys[question].map((key) => [key]);
    for (const { target } of asked) await firstAnswer(target, question, given[0] ?? []);
    for (const some of given) {
      const [answer = {}] = await agreed(asked, question, some);
      if (question === 'profile') records += recordsIn(answer);
    }
  }
  return records;
}

function recordsIn(profile: Answer): number {
  return Object.values(profile)
    .flatMap((value) => (Array.isArray(value) ? value : []))
    .filter((one) => 'id' in Object(one)).length;
}

/** All of them have just started, on few processors: a first question may come too late to be answered in time. */
async function firstAnswer(target: Target, question: QuestionName, keys: readonly string[]): Promise<void> {
  for (let left = FIRST_TRIES; ; left -= 1) {
    try {
      await ask(target, question, keys);
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
  keys: readonly string[],
): Promise<readonly Answer[]> {
  // One after the other: beside six others on two processors, who has deadlines does not keep them.
  const answers: { readonly name: string; readonly flat: readonly Answer[] }[] = [];
  for (const { name, target } of contenders)
    answers.push({ name, flat: (await ask(target, question, keys)).map(PLAIN[question] ?? flatten) });
  const [first, ...others] = answers;
  const odd = others.find(({ flat }) => !isDeepStrictEqual(flat, first?.flat));
  if (odd) {
    const both = [first, odd].map((one) => `${one?.name}: ${JSON.stringify(one?.flat).slice(0, 4_000)}`).join('\n');
    throw new Error(`${question} ${keys[0]} 的应答不一致,不予记录。\n${both}`);
  }
  return first?.flat ?? [];
}

/** What a contender says of these keys: subjects, or a page. @throws Error for anything but them. */
export async function ask(target: Target, question: QuestionName, keys: readonly string[]): Promise<readonly Answer[]> {
  const { path, ...request } = requestOf(target, question, keys);
  const response = await fetch(`${target.origin}${path}`, request);
  const text = await response.text();
  const body = JSON.parse(text);
  const answers = target.kind === 'PATH' ? [body].flat() : answersIn(body.data, keys.length);
  if (!response.ok || body?.errors || answers.length !== keys.length || !answers.every(isObject))
    throw new Error(`${question} ${keys[0]} 没有得到应答:${text.slice(0, 400)}`);
  return answers;
}

function answersIn(data: unknown, count: number): readonly Answer[] {
  const [found] = Object.values((data ?? {}) as Answer);
  if (Array.isArray(found)) return found.map((one) => one.subject ?? one.package?.subject);
  return isObject(found) && Array.isArray(found.nodes) && count > 1 ? found.nodes : [found as Answer];
}

/** Pages, as far as they are compared: nobody else tells where a page ends or when it was so. */
const PLAIN: Readonly<Partial<Record<QuestionName, (answer: Answer) => Answer>>> = {
  board: (page) => ({ totalCount: page.totalCount, nodes: rows(page.nodes) }),
  search: (page) => ({ totalCount: page.totalCount, nodes: objects(page.nodes).map(flatten) }),
};

function objects(value: unknown): readonly Answer[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/**
 * An answer in the plainest form, which GraphQL's objects and SQL's columns share: a list of records under its place
 * (`tax.arrears`), `{code}` as the code, `{name}` as …Name, `{amount, currency}` as two; what is null or empty left out, and
 * verdicts, which no table tells.
 */
function flatten(subject: Answer): Answer {
  const flat: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(subject)) {
    const key = name.replace('_', '.');
    if (value === null || key === 'verdicts') continue;
    if (key === 'recordCounts') flat[key] = counts(value);
    else if (!isObject(value)) flat[key] = Array.isArray(value) ? value.map(row) : value;
    else if ('code' in value) flat[key] = value.code;
    else if ('nodes' in value) flat[key] = rows(value.nodes);
    else Object.assign(flat, sliceOf(key, value));
  }
  return Object.fromEntries(Object.entries(flat).filter(([, value]) => !Array.isArray(value) || value.length > 0));
}

/** A department's part of a profile. */
function sliceOf(department: string, slice: Answer): Answer {
  const flat: Record<string, unknown> = {};
  for (const [list, found] of Object.entries(slice)) {
    const place = `${department}.${list}`;
    flat[place] = isObject(found) && 'nodes' in found ? rows(found.nodes) : rows(found && [found]);
    if (isObject(found) && 'totalCount' in found) flat[`${place}.totalCount`] = found.totalCount;
  }
  return flat;
}

/** Sections by name with what they hold; whoever counts rows does not know of empty ones. */
function counts(value: unknown): unknown {
  return objects(value)
    .flatMap(({ class: section, count }) => (count === 0 ? [] : [`${section} ${count}`]))
    .sort();
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
    else if ('code' in part) flat[key] = part.code;
    else Object.assign(flat, partsOf(key, part));
  }
  if ('id' in flat) return flat;
  // Periods of former names and numbers are not asked for alike; the tables keep them beside these.
  return 'value' in flat ? { value: flat.value } : { name: flat.name };
}

function partsOf(key: string, object: Answer): Answer {
  const told = Object.entries(object).filter(([, value]) => value !== null);
  const named = (name: string): string => `${key}${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  return Object.fromEntries(told.map(([name, value]) => [name === 'amount' ? key : named(name), value]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
