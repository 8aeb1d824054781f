import type { DocumentNode, OperationDefinitionNode, SelectionSetNode } from 'graphql';
import { auditUnavailable, Refusal, tooManySubjects } from '../../platform/errors.ts';
import type { Leaving } from '../../platform/leaving.ts';
import { ALL_ITEMS, collectLooks, type Look, type Looks } from '../../platform/records/looks.ts';
import { seesMoreThanPublic } from '../../platform/viewer/rights.ts';
import type { Viewer } from '../../platform/viewer/viewer.ts';
import type { Caller } from '../access/caller.ts';
import { fieldsOf, fragmentsOf, keyOf } from '../selections.ts';
import type { Digest } from './digest.ts';
import {
  type AskedHashes,
  type Asker,
  type Body,
  LINE_VERSION,
  type Line,
  type Outcome,
  type PackageLook,
} from './line.ts';
import { answerHash, type Receipt, receiptText, variablesHash } from './receipt.ts';
import type { Signer } from './signing.ts';
import { keptVerdicts, type ToldVerdict } from './told-verdicts.ts';

/** What traces are made with. */
export interface Tracing {
  append(body: Body): Promise<Line>;
  readonly digest: Digest;
  readonly signer: () => Signer;
  readonly variablesKeyOf: (question: string) => string;
  /** New ids of questions: unguessable, never used twice. */
  readonly newId: () => string;
  readonly now: () => Date;
  /** In how many seconds a client that looked at too many may be answered again; undefined where it may now. */
  readonly stoppedFor: (who: Asker) => number | undefined;
}

/** A question as it is about to be executed. */
interface Asked {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly request: {
    readonly query?: string | undefined;
    readonly operationName?: string | undefined;
    readonly variables?: unknown;
  };
}

/** What a question presents of authorizations. */
interface PresentedFacts {
  readonly byId: ReadonlyMap<string, unknown>;
  readonly arePackages: boolean;
  readonly usageItem: string | null;
}

/** Root fields whose answers are nobody's to see but the caller's, whatever it may see of records. */
const PROTECTED = new Set(['authorizations', 'delegations', 'loanStatistics']);

interface Answered {
  readonly data?: unknown;
  readonly errors?: readonly { readonly extensions?: Readonly<Record<string, unknown>> | undefined }[] | undefined;
}

/** The trace of one question: of one who may see more than the public, from before it is asked until it is answered. */
export interface Trace {
  /** The id of the receipt that the answer will have; undefined where the question is not traced. */
  readonly receiptId: string | undefined;
  /** How many subjects were looked for. */
  readonly subjects: number;
  /**
   * Commits what is about to be asked, where the viewer may see more than the public. Answers the errors of a question that
   * is not asked: it cannot be traced, or its client has looked at too many subjects.
   */
  begin(asked: Asked, viewer: Viewer, presented: PresentedFacts): Promise<readonly Refusal[] | undefined>;
  /** Takes what a department looked at. @throws Error for one that does not say: its answer must not be used. */
  looked(extensions: unknown): void;
  /** Whether a department looked at one of these items of a subject for this question. */
  hasLookedAt(subject: string, items: readonly string[]): boolean;
  /** Takes what became of one company that a package was asked of. */
  package(one: PackageLook): void;
  /** Tells the packages of these authorizations as ended after all, and none of their verdicts. */
  ended(authorizations: ReadonlySet<string>): void;
  /** Has something done once it is certain whether an answer leaves: after its line is in the chain, or where it is thrown away. */
  whenOver(work: (isTold: boolean) => Promise<void>): void;
  /** Takes a verdict that the answer tells. */
  told(verdict: ToldVerdict): void;
  /** Takes a look that the gateway itself has made. */
  add(subject: string, items: readonly string[]): void;
  /**
   * Commits how a question ended that was begun. Answers its receipt; undefined where nothing was begun.
   * @throws Refusal `AUDIT_UNAVAILABLE`: the answer must not leave.
   */
  end(answer: Answered): Promise<Receipt | undefined>;
  /** Commits, if it can, that a question that was begun came to no answer. */
  settle(): Promise<void>;
}

export interface TracedQuestion {
  readonly caller: Caller;
  readonly requestId: string;
  /** Departments that did not answer. */
  readonly silent: ReadonlySet<string>;
  /** Aborted when the caller has left, or with a Refusal when the time is over. */
  readonly signal: Leaving;
  /** Does what it is given; whoever traces questions sees it under this name. */
  readonly under?: (<T>(name: string, work: () => Promise<T>) => Promise<T>) | undefined;
}

