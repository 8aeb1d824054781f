import { serverAudits } from 'graphql-http';
import { describe, expect, it } from 'vitest';
import { testCity } from '../support/city.ts';

// What the GraphQL-over-HTTP audits of graphql-http find in the gateway as it runs in production.

const city = await testCity();
const audits = serverAudits({ url: city.url });

/** MAY: by GET without a header that only a page of ours can set; refused, so that no page elsewhere asks in a visitor's name. */
const REFUSED_ON_PURPOSE = ['5A70', 'D6D5', '6A70'];

describe('GraphQL over HTTP', () => {
  it('is audited as a whole', () => {
    expect(audits.length).toBeGreaterThanOrEqual(61);
  });

  it.each(audits.map(({ id, name, fn }) => ({ id, name, fn })))('$id $name', async ({ id, fn }) => {
    const result = await fn();
    const said = result.status === 'ok' ? 'ok' : `${result.status}: ${result.reason}`;
    if (REFUSED_ON_PURPOSE.includes(id)) expect(result.status).not.toBe('ok');
    else expect(said).toBe('ok');
  });
});
