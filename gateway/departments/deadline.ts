import { Refusal } from '../../platform/errors.ts';
import { Leave, type Leaving } from '../../platform/leaving.ts';
import type { Role } from '../../platform/viewer/viewer.ts';
import { codesBeside } from '../../schema/codes/city.ts';

/** For how long a department may be waited for, in milliseconds, from when it is asked to the end of its answer. */
export type DeadlineOf = (department: string, role: Role, day: string) => number;

/** The department did not answer in its time. */
export class Late extends Error {
  override readonly name = 'Late';
}

/** The caller has left, or the time for the whole answer is over: that says nothing about the department. */
export class Left extends Error {
  override readonly name = 'Left';
}

const table = codesBeside(new URL('./', import.meta.url), 'department-deadlines');

/** As the table `department-deadlines.csv`, or the city's own of that name, has it: of a department and role, of it, of a role. */
export const registeredDeadlines: DeadlineOf = (department, role, day) => {
  const rows = table().onDate(day);
  const row = rows.get(`${department}.${role}`) ?? rows.get(department) ?? rows.get(`*.${role}`) ?? rows.get('*');
  const text = row?.extra.milliseconds ?? '';
  if (!/^[1-9]\d{1,5}$/u.test(text))
    throw new Error(
      `时限表 department-deadlines.csv 对部门 ${department} 在 ${day} 须有 10 至 999999 的 milliseconds,现为“${text}”。`,
    );
  return Number(text);
};

/** Rejects at the deadline (`Late`) or when the caller leaves (`Left`), whatever the department does, and tells it to stop. */
export async function withDeadline<T>(
  ask: (signal: Leaving) => Promise<T>,
  caller: Leaving,
  deadlineMs: number,
): Promise<T> {
  const stop = new Leave();
  let timer: NodeJS.Timeout | undefined;
  let left: (() => void) | undefined;
  const given = new Promise<never>((_resolve, reject) => {
    const giveUp = (reason: Late | Left): void => {
      reject(reason);
      stop.abort(reason);
    };
    timer = setTimeout(() => giveUp(new Late('deadline')), deadlineMs);
    left = () =>
      giveUp(new Left(caller.reason instanceof Refusal ? 'the time for the whole answer is over' : 'the caller left'));
    if (caller.aborted) left();
    caller.addEventListener('abort', left, { once: true });
  });
  try {
    return await Promise.race([given, attempt(ask, stop)]);
  } finally {
    clearTimeout(timer);
    if (left) caller.removeEventListener('abort', left);
  }
}

/** What is thrown at once is a rejection like any other. */
async function attempt<T>(ask: (signal: Leaving) => Promise<T>, signal: Leaving): Promise<T> {
  return ask(signal);
}