/** As departments tell them: ids and codes, and no long text that somebody puts there. */
function looksIn(extensions: unknown): readonly Look[] {
  const { looks } = (extensions ?? {}) as { readonly looks?: unknown };
  if (!Array.isArray(looks) || !looks.every(isLook)) throw new Error('the department does not say what it looked at');
  return looks;
}

function isLook(value: unknown): value is Look {
  if (typeof value !== 'object' || value === null) return false;
  const { subjects, items } = value as Partial<Look>;
  return areAll(subjects, /^[^\p{C}]{1,100}$/u) && areAll(items, /^(?:[\w.-]{1,80}|\*)$/u);
}

function areAll(list: unknown, form: RegExp): boolean {
  return Array.isArray(list) && list.every((one) => typeof one === 'string' && form.test(one));
}

/** Most questions leave no trace: what one is made of is there once it begins. */
export class QuestionTrace implements Trace {
  readonly #traced: TracedQuestion;
  readonly #tracing: Tracing;
  #begun: (Saying & AskedHashes) | undefined;
  /** Whether departments tell what they look at: they do for a viewer who may see more than the public. */
  #tells = false;
  #looks: Looks | undefined;
  /** What departments told: `<subject> <item>`. */
  #lookedAt: Set<string> | undefined;
  #packages: PackageLook[] = [];
  #verdicts: ToldVerdict[] = [];
  #isEnded = false;
  #over: ((isTold: boolean) => Promise<void>) | undefined;

  constructor(traced: TracedQuestion, tracing: Tracing) {
    this.#traced = traced;
    this.#tracing = tracing;
  }

  get receiptId() {
    return this.#begun?.question;
  }

  get subjects() {
    return this.#begun ? new Set(this.#looks?.told().flatMap(({ subjects }) => subjects)).size : 0;
  }

