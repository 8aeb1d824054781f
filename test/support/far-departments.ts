import { type ChildProcess, spawn } from 'node:child_process';
import { departments } from '../../subgraphs/index.ts';
import { program } from './programs.ts';

/** Opens departments for a test city, or, without an environment, ends those that it had. */
export interface FarRequest {
  readonly city: number;
  readonly only: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

export interface FarAnswer {
  readonly city: number;
  readonly urls: Readonly<Record<string, string>>;
  readonly error?: string;
}

export interface FarDepartments {
  readonly urls: ReadonlyMap<string, string>;
  stop(): Promise<void>;
}

// The credit office alone and the others together: a process each would cost more than all that is asked of them. They
// outlive a test file for the same reason: loading a department takes longer than serving a file's questions.
const GROUPS = [['credit'], departments.map(({ name }) => name).filter((name) => name !== 'credit')];

let processes: readonly ChildProcess[] | undefined;
let cities = 0;

/** All departments in processes of their own, behind HTTP, on the database and with the secret of this environment. */
export async function farDepartments(environment: Readonly<Record<string, string>>): Promise<FarDepartments> {
  processes ??= GROUPS.map(() => startProcess());
  cities += 1;
  const city = cities;
  const request = (own: Pick<FarRequest, 'environment'>): Promise<readonly FarAnswer['urls'][]> =>
    Promise.all(GROUPS.map((only, index) => ask(processes?.[index], { city, only, ...own })));
  const urls = await request({ environment });
  return {
    urls: new Map(urls.flatMap((some) => Object.entries(some))),
    async stop() {
      await request({});
    },
  };
}

function startProcess(): ChildProcess {
  const child = spawn(process.execPath, [program('far-process')], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  // It ends with this process, and must not keep it.
  child.setMaxListeners(0);
  child.unref();
  child.channel?.unref();
  return child;
}

function ask(child: ChildProcess | undefined, request: FarRequest): Promise<FarAnswer['urls']> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void => reject(new Error(`${request.only.join()} ended with ${code}`));
    const hear = (answer: FarAnswer): void => {
      if (answer.city !== request.city) return;
      child?.off('message', hear);
      child?.off('exit', ended);
      if (answer.error === undefined) resolve(answer.urls);
      else reject(new Error(`${request.only.join()}: ${answer.error}`));
    };
    child?.on('message', hear);
    child?.once('exit', ended);
    child?.send(request);
  });
}
