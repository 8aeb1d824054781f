import { afterAll } from 'vitest';
import { openAuthorizations } from '../../cli/authorizations.ts';
import { openIdentity } from '../../cli/identity.ts';
import { createGateway } from '../../gateway/server.ts';
import { committedSupergraph } from '../../gateway/supergraph/committed.ts';
import { readConfig } from '../../platform/config.ts';
import { createLog } from '../../platform/log.ts';
import { type Answer, answerOf, type TestCity } from './city.ts';

/** A gateway before the invented city as `npm start` makes it, with the issuer of its own and the page of companies. */
export interface Demonstrated {
  readonly origin: string;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  /** Asks as the ready client of a role. */
  askAs(role: string, query: string, variables?: object, headers?: Record<string, string>): Promise<Answer>;
}

/** Until the test file ends; nothing but the demonstration's own files may have been taken. Call it at the top. */
export async function demonstrated({ city, audit }: TestCity): Promise<Demonstrated> {
  const log = createLog('silent');
  const names = city.cards.map(({ name }) => name);
  const { identity, demonstration, issuer, access } = await openIdentity(
    city,
    readConfig({ DEMONSTRATION: 'on' }, names),
    log,
  );
  if (!demonstration) throw new Error('this city is not invented');
  const { authorizations, page, stop } = openAuthorizations({ city, access, issuer, log, audit: audit?.audit });
  const gateway = await createGateway({
    supergraphSdl: committedSupergraph(),
    transports: city.transports,
    log,
    identify: identity.identify,
    demonstration,
    audit: audit?.audit,
    authorizations,
    authorizationPage: page,
    deadlineMs: 20_000,
    limits: { milliseconds: 20_000 },
  });
  const listening = await gateway.listen({ host: '127.0.0.1', port: 0 });
  const origin = `http://127.0.0.1:${listening.port}`;
  demonstration.open(origin);
  afterAll(async () => {
    stop();
    await listening.close(1_000);
    await gateway.stop();
    await identity.stop();
  });
  const post: Demonstrated['post'] = (path, body, headers = {}) =>
    fetch(`${origin}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  return {
    origin,
    post,
    async askAs(role, query, variables = {}, headers = {}) {
      const issued = (await (await post('/demonstration/token', { role })).json()) as { readonly access_token: string };
      const authorization = `Bearer ${issued.access_token}`;
      return answerOf(await post('/graphql', { query, variables }, { authorization, ...headers }));
    },
  };
}
