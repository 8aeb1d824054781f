import { getNamedType } from 'graphql';
import type { Random } from '../support/random.ts';
import { everything, fieldsOf, type Place } from './places.ts';

// Ways through the graph, at random, from a root to the records of a subject and back, and to a field at their end.

/** A way: the selection to write, and where in an answer its end is; null in it: whichever entry of the list is the one. */
export interface Walk {
  /** From a root field to the object that has the field. */
  readonly steps: readonly Step[];
  /** The name of the field in the answer. */
  readonly end: string;
  readonly text: string;
  readonly fragments: readonly string[];
}

interface Step {
  /** The field in the answer. */
  readonly key: string;
  /** Where it is a list: which entries lead on, by what they say beside. */
  readonly where?: { readonly key: string; readonly value: string };
}

export interface Target {
  readonly place: Place;
  readonly subject: { readonly code: string; readonly name: string };
  readonly id: string;
  /** The field, of the record, of its line in the index, or of the subject. */
  readonly field: string;
  readonly of: 'RECORD' | 'LINE' | 'SUBJECT';
  /** Whether the record's list is open to everybody, so that ways may lead through it. */
  readonly isOpen: boolean;
}

/** A route is a step with the text around what comes within. */
type Around = (inner: string) => string;
interface Route {
  readonly steps: readonly Step[];
  readonly around: Around;
}

/** A way to the target. `prefix` keeps the names of several ways in one document apart. */
export function walkTo(target: Target, prefix: string, random: Random): Walk {
  const fragments: string[] = [];
  let names = 0;
  const alias = (): string => `${prefix}${names++}`;
  const named = (field: string): { readonly key: string; readonly text: string } => {
    const key = alias();
    return { key, text: `${key}: ${field}` };
  };
  const one = (field: string, type: string): Route => {
    const { key, text } = named(field);
    return { steps: [{ key }], around: (inner) => `${text} { ${dressed(inner, type)} }` };
  };
  /** In a fragment, of its own or within, of the type or of the interface that it has. */
  const dressed = (inner: string, type: string): string => {
    const chance = random.below(8);
    if (chance === 0) return `... on ${type} { ${inner} }`;
    if (chance === 1) return `... @include(if: true) { __typename ${inner} }`;
    if (chance > 2) return inner;
    const name = `${prefix.toUpperCase()}F${fragments.length}`;
    fragments.push(`fragment ${name} on ${type} { ${inner} }`);
    return `...${name}`;
  };
  const joined = (...routes: readonly Route[]): Route => ({
    steps: routes.flatMap(({ steps }) => steps),
    around: (inner) => routes.reduceRight((within, { around }) => around(within), inner),
  });
  /** The entries of a page, by either of its ways. */
  const entries = (field: string, type: string, where: Step['where']): Route => {
    const page = named(field);
    const beside = where ? `${where.key}: id` : '';
    const nodes = named('nodes');
    if (random.chance(0.5))
      return {
        steps: [{ key: page.key }, { key: nodes.key, ...(where ? { where } : {}) }],
        around: (inner) => `${page.text} { totalCount ${nodes.text} { ${beside} ${dressed(inner, type)} } }`,
      };
    const [edges, node] = [named('edges'), named('node')];
    return {
      steps: [{ key: page.key }, { key: edges.key }, { key: node.key, ...(where ? { where } : {}) }],
      around: (inner) => `${page.text} { ${edges.text} { cursor ${node.text} { ${beside} ${dressed(inner, type)} } } }`,
    };
  };
  const where = (value: string): { readonly key: string; readonly value: string } => ({ key: alias(), value });
  const only = (id: string) => `(first: 3, filter: { ids: ["${id}"] })`;

  const { subject, id, place } = target;
  const lines = (root: Route | null): Route => {
    const page = entries(`records${only(id)}`, 'RecordSummary', where(id));
    return root ? joined(root, page) : page;
  };
  /** A root field that leads to the subject. */
  const toSubject = (): Route =>
    random.pick<() => Route>([
      () => one(`subject(identifier: "${random.chance(0.5) ? subject.code : subject.code.toLowerCase()}")`, 'Subject'),
      () => one(`subject(identifier: "${subject.code.slice(8, 17)}")`, 'Subject'),
      () => entries(`subjects(search: "${subject.name}", first: 2)`, 'Subject', where(subject.code)),
      () => entries(`subjects(search: "${subject.code}", first: 2)`, 'Subject', where(subject.code)),
      () => joined(listed(`matchSubjects(name: "${subject.name}", first: 1)`), one('subject', 'Subject')),
      () => joined(listed(`subjectsByIdentifier(identifiers: ["${subject.code}"])`), one('subject', 'Subject')),
      () =>
        joined(
          listed(`subjectsByIdentifier(identifiers: ["${subject.name}"])`),
          listed('candidates(first: 1)'),
          one('subject', 'Subject'),
        ),
    ])();
  const listed = (field: string): Route => {
    const { key, text } = named(field);
    return { steps: [{ key }], around: (inner) => `${text} { ${inner} }` };
  };
  /** From the subject to its record, in its department's list. */
  const toRecord = (): Route => {
    const path = [...place.path];
    const list = path.pop() ?? '';
    const slices = path.map((slice) => one(slice, getNamedType(sliceType(slice)).name));
    const end = place.isConnection ? entries(`${list}${only(id)}`, place.type, where(id)) : one(list, place.type);
    return joined(...slices, end);
  };
  /** From the subject to itself, by what leads back. */
  const around = (): Route =>
    random.pick<() => Route>([
      () => joined(entries(`records(first: 1)`, 'RecordSummary', undefined), one('subject', 'Subject')),
      () => joined(lines(null), one('subject', 'Subject')),
      () => joined(target.isOpen ? toRecord() : lines(null), one('subject', 'Subject')),
    ])();

  const begin = (): Route => {
    const chance = random.below(4);
    if (chance === 0) return joined(one(`record(id: "${id}")`, 'RecordSummary'), one('subject', 'Subject'));
    if (chance === 1) return joined(lines(null), one('subject', 'Subject'));
    const rounds = Array.from({ length: random.below(2) }, around);
    return joined(toSubject(), ...rounds);
  };
  const route = random.pick<() => Route>(
    target.of === 'RECORD'
      ? [() => joined(begin(), toRecord())]
      : target.of === 'SUBJECT'
        ? [begin]
        : [() => one(`record(id: "${id}")`, 'RecordSummary'), () => lines(null), () => lines(begin())],
  )();
  const { key, text } = named(target.field);
  return { steps: route.steps, end: key, text: route.around(text), fragments };
}

