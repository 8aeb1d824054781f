import { describe, expect, it } from 'vitest';
import { ANONYMOUS } from '../../gateway/access/caller.ts';
import { openTurns } from '../../gateway/turns/index.ts';
import { loneGateway } from './limits.ts';

const RIGHT = { query: '{ __typename }' };
const bank = { ...ANONYMOUS, role: 'BANK' as const, client: 'river-bank' };

describe('A port for those who bring a credential', async () => {
  const gateway = await loneGateway(
    {
      limits: { turns: openTurns() },
      identify: async ({ headers }) => (headers.authorization === undefined ? ANONYMOUS : bank),
    },
    { isForCredentials: true },
  );

  it('answers a bank', async () => {
    expect(await gateway.post(RIGHT, { authorization: 'Bearer bank' })).toMatchObject({ status: 200 });
  });

  it('sends away who brings none, and ends the connection', async () => {
    const answer = await gateway.post(RIGHT);
    expect(answer).toMatchObject({ status: 401, code: 'UNAUTHENTICATED', headers: { connection: 'close' } });
    expect(answer.headers['x-request-id']).toBeDefined();
  });

  it('says how we are to anybody', async () => {
    const { status } = await fetch(new URL('/health/live', gateway.url));
    expect(status).toBe(200);
  });
});
