import { type GraphQLSchema, parse, validate } from 'graphql';
import { committedSupergraph } from '../../gateway/supergraph/committed.ts';
import { schemaView } from '../../gateway/supergraph/view.ts';
import { levelsKnownTo } from '../../platform/viewer/rights.ts';
import { codeOf } from '../graph/files.ts';
import { type Random, several } from '../support/random.ts';
import { type Asker, cellOf, seesRow } from './askers.ts';
import { asked, type askingAt, type Received } from './asking.ts';
import { FIELDS } from './matrices.ts';
import { cursorsIn, type MadeDocument, madeDocument, thoroughDocument } from './question-maker.ts';
import { madeValues, type Pool } from './question-values.ts';
import { YEARS } from './values.ts';
import { GHOSTS, INSTANTS, SUBJECTS, type World } from './world.ts';

/** A question, the same for all who are asked it. */
export interface Question {
  readonly document: MadeDocument;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
}

/** One asker's: from the beginning of its lists, or the next pages of what was answered then. */
export interface Ask {
  readonly asker: Asker;
  readonly question: Question;
  readonly cursors: Readonly<Record<string, string>>;
  readonly before: Received;
}

type Send = ReturnType<typeof askingAt>;

const AT_ONCE = 6;

export function sendQuestion(send: Send, asker: Asker, question: Question, cursors: Ask['cursors'] = {}) {
  const variables = { ...question.variables, ...cursors };
  return send(asker, asked({ query: question.document.query, variables }, question.headers));
}

/** Askers from whom the same is hidden, by the matrices. */
export function groupsOf({ askers, slots }: World): readonly (readonly Asker[])[] {
  const groups = new Map<string, Asker[]>();
  for (const asker of askers) {
    const rows = slots.map(({ kept }) => (seesRow(asker, kept) ? 1 : 0)).join('');
    const cells = SUBJECTS.flatMap(({ code }) =>
      [...FIELDS.keys()].map((field) =>
        cellOf(asker, field, { department: 'tax', subject: code }) === 'seen' ? 1 : 0,
      ),
    );
    const sees = `${rows} ${cells.join('')}`;
    groups.set(sees, [...(groups.get(sees) ?? []), asker]);
  }
  return [...groups.values()];
}

/**
 * Those who are asked about the same states: askers from whom the same is hidden; and, that more questions are asked of each
 * state, all who have nothing that opens more to them, and all others but those who see everybody's whole.
 */
export function setsOf(world: World): readonly { readonly askers: readonly Asker[]; readonly isShared: boolean }[] {
  const seeSome = world.askers.filter(({ knowsGhosts }) => !knowsGhosts);
  const isPlain = ({ purpose, authorization, caller }: Asker): boolean =>
    (purpose === null && authorization === undefined && caller.ownSubject === null) || caller.role === 'BANK';
  return [
    ...groupsOf(world).map((askers) => ({ askers, isShared: false })),
    { askers: seeSome.filter((one) => isPlain(one) && one.authorization === undefined), isShared: true },
    { askers: seeSome.filter((one) => !isPlain(one) || one.authorization !== undefined), isShared: true },
  ];
}

const views = new Map<string, GraphQLSchema>();

export function viewOf({ caller }: Asker): GraphQLSchema {
  const key = JSON.stringify([levelsKnownTo(caller), caller.department && levelsKnownTo(caller, caller.department)]);
  const known = views.get(key) ?? schemaView(committedSupergraph(), (department) => levelsKnownTo(caller, department));
  views.set(key, known);
  return known;
}

/**
 * Questions of what one or another of them may ask, two of each document: most of them such that an answer to somebody who sees
 * more tells what is hidden from them.
 */
