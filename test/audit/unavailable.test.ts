import { beforeAll, describe, expect, it } from 'vitest';
import { createLog } from '../../platform/log.ts';
import { codeOf, subjectsFile } from '../graph/files.ts';
import { roleOf } from '../security/database-roles.ts';
import { calledBy, callerAs } from '../support/callers.ts';
import { answerOf, testCity } from '../support/city.ts';

// No trace, no data: what is not public is refused while the audit chain takes no lines, and what is public goes on.

const MACHINES = codeOf(1);
const callers = { tax: callerAs('DEPARTMENT OTHER+PURPOSE', 'tax-office', { department: 'market', subject: '' }) };
const lines: string[] = [];
const log = createLog('info', { write: (line: string) => void lines.push(line) });
const city = await testCity({ audit: { patienceMs: 400 }, log, gateway: { identify: calledBy(callers) } });
const { admin, name } = city.database;
const SUPERVISION = { 'test-as': 'tax', 'credit-purpose': 'SUPERVISION' };
const QUESTION = `{ subject(identifier: "${MACHINES}") { name } again: subject(identifier: "${MACHINES}") { id } }`;

const role = `"${roleOf(name, 'audit', 'app')}"`;

/** Answers, again and again until this one comes. */
async function untilAnswered(): Promise<number> {
  for (let times = 1; ; times += 1) {
    const { status } = await city.ask(QUESTION, {}, SUPERVISION);
    if (status === 200 || times === 50) return status;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

beforeAll(() => city.take('credit.subject', subjectsFile([['云泽甲木机械有限公司', MACHINES]])));

describe('While the audit chain takes no lines', () => {
  it.each([
    [
      'its table may not be written',
      `revoke insert on audit.lines from ${role}`,
      `grant insert on audit.lines to ${role}`,
    ],
    ['its table does not answer', 'LOCK', 'UNLOCK'],
  ])(
    'because %s, what is not public is refused with what to do, what is public is answered, and it heals by itself',
    async (_why, down, up) => {
      const locking = await admin.reserve();
      if (down === 'LOCK') await locking`begin`.then(() => locking`lock table audit.lines in access exclusive mode`);
      else await locking.unsafe(down);
      const asked = await fetch(city.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...SUPERVISION },
        body: JSON.stringify({ query: QUESTION }),
      });
      const told = await answerOf(asked);
      expect([asked.status, asked.headers.get('retry-after')]).toEqual([503, '5']);
      expect(told).toMatchObject({
        errors: [
          { path: ['subject'], extensions: { code: 'AUDIT_UNAVAILABLE', retryAfter: 5 } },
          { path: ['again'], extensions: { code: 'AUDIT_UNAVAILABLE', retryAfter: 5 } },
        ],
      });
      expect(told.data).toBeNull();
      expect(told.errors[0]?.message).toContain('5 秒后重试');
      expect((await city.ask(QUESTION)).data.subject.name).toBe('云泽甲木机械有限公司');
      expect((await city.ask(QUESTION, {}, { 'test-as': 'tax' })).status).toBe(200);
      if (up === 'UNLOCK') await locking`rollback`;
      else await locking.unsafe(up);
      locking.release();
      expect(await untilAnswered()).toBe(200);
    },
  );

  it('an answer whose outcome cannot be committed does not leave, though its intent was', async () => {
    await admin.unsafe(`
      create function audit.refuse_outcomes() returns trigger language plpgsql as $$
      begin if new.body ->> 'kind' = 'OUTCOME' then raise exception 'no room' using errcode = 'disk_full'; end if; return new; end $$;
      create trigger refuse_outcomes before insert on audit.lines for each row execute function audit.refuse_outcomes()`);
    const named = { ...SUPERVISION, 'x-request-id': 'outcome-uncommitted' };
    const { status, data, text, errors } = await city.ask(QUESTION, {}, named);
    expect([status, data, errors[0]?.extensions.code]).toEqual([503, null, 'AUDIT_UNAVAILABLE']);
    expect(text).not.toContain('云泽甲木');
    await admin`drop trigger refuse_outcomes on audit.lines`;
    expect(await untilAnswered()).toBe(200);
    // What is noted of it is what left, not what was to be told.
    const noted = lines.map((line) => JSON.parse(line)).filter(({ requestId }) => requestId === 'outcome-uncommitted');
    expect(noted.find(({ msg }) => msg === 'question')).toMatchObject({ status: 503, codes: { AUDIT_UNAVAILABLE: 1 } });
  });
});

describe('The tables of the chain', () => {
  it.each(["update audit.lines set hash = ''", 'delete from audit.lines', 'truncate audit.lines'])(
    'refuse their owner, too: %s',
    async (statement) => {
      await expect(city.city.database.owner('audit').unsafe(statement)).rejects.toThrow(
        'neither changed nor taken away',
      );
    },
  );

  it('are not to be changed by the role that adds to them', async () => {
    const sql = city.city.database.session('audit', 'test', { timeoutMs: 5_000, max: 1 });
    for (const statement of ["update audit.lines set hash = ''", 'delete from audit.lines', 'truncate audit.lines'])
      await expect(sql.unsafe(statement)).rejects.toThrow('permission denied');
  });
});
