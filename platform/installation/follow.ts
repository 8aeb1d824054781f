import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type postgres from 'postgres';
import type { RecordChanges } from '../feed/record-changes.ts';
import type { Log } from '../log.ts';
import type { Span } from '../observing/spans.ts';
import { type CatalogueEntry, catalogueOf } from '../records/catalogue.ts';
import type { DepartmentCard, Follower } from '../subgraph/card.ts';
import type { Department } from '../subgraph/department.ts';
import { subgraphSchema } from '../subgraph/schema.ts';
import { departmentSources } from '../subgraph/sdl.ts';
import type { Transport } from '../subgraph/transport.ts';
import { dayInShanghai, installationViewer } from '../viewer/viewer.ts';
import type { City } from './city.ts';

export interface Following {
  /** Follows everything that had been committed before this call. @throws what kept it from doing so. */
  catchUp(): Promise<void>;
  stop(): Promise<void>;
}

export interface FollowOptions {
  readonly city: Pick<City, 'near' | 'cards' | 'transports' | 'observing'>;
  readonly log: Log;
  /** How long to wait after a look that found nothing new. */
  readonly everyMs?: number;
  readonly patienceMs?: number;
}

const PAGE = 1_000;
/** The wait after a look that found something: somebody is at work there. */
const SOON_MS = 20;
/** How often the place in a feed that does not change is written down all the same, with the instant that it holds for. */
const REMARK_MS = 5_000;

const CHANGES = `query Changes($after: String, $first: Int, $withReceived: Boolean) {
  recordChanges(after: $after, first: $first, withReceived: $withReceived)
}`;

/**
 * Has the near departments that follow others do so until they are stopped: one loop for each feed, each page with
 * the place in the feed in one statement, so that it may be killed anywhere and done again. Several processes may follow at
 * once: the place's row is the lock, and a page that another has taken over is dropped.
 */
export async function followDepartments(options: FollowOptions): Promise<Following> {
  const { city, log, everyMs = 300 } = options;
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal); // each feed waits on it
  const feeds: Feed[] = [];
  for (const department of city.near.values()) {
    const { follower } = department.card;
    if (!follower) continue;
    await follower.begin(department.clients.imports, catalogueOfAll(city));
    for (const card of city.cards) feeds.push(await openFeed(department, follower, card, options, stopping.signal));
  }
  const loops = feeds
    .filter((feed) => feed.isInReach)
    .map(async (feed) => {
      let failures = 0;
      while (!stopping.signal.aborted) {
        const found = await feed.step().then(
          (what) => {
            failures = 0;
            return what;
          },
          (error: unknown) => {
            if (failures === 0 && !stopping.signal.aborted) {
              log.warn(
                { department: feed.department, cause: error instanceof Error ? error.name : 'unknown' },
                'a feed cannot be followed',
              );
            }
            failures += 1;
            return 'NOTHING';
          },
        );
        if (found === 'MORE') continue;
        const wait = found === 'SOME' ? Math.min(SOON_MS, everyMs) : Math.min(everyMs * (failures + 1), 5_000);
        await pause(wait, undefined, { signal: stopping.signal }).catch(() => {});
      }
    });
  return {
    async catchUp() {
      const since = Date.now();
      await Promise.all(feeds.map((feed) => feed.reach(since)));
    },
    async stop() {
      stopping.abort();
      await Promise.all(loops);
    },
  };
}

function catalogueOfAll({ cards, near }: FollowOptions['city']): readonly CatalogueEntry[] {
  return cards.flatMap((card: DepartmentCard) => {
    const schema = near.get(card.name)?.schema ?? subgraphSchema(departmentSources(card));
    return catalogueOf(schema, card);
  });
}

interface Feed {
  readonly department: string;
  /** Whether the department lives here or has a URL; where not, what it holds stays unknown. */
  readonly isInReach: boolean;
  /** Follows one page; tells whether it held something, and whether more is there. */
  step(): Promise<'MORE' | 'SOME' | 'NOTHING'>;
  /** Resolves once everything is followed that was committed before this instant. */
  reach(since: number): Promise<void>;
}