  async begin({ document, operation, request }: Asked, viewer: Viewer, presented: PresentedFacts) {
    const { byId, arePackages, usageItem } = presented;
    const { digest, stoppedFor, newId, now, append, variablesKeyOf } = this.#tracing;
    this.#tells = seesMoreThanPublic(viewer);
    if (!this.#tells && !arePackages && !isProtected(operation, document)) return undefined;
    const who = askerOf(this.#traced.caller, viewer);
    const seconds = stoppedFor(who);
    if (seconds !== undefined)
      return rootKeys(operation.selectionSet, document).map((key) => tooManySubjects(seconds, [key]));
    const question = newId();
    const asked = {
      question,
      at: now().toISOString(),
      request: this.#traced.requestId,
      who,
      purpose: viewer.purpose ?? usageItem,
      authorizations: [...byId.keys()].sort(),
      version: LINE_VERSION,
      document: digest.of(request.query ?? ''),
      operation: request.operationName ? digest.of(request.operationName) : null,
      variables: variablesHash(request.variables, variablesKeyOf(question), digest),
      asOf: viewer.known,
    };
    try {
      await this.#under('audit intent', () => append({ kind: 'INTENT', ...asked }));
    } catch {
      return rootKeys(operation.selectionSet, document).map((key) => auditUnavailable([key]));
    }
    this.#begun = asked;
    return undefined;
  }

  looked(extensions: unknown): void {
    if (!this.#begun || !this.#tells) return;
    this.#lookedAt ??= new Set();
    for (const { subjects, items } of looksIn(extensions))
      for (const subject of subjects) {
        this.add(subject, items);
        for (const item of items) this.#lookedAt.add(`${subject} ${item}`);
      }
  }

  add(subject: string, items: readonly string[]): void {
    this.#looks ??= collectLooks();
    this.#looks.add(subject, items);
  }

  hasLookedAt(subject: string, items: readonly string[]): boolean {
    return [...items, ...ALL_ITEMS].some((item) => this.#lookedAt?.has(`${subject} ${item}`) === true);
  }

  package(one: PackageLook): void {
    this.#packages.push(one);
  }

  told(verdict: ToldVerdict): void {
    this.#verdicts.push(verdict);
  }

  ended(authorizations: ReadonlySet<string>): void {
    const isOver = ({ authorization }: PackageLook) => authorization !== null && authorizations.has(authorization);
    const subjects = new Set(this.#packages.filter(isOver).map(({ subject }) => subject));
    this.#packages = this.#packages.map((one) => (isOver(one) ? { ...one, outcome: 'AUTHORIZATION_ENDED' } : one));
    this.#verdicts = this.#verdicts.filter(({ subject }) => !subjects.has(subject));
  }

  whenOver(work: (isTold: boolean) => Promise<void>): void {
    this.#over = work;
  }

  async end(answer: Answered) {
    if (!this.#begun || this.#isEnded) return undefined;
    const outcome = outcomeOf(answer, this.#traced.signal);
    const receipt = await this.#close(answer, outcome).catch(() => undefined);
    await this.#over?.(receipt !== undefined && outcome !== 'ABORTED' && holdsAnything(answer));
    if (receipt === undefined) throw auditUnavailable();
    return receipt;
  }

  async settle(): Promise<void> {
    if (!this.#begun || this.#isEnded) return;
    const { signal } = this.#traced;
    await this.#close({}, signal.aborted ? outcomeOf({}, signal) : 'FAILED').catch(() => undefined);
    await this.#over?.(false);
  }

  async #close(answer: Answered, outcome: Outcome): Promise<Receipt> {
    if (!this.#begun) throw new Error('a question ends that was never begun');
    this.#isEnded = true;
    const { silent } = this.#traced;
    const { digest, now, signer: signing, append, variablesKeyOf } = this.#tracing;
    const [packages, verdicts] = [this.#packages, this.#verdicts];
    const line = {
      ...this.#begun,
      kind: 'OUTCOME' as const,
      at: now().toISOString(),
      outcome: worstOf(outcome, packages),
      codes: counted([...packages.map((one) => one.outcome), ...codesIn(answer)]),
      ...(packages.length > 0 ? { packages } : {}),
      silent: [...silent].sort(),
      looks: this.#looks?.told() ?? [],
      ...(verdicts.length > 0 ? { verdicts: keptVerdicts(verdicts, silent) } : {}),
      answer: answerHash(answer, digest),
    };
    const signer = signing();
    const text = receiptText(line, signer.jwk);
    const value = signer.sign(text);
    const signature = { algorithm: signer.jwk.alg, key: signer.jwk.kid, value };
    await this.#under('audit outcome', () => append({ ...line, signature }));
    const variablesKey = variablesKeyOf(line.question);
    return { id: line.question, answerHash: line.answer, signature: `${text}.${value}`, variablesKey };
  }

  #under<T>(name: string, work: () => Promise<T>): Promise<T> {
    const { under } = this.#traced;
    return under ? under(name, work) : work();
  }
}

/** What asks for something that leaves a trace whoever asks. */
function isProtected(operation: OperationDefinitionNode, document: DocumentNode): boolean {
  if (operation.operation === 'mutation') return true;
  return fieldsOf(operation.selectionSet, fragmentsOf(document)).some(({ name }) => PROTECTED.has(name.value));
}

/** An answer that is null throughout tells of errors alone. */
function holdsAnything({ data }: Answered): boolean {
  return Object.values(data ?? {}).some((value) => typeof value === 'object' && value !== null);
}

/** Packages that were all refused are no answer, and one that was is only a part of one. */
function worstOf(outcome: Outcome, packages: readonly PackageLook[]): Outcome {
  if (outcome !== 'ANSWERED' || packages.every((one) => one.outcome === 'COMPLETE')) return outcome;
  return packages.some((one) => one.outcome === 'COMPLETE' || one.outcome === 'PARTIAL') ? 'PARTIAL' : 'REFUSED';
}

type Saying = Pick<Body, 'request' | 'who' | 'purpose' | 'authorizations'> & { readonly question: string };

export function askerOf(caller: Caller, viewer?: Pick<Viewer, 'ownSubject'>): Asker {
  const { client, role, organisation, department } = caller;
  return { client, role, organisation, department, ownSubject: viewer?.ownSubject ?? null };
}

export function codesOf(answer: Answered): Readonly<Record<string, number>> {
  return counted(codesIn(answer));
}

function codesIn({ errors = [] }: Answered): readonly string[] {
  return errors.map(({ extensions }) => String(extensions?.code ?? 'UNKNOWN'));
}

function counted(all: readonly string[]): Readonly<Record<string, number>> {
  const codes: Record<string, number> = {};
  for (const code of all) codes[code] = (codes[code] ?? 0) + 1;
  return codes;
}

function outcomeOf(answer: Answered, signal: Leaving): Outcome {
  if (signal.aborted && !(signal.reason instanceof Refusal)) return 'ABORTED';
  const codes = codesOf(answer);
  if (codes.TIME_BUDGET_EXCEEDED) return 'TIMED_OUT';
  if (Object.keys(codes).length === 0) return 'ANSWERED';
  if (answer.data) return 'PARTIAL';
  return codes.INTERNAL_SERVER_ERROR ? 'FAILED' : 'REFUSED';
}

/** The names that the answer's fields would have had. */
function rootKeys(set: SelectionSetNode, document: DocumentNode): readonly string[] {
  return [...new Set(fieldsOf(set, fragmentsOf(document)).map(keyOf))];
}
