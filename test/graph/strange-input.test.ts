import fc from 'fast-check';
import { describe, it } from 'vitest';
import { type Answer, answerOf, testCity } from '../support/city.ts';
import { codeOf, subjectsFile } from './files.ts';
import { anything, check, nasty, QUESTION } from './strange.ts';

// Whatever bytes arrive: the answer is one of ours.

const city = await testCity();
await city.take('credit.subject', subjectsFile([['云泽晨光机械有限公司', codeOf(1)]]));

async function send(body: string | Uint8Array<ArrayBuffer>): Promise<Answer> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
  return answerOf(await fetch(city.url, init));
}

describe('No input breaks the gateway', () => {
  it('not random bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => check(await send(new Uint8Array(bytes)))),
      { numRuns: 60 },
    );
  });

  it('not random JSON', async () => {
    const bodies = fc.oneof(
      fc.json({ stringUnit: 'binary' }),
      fc
        .record(
          { query: anything, variables: anything, operationName: anything, extensions: anything },
          { requiredKeys: [] },
        )
        .map((body) => JSON.stringify(body)),
    );
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => check(await send(body))),
      { numRuns: 100 },
    );
  });

  it('not a question with pieces cut out, doubled, exchanged or put in', async () => {
    const edits = fc.array(
      fc.record({
        at: fc.nat(QUESTION.length),
        length: fc.nat(12),
        by: fc.oneof(
          fc.constantFrom('', '@asOf(known: "2026-01-01T00:00:00Z")', '@include(if: true)', 'fragment '),
          fc.constantFrom(...'{ } ( ... ! $ __typename """ " # [ & | \\u{110000} \\ud800'.split(' ')),
          nasty,
        ),
      }),
      { minLength: 1, maxLength: 3 },
    );
    const mutated = edits.map((list) =>
      list.reduce((text, { at, length, by }) => text.slice(0, at) + by + text.slice(at + length), QUESTION),
    );
    await fc.assert(
      fc.asyncProperty(mutated, async (query) => check(await send(JSON.stringify({ query })))),
      { numRuns: 150 },
    );
  });

  it('not random addresses', async () => {
    const paths = fc.oneof(
      fc.webPath(),
      fc.webQueryParameters().map((query) => `/graphql?${query}`),
      fc.webQueryParameters().map((query) => `/graphql?query=${query}`),
    );
    await fc.assert(
      fc.asyncProperty(paths, async (path) => {
        const url = new URL(city.url).origin + (path.startsWith('/') ? path : `/${path}`);
        const response = await fetch(url, { headers: { 'apollo-require-preflight': '1' }, redirect: 'manual' });
        if (response.status === 302) return;
        check(await answerOf(response));
      }),
      { numRuns: 60 },
    );
  });
});