async function openFeed(
  department: Department,
  follower: Follower,
  card: DepartmentCard,
  options: FollowOptions,
  stopped: AbortSignal,
): Promise<Feed> {
  const { imports } = department.clients;
  const followers = imports(`${department.card.name}.followers`);
  const name = `${follower.name}:${card.name}`;
  await imports`insert into ${followers} (name) values (${name}) on conflict do nothing`;
  const transport = options.city.transports.get(card.name);
  const patienceMs = options.patienceMs ?? 30_000;
  /** The place as this process last knew it; undefined: not yet read, or another process went on from it. */
  let place: string | null | undefined;
  /** When, by a clock that nobody sets back. */
  let written = Number.NEGATIVE_INFINITY;
  /** The page after the one in hand: the department reads it while that one is taken over. */
  let ahead: { readonly after: string | null; readonly page: Promise<TracedPage> } | undefined;

  const spans = options.city.observing?.spans;
  /** A page is traced where it holds something: looks that find nothing come several times a second. */
  const read = async (via: Transport, after: string | null, withReceived: boolean): Promise<TracedPage> => {
    const span = spans?.begin(`follow ${card.name}`, 'internal', undefined);
    const page = await ask(via, { after, first: PAGE, withReceived }, { patienceMs, stopped, span });
    return { page, span };
  };

  const look = async (): Promise<RecordChanges> => {
    if (!transport) throw new Error(`${card.name} is not within reach`);
    place ??= await bounded(storedPlace(imports, followers, name), patienceMs, stopped);
    const after = place;
    const isDue = performance.now() - written > REMARK_MS;
    const known = ahead;
    ahead = undefined;
    const { page, span } = await (known?.after === after ? known.page : read(transport, after, isDue));
    if (page.hasMore) {
      ahead = { after: page.cursor, page: read(transport, page.cursor, isDue) };
      ahead.page.catch(() => {}); // told when its turn comes
    }
    if (page.cursor === after && !(isDue && page.reachedAt !== null)) return page;
    const applied = () => bounded(follower.apply(imports, card.name, after, page), patienceMs, stopped);
    const isTaken = await (page.headers.length > 0 ? tracedAs(span, page, applied) : applied());
    place = isTaken ? page.cursor : undefined;
    if (isTaken && page.reachedAt !== null) written = performance.now();
    return isTaken ? page : { ...page, reachedAt: null, hasMore: true };
  };

  // One look at a time, whoever asks for it.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const mine = turn.then(work);
    turn = mine.catch(() => {});
    return mine;
  };
  return {
    department: card.name,
    isInReach: transport !== undefined,
    step: () =>
      inTurn(async () => {
        const { hasMore, headers } = await look();
        return hasMore ? 'MORE' : headers.length > 0 ? 'SOME' : 'NOTHING';
      }),
    reach: (since) =>
      inTurn(async () => {
        for (;;) {
          written = Number.NEGATIVE_INFINITY;
          const page = await look();
          if (page.reachedAt !== null && Date.parse(page.reachedAt) >= since) return;
          if (!page.hasMore) await pause(20, undefined, { signal: stopped });
        }
      }),
  };
}

/**
 * Gives up waiting for the database after the patience, or when following ends. What is given up may still happen: a page
 * that was taken over after all is noticed by its place. (A session that is ended under postgres.js 3.4.9 can leave a
 * statement without an answer for ever.)
 */
async function bounded<Result>(work: Promise<Result>, patienceMs: number, stopped: AbortSignal): Promise<Result> {
  let giveUp = (): void => {};
  const given = new Promise<never>((_resolve, reject) => {
    giveUp = () => reject(new Error('the database did not answer in time'));
  });
  const timer = setTimeout(giveUp, patienceMs);
  stopped.addEventListener('abort', giveUp, { once: true });
  work.catch(() => {}); // once given up, nobody waits for it
  try {
    if (stopped.aborted) giveUp();
    return await Promise.race([work, given]);
  } finally {
    clearTimeout(timer);
    stopped.removeEventListener('abort', giveUp);
  }
}

async function storedPlace(
  client: postgres.Sql,
  followers: postgres.Helper<string>,
  name: string,
): Promise<string | null> {
  const [stored] = await client<{ cursor: string | null }[]>`select cursor from ${followers} where name = ${name}`;
  return stored?.cursor ?? null;
}

interface TracedPage {
  readonly page: RecordChanges;
  readonly span: Span | undefined;
}

/** Ends the span of a page with how many changes it held, and whether they were taken over. */
async function tracedAs(
  span: Span | undefined,
  { headers }: RecordChanges,
  work: () => Promise<boolean>,
): Promise<boolean> {
  try {
    const isTaken = await work();
    span?.set({ 'credit_graph.changes': headers.length, 'credit_graph.is_taken': isTaken });
    span?.end();
    return isTaken;
  } catch (error) {
    span?.end(error instanceof Error ? error.name : 'FAILED');
    throw error;
  }
}

async function ask(
  transport: Transport,
  variables: { readonly after: string | null; readonly first: number; readonly withReceived: boolean },
  { patienceMs, stopped, span }: { patienceMs: number; stopped: AbortSignal; span: Span | undefined },
): Promise<RecordChanges> {
  const following = installationViewer({ today: dayInShanghai(new Date()), requestId: 'follow' });
  const viewer = span ? { ...following, trace: span.traceparent } : following;
  // Not AbortSignal.any: it keeps every signal alive for as long as the one that outlives them.
  const patience = new AbortController();
  const giveUp = () => patience.abort();
  const timer = setTimeout(giveUp, patienceMs);
  stopped.addEventListener('abort', giveUp, { once: true });
  try {
    const answer = await transport.ask({ query: CHANGES, variables }, viewer, patience.signal);
    const page = (answer.data as { readonly recordChanges?: RecordChanges } | null | undefined)?.recordChanges;
    if (!page || !Array.isArray(page.headers)) throw new Error(`${transport.department} did not tell its changes`);
    return page;
  } finally {
    clearTimeout(timer);
    stopped.removeEventListener('abort', giveUp);
  }
}
