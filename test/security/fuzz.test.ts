import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { createIdentity } from '../../gateway/access/identity.ts';
import { issuerAt } from '../../gateway/access/issuer.ts';
import { readConfig } from '../../platform/config.ts';
import { createLog } from '../../platform/log.ts';
import { BEHIND } from '../graph/strange.ts';
import { randomOf, several } from '../support/random.ts';
import type { Asker } from './askers.ts';
import { askingAt, type Received, type Sent } from './asking.ts';
import { register } from './identity.ts';
import { oddInput, type Stuff, stuffOf } from './odd-inputs.ts';
import { openPool, viewOf } from './pairs.ts';
import { signed, signer } from './tokens.ts';
import { world } from './world.ts';

// Whatever is sent, by whomever: an answer of ours, in JSON, without a cell that is hidden from them and without a word of what
// stands behind it. `npm run prove` sends 1,000,000 inputs (INPUTS); a failure names SEED and number of its input (FROM).

const INPUTS = Number(process.env.INPUTS ?? 3_000);
const SEED = Number(process.env.SEED ?? 1);
/** The first number: what was sent before a failure that was mended need not be sent again. */
const FROM = Number(process.env.FROM ?? 0);

const signs = signer('ES256', 'fuzz');
const issuer = createServer((request, response) => {
  const keys = request.url === '/keys';
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(
    JSON.stringify(keys ? { keys: [signs.publicJwk] } : { issuer: issuerUrl, jwks_uri: `${issuerUrl}/keys` }),
  );
});
await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve));
const issuerUrl = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}`;
afterAll(() => {
  issuer.closeAllConnections();
  issuer.close();
});

const city = await world(async ({ city: { database } }) => {
  const sql = database.session('gateway', 'access', { timeoutMs: 5_000, max: 2 });
  await register(sql, 'bank', 'BANK');
  const config = readConfig({ OIDC_ISSUER: issuerUrl }, []).access;
  const log = createLog('silent');
  const identity = createIdentity({ config, issuer: issuerAt(new URL(issuerUrl), log), sql, log });
  afterAll(() => identity.stop());
  return (request) => identity.identify(request);
});
const send = askingAt(city.url);
const tokens = [
  signed(signs, {}, { iss: issuerUrl, exp: Math.floor(Date.now() / 1000) + 36_000 }),
  signed(signs, {}, { iss: issuerUrl, exp: 1 }),
  signed(signs, { alg: 'none' }, { iss: issuerUrl }),
];

const CODES = [
  ...[
    'NOT_FOUND',
    'METHOD_NOT_ALLOWED',
    'BAD_USER_INPUT',
    'BAD_REQUEST',
    'QUESTION_TOO_LARGE',
    'UNAUTHENTICATED',
    'FORBIDDEN',
  ],
  ...['AUTHORIZATION_REQUIRED', 'GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'OPERATION_RESOLUTION_FAILURE'],
  'PERSISTED_QUERY_NOT_FOUND',
];

/** As whom they are answered: odd headers may name a purpose that is theirs to name. */
function answeredAs(asker: Asker, { headers }: Sent): Asker {
  const isNamed = ['SUPERVISION', 'AUDIT_INSPECTION'].includes(String(headers['credit-purpose']));
  return (isNamed && city.askers.find(({ name }) => name === `${asker.name}+PURPOSE`)) || asker;
}

/** What is wrong with an answer. */
function wrongsOf(
  { status, headers, text }: Received,
  asker: Asker,
  { method, headers: given, body }: Sent,
): readonly string[] {
  const wrongs: string[] = [];
  if (status >= 500) wrongs.push(`status ${status}`);
  wrongs.push(...city.tokens.hiddenIn(`${text} ${JSON.stringify(headers)}`, asker, `${body} ${JSON.stringify(given)}`));
  if (method === 'HEAD' || status === 302) return wrongs;
  if (!/^application\/(?:graphql-response\+)?json/u.test(String(headers['content-type']))) wrongs.push('not JSON');
  if (headers['x-request-id'] === undefined) wrongs.push('no request id');
  try {
    const { errors = [] } = JSON.parse(text);
    for (const { message, extensions } of errors) {
      if (!CODES.includes(extensions.code)) wrongs.push(`code ${extensions.code}`);
      if (!/\p{Script=Han}/u.test(message)) wrongs.push(`not in our words: ${message}`);
      const told = `${message} ${JSON.stringify(extensions)}`.replaceAll(
        /Apollo-Require-Preflight|\w+Connection\w*/gu,
        '',
      );
      if (BEHIND.test(told)) wrongs.push(`tells what stands behind: ${told}`);
    }
  } catch {
    wrongs.push('not to be parsed');
  }
  return wrongs;
}

const LATE = 'code SOURCE_UNAVAILABLE';

describe('Whatever is sent', () => {
  it(`by anybody, ${INPUTS} inputs, is answered in our words without what is hidden from them`, {
    timeout: 600_000 + INPUTS * 30,
  }, async () => {
    const pool = openPool(city, randomOf(SEED));
    const stuffs = new Map<Asker, Stuff>(
      city.askers.map((asker, index) => [asker, stuffOf(viewOf(asker), pool, tokens, randomOf(SEED * 100 + index))]),
    );
    const statuses = new Map<number, number>();
    const numbers = Array.from({ length: INPUTS }, (_, index) => FROM + index);
    await several(numbers, 8, async (number) => {
      const random = randomOf(SEED * 10_000_000 + number);
      const asker = random.pick(city.askers);
      const input = oddInput(stuffs.get(asker) as Stuff, random);
      const answer = await send(asker, input);
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      if (number > FROM && number % 50_000 === 0) console.log(`${number} of ${FROM + INPUTS}`);
      const wrongs = wrongsOf(answer, answeredAs(asker, input), input);
      // A crowded machine may make a department late; an input that makes it so does it again.
      const isLate = wrongs.length > 0 && wrongs.every((wrong) => wrong === LATE);
      expect(
        isLate ? wrongsOf(await send(asker, input), answeredAs(asker, input), input) : wrongs,
        `SEED=${SEED}, input ${number} as ${asker.name}: ${shown(input)}`,
      ).toEqual([]);
    });
    expect(statuses.get(200)).toBeGreaterThan(INPUTS / 10);
    expect(statuses.get(400)).toBeGreaterThan(INPUTS / 10);
    expect([...statuses.keys()]).toEqual(expect.arrayContaining([401, 405]));
  });
});

/** As much of an input as a report holds. */
function shown({ body, ...rest }: Sent): string {
  const text = typeof body === 'string' ? body : Buffer.from(body ?? []).toString('base64');
  return `${JSON.stringify(rest)} ${text.slice(0, 2_000)}`;
}
