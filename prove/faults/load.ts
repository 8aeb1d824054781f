import { Agent } from 'undici';

// A process that asks, so that whoever measures has a processor's attention for itself.

/** What is asked for so many seconds: by so many callers who each wait for their answer, or so many a second whatever comes. */
export interface LoadJob {
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly seconds: number;
  readonly callers?: number;
  readonly perSecond?: number;
  /** The network of loopback from which it comes, 127.<net>.0.0: each address has an allowance of its own. */
  readonly net: number;
}

export interface LoadTold {
  readonly sent: number;
  /** Whole answers within the time, for each second of it. */
  readonly answeredPerSecond: number;
  /** Sent away with 429 or 503 and the time after which to come again; how soon, of a hundred the slowest. */
  readonly refused: number;
  readonly refusedP99Ms: number;
  /** Of more connections than the machine takes at once, those that it did not. */
  readonly unconnected: number;
  /** None of these. */
  readonly failed: number;
  readonly failure: string | null;
}

/** Questions from one address: far below what it may ask. */
const EACH = 50;
const PARALLEL = 10;

/** Addresses that were asked from, of all jobs: one that came back would still have the allowance that it left. */
let addresses = 0;

process.on('message', (job: LoadJob) => {
  load(job).then((told) => process.send?.(told));
});

async function load({ url, body, headers: own, seconds, callers = 0, perSecond = 0, net }: LoadJob): Promise<LoadTold> {
  const { origin, pathname: path } = new URL(url);
  const headers = { 'content-type': 'application/json', ...own };
  const agents: Agent[] = [];
  const before = addresses;
  let sent = 0;
  let answered = 0;
  let unconnected = 0;
  let failed = 0;
  let failure: string | null = null;
  const refusals: number[] = [];
  const agent = (): Agent => {
    const at = Math.floor(sent / EACH);
    addresses = Math.max(addresses, before + at + 1);
    const number = before + at;
    const localAddress = `127.${net}.${Math.floor(number / 250) % 250}.${1 + (number % 250)}`;
    agents[at] ??= new Agent({ connections: PARALLEL, localAddress, pipelining: 1 });
    return agents[at];
  };
  const ends = performance.now() + seconds * 1_000;
  const ask = async (): Promise<void> => {
    const asked = performance.now();
    const dispatcher = agent();
    sent += 1;
    try {
      const {
        statusCode,
        headers: told,
        body: answer,
      } = await dispatcher.request({ origin, path, method: 'POST', headers, body });
      const text = await answer.text();
      const isLate = performance.now() > ends;
      if (statusCode === 200 && !text.includes('"errors"')) answered += isLate ? 0 : 1;
      else if ((statusCode === 429 || statusCode === 503) && told['retry-after'] !== undefined)
        refusals.push(performance.now() - asked);
      else throw new Error(`${statusCode} ${text.slice(0, 300)}`);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'UND_ERR_CONNECT_TIMEOUT') {
        unconnected += 1;
        return;
      }
      failed += 1;
      failure ??= String(error);
    }
  };
  const asking: Promise<void>[] = [];
  for (let caller = 0; caller < callers; caller += 1)
    asking.push(
      (async () => {
        while (performance.now() < ends) await ask();
      })(),
    );
  if (perSecond > 0) {
    const began = performance.now();
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        const due = Math.floor(((performance.now() - began) / 1_000) * perSecond);
        while (sent < due) asking.push(ask());
        if (performance.now() < ends) return;
        clearInterval(timer);
        resolve();
      }, 5);
    });
  }
  await Promise.all(asking);
  for (const one of agents) void one?.destroy();
  refusals.sort((one, other) => one - other);
  const refusedP99Ms = refusals[Math.floor(refusals.length * 0.99)] ?? 0;
  return {
    sent,
    answeredPerSecond: answered / seconds,
    refused: refusals.length,
    refusedP99Ms,
    unconnected,
    failed,
    failure,
  };
}
