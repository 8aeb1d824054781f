import { afterAll } from 'vitest';
import type { Departments } from '../../gateway/departments/index.ts';
import { NO_LAST_KNOWN } from '../../gateway/departments/last-known-policy.ts';
import { createGateway, type GatewayOptions } from '../../gateway/server.ts';
import { committedSupergraph } from '../../gateway/supergraph/committed.ts';
import { sourceUnavailable } from '../../platform/errors.ts';
import { createLog } from '../../platform/log.ts';
import { viewerKeyOf } from '../../platform/subgraph/department.ts';
import { farTransport } from '../../platform/subgraph/transport.ts';
import { viewerSigner } from '../../platform/viewer/token.ts';
import { madeUpCode } from '../departments/submitted.ts';
import { type Answer, answerOf, TODAY, testCity } from '../support/city.ts';
import { TEST_SECRET } from '../support/database.ts';
import { type Fault, faultyDepartment, httpAnswer, type Received } from '../support/faulty-department.ts';

/** Deadlines that no test reaches unless it wants to. */
const PATIENCE_MS = 30_000;

export const NAME = '云泽缺席有限公司';
export const CODE = madeUpCode('MA0K5BBB');
export const SILENT = {
  message: sourceUnavailable('tax', '税务部门').message,
  path: ['subject', 'tax'],
  extensions: { code: 'SOURCE_UNAVAILABLE', department: 'tax', retryAfter: 5 },
};

/** The question, under another name each time: no two of them are the same. */
export const ratings = (alias = 'creditRatings'): string =>
  `{ subject(identifier: "${CODE}") { name tax { ${alias}: creditRatings { totalCount } } } }`;
export const WHOLE = { subject: { name: NAME, tax: { creditRatings: { totalCount: 1 } } } };
export const WITHOUT_TAX = { subject: { name: NAME, tax: null } };

export type Ask = (
  query: string,
  headers?: Record<string, string>,
  signal?: AbortSignal,
  variables?: Readonly<Record<string, unknown>>,
) => Promise<Asked>;
export interface Asked extends Answer {
  readonly headers: Headers;
}

/** A gateway before the city, which calls the tax department over the wire. */
export interface Before {
  readonly ask: Ask;
  readonly stateOf: Departments['stateOf'];
}

/** A city with one company in it that has one rating, and a server in the tax department's place. Call it at the top. */
export async function taxElsewhere(options: Parameters<typeof testCity>[0] = {}) {
  const tax = await faultyDepartment();
  const city = await testCity(options);
  await city.take('credit.subject', `机构名称,统一社会信用代码,行政区划\n${NAME},${CODE},990102\n`);
  await city.take(
    'tax.credit-rating',
    `纳税人名称,统一社会信用代码,评价年度,信用等级,评价单位\n${NAME},${CODE},2025,A,云泽市税务局\n`,
  );

  const truth = async ({ question, token }: Received) => {
    const department = city.city.near.get('tax');
    if (!department) throw new Error('the real tax department is not here');
    return department.ask(question, token);
  };
  const honest: Fault = async (socket, received) => {
    socket.write(httpAnswer(JSON.stringify(await truth(received))));
  };
  /** Says in our words that its database is silent. */
  const withoutDatabase: Fault = async (socket, received) => {
    const { data } = JSON.parse(JSON.stringify(await truth(received)));
    data._entities[0].tax = null;
    const error = { message: 'x', path: ['_entities', 0, 'tax'], extensions: { code: 'SOURCE_UNAVAILABLE' } };
    socket.write(httpAnswer(JSON.stringify({ data, errors: [error] })));
  };
  tax.do(honest);

  const gatewayBefore = async (own: Partial<GatewayOptions> = {}): Promise<Before> => {
    const far = farTransport('tax', '税务部门', tax.url, viewerSigner('tax', viewerKeyOf(TEST_SECRET, 'tax')));
    const gateway = await createGateway({
      supergraphSdl: committedSupergraph(),
      transports: new Map([...city.city.transports, ['tax', far]]),
      log: createLog('silent'),
      now: () => TODAY,
      deadlineMs: PATIENCE_MS,
      limits: { milliseconds: PATIENCE_MS },
      audit: city.audit?.audit,
      ...own,
      budgets: { lastKnown: NO_LAST_KNOWN, ...own.budgets },
    });
    const listening = await gateway.listen({ host: '127.0.0.1', port: 0 });
    afterAll(async () => {
      await listening.close(1_000);
      await gateway.stop();
      await far.close();
    });
    return {
      stateOf: gateway.stateOf,
      async ask(query, headers = {}, signal = undefined, variables = {}) {
        const response = await fetch(`http://127.0.0.1:${listening.port}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body: JSON.stringify({ query, variables }),
          signal: signal ?? null,
        });
        return { ...(await answerOf(response)), headers: response.headers };
      },
    };
  };
  return { city, tax, honest, withoutDatabase, gatewayBefore };
}

/** Data and errors of an answer, which is what most tests compare. */
export function said({ data, errors }: Answer): Pick<Answer, 'data' | 'errors'> {
  return { data, errors };
}

/** Whether the gateway itself asks, to see if the department is back. */
export function isLook({ question }: Received): boolean {
  return question.query.includes('recordPresence');
}

/** Holds what comes until it is let go, then does this to it. */
export function holding(then: Fault): { readonly fault: Fault; readonly held: Received[]; letGo(): void } {
  const held: Received[] = [];
  let go: (() => void) | undefined;
  const gone = new Promise<void>((resolve) => {
    go = resolve;
  });
  return {
    held,
    letGo: () => go?.(),
    async fault(socket, received) {
      held.push(received);
      await gone;
      await then(socket, received);
    },
  };
}