export async function questionsOf(
  group: readonly Asker[],
  witness: Asker,
  count: number,
  world: World,
  random: Random,
  send: Send,
): Promise<readonly Question[]> {
  const pool = poolOf(world, random);
  const made = Array.from({ length: count }, (_, index) => {
    const view = viewOf(random.pick(group));
    const document = index === 0 ? thoroughDocument(view) : madeDocument(view, random);
    return Array.from({ length: 2 }, (): Question => {
      const headers: Record<string, string> = random.chance(0.1) ? { 'credit-as-of': random.pick(INSTANTS) } : {};
      return { document, variables: madeValues(document, pool, random), headers };
    });
  }).flat();
  const sightings = await several(made, AT_ONCE, (question) => sendQuestion(send, witness, question));
  const tells = ({ text }: Received): boolean => {
    const [first, ...others] = group;
    const hidden = first ? world.tokens.hiddenIn(text, first) : [];
    return hidden.some((token) => others.every((asker) => world.tokens.hiddenIn(token, asker).length > 0));
  };
  const telling = made.filter((_question, index) => tells(sightings[index] as Received));
  const others = made.filter((question) => !telling.includes(question));
  return [...telling.slice(0, Math.ceil(count * 0.75)), ...others, ...telling].slice(0, count);
}

/** Asks them of everybody whose schema has what they ask for, and then for the next pages of what was answered. */
export async function asksOf(
  group: readonly Asker[],
  questions: readonly Question[],
  send: Send,
): Promise<readonly Ask[]> {
  const askable = new Map<MadeDocument, readonly Asker[]>();
  for (const { document } of questions) {
    const parsed = parse(document.query);
    if (!askable.has(document))
      askable.set(
        document,
        group.filter((asker) => validate(viewOf(asker), parsed).length === 0),
      );
  }
  const all = questions.flatMap((question) =>
    (askable.get(question.document) ?? []).map((asker) => ({ asker, question })),
  );
  const first = await several(all, AT_ONCE, async ({ asker, question }): Promise<Ask> => {
    return { asker, question, cursors: {}, before: await sendQuestion(send, asker, question) };
  });
  const further = first.flatMap(({ asker, question, before }) => {
    const found = cursorsIn(JSON.parse(before.text).data);
    const cursors = question.document.variables.flatMap(({ argument, list, name }) =>
      argument === 'after' && found.has(list) ? [[name, found.get(list) ?? ''] as const] : [],
    );
    return cursors.length > 0 ? [{ asker, question, cursors: Object.fromEntries(cursors) }] : [];
  });
  const next = await several(further, AT_ONCE, async (one): Promise<Ask> => {
    return { ...one, before: await sendQuestion(send, one.asker, one.question, one.cursors) };
  });
  return [...first, ...next];
}

/** Words, numbers and ids of what everybody sees. */
export function openPool(world: World, random: Random): Pool {
  const open = world.slots.filter(({ kept, kind }) => kept.condition === 'PUBLISHED' && kind.isPublic);
  return {
    ...poolOf({ ...world, slots: open, ghosts: [] }, random),
    codes: SUBJECTS.map(({ code }) => code).concat(codeOf(999)),
  };
}

function poolOf({ slots, ghosts }: World, random: Random): Pool {
  const some = random.some(slots, 60);
  const open = slots.filter(({ kept }) => kept.condition === 'PUBLISHED');
  const ofPersons = slots.filter(({ kept }) => ghosts.some(({ code, person }) => person && code === kept.subject));
  return {
    codes: [...SUBJECTS, ...SUBJECTS, ...SUBJECTS].map(({ code }) => code).concat(GHOSTS.slice(0, 1), codeOf(999)),
    names: [...SUBJECTS, ...ghosts].map(({ name }) => name),
    ids: [...some, ...random.some(open, 60), ...random.some(ofPersons, 60)].map(({ id }) => id),
    words: some.flatMap(({ values: { header } }) =>
      [header.title, header.document_number, header.authority_name].map((text) => String(text).slice(-14)),
    ),
    years: [...YEARS, ...some.flatMap(({ values }) => (typeof values.row.year === 'number' ? [values.row.year] : []))],
    instants: INSTANTS,
  };
}