function sliceType(slice: string) {
  const field = fieldsOf(everything, 'Subject').find(({ name }) => name === slice);
  if (!field) throw new Error(`a subject has no ${slice}`);
  return field.type;
}

/** Where a walk ended: a value, nothing (the way breaks off at a null or an empty list), and with which refusal. */
export interface Arrived {
  readonly value: unknown;
  readonly isThere: boolean;
  readonly refusal: string | undefined;
}

/** What an answer says at the end of a walk. */
export function arrivedAt(
  { steps, end }: Walk,
  data: unknown,
  errors: readonly { readonly path?: readonly (string | number)[]; readonly extensions: { readonly code?: unknown } }[],
): Arrived {
  const path: (string | number)[] = [];
  const refusedAt = (): string | undefined => {
    const found = errors.find(
      (error) => error.path?.length === path.length && error.path.every((part, at) => part === path[at]),
    );
    return found && String(found.extensions.code);
  };
  let at: unknown = data;
  for (const { key, where } of steps) {
    path.push(key);
    at = (at as Record<string, unknown> | null)?.[key];
    if (Array.isArray(at)) {
      const index = where ? at.findIndex((entry) => entry?.[where.key] === where.value) : 0;
      path.push(index);
      at = at[index];
    } else if (where && (at as Record<string, unknown> | null)?.[where.key] !== where.value) at = null;
    if (at === null || at === undefined) return { value: null, isThere: false, refusal: refusedAt() };
  }
  path.push(end);
  const value = (at as Record<string, unknown>)[end];
  return { value, isThere: value !== undefined, refusal: refusedAt() };
}
