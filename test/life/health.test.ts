import { afterAll, describe, expect, it } from 'vitest';
import { createGateway } from '../../gateway/server.ts';
import { committedSupergraph } from '../../gateway/supergraph/committed.ts';
import { createLog } from '../../platform/log.ts';
import { viewerKeyOf } from '../../platform/subgraph/department.ts';
import { farTransport, type Transport } from '../../platform/subgraph/transport.ts';
import { viewerSigner } from '../../platform/viewer/token.ts';
import { departments } from '../../subgraphs/index.ts';
import { isFar, testCity } from '../support/city.ts';
import { TEST_SECRET } from '../support/database.ts';

// Whoever sends questions to gateways asks each whether it should be sent any.

const city = await testCity();

async function gatewayBefore(transports: ReadonlyMap<string, Transport>) {
  const gateway = await createGateway({ supergraphSdl: committedSupergraph(), transports, log: createLog('silent') });
  const listening = await gateway.listen({ host: '127.0.0.1', port: 0 });
  afterAll(async () => {
    await listening.close(1_000);
    await gateway.stop();
  });
  const ready = async () => {
    const response = await fetch(`http://127.0.0.1:${listening.port}/health/ready`);
    // biome-ignore lint/suspicious/noExplicitAny: a line is what it is asked for
    return { status: response.status, told: (await response.json()) as any };
  };
  return { gateway, ready };
}

function gone({ department, title }: Transport): Transport {
  const sign = viewerSigner(department, viewerKeyOf(TEST_SECRET, department));
  const transport = farTransport(department, title, new URL('http://127.0.0.1:1/graphql'), sign);
  afterAll(() => transport.close());
  return transport;
}

const within = (...names: readonly string[]) =>
  new Map(
    [...city.city.transports].map(([name, transport]) => [name, names.includes(name) ? gone(transport) : transport]),
  );

describe('GET /health/ready', () => {
  it('has a line for each department, which says whether its database answered, when, and how fast', async () => {
    const { ready } = await gatewayBefore(city.city.transports);
    const { status, told } = await ready();
    expect(status).toBe(200);
    expect(told).toMatchObject({ isReady: true, isDraining: false });
    expect(told.departments.map(({ department }: { department: string }) => department).sort()).toEqual(
      departments.map(({ name }) => name).sort(),
    );
    for (const line of told.departments)
      expect(line).toEqual({
        department: expect.any(String),
        title: expect.stringMatching(/\p{Script=Han}/u),
        isAnswering: true,
        ms: expect.any(Number),
        checkedAt: expect.stringMatching(/^\d{4}-.*Z$/u),
        answeredAt: line.checkedAt,
        breaker: 'CLOSED',
      });
  });

  it('says which department is silent, without saying where it is, and stays ready: it costs its own slice', async () => {
    const { ready } = await gatewayBefore(within('tax'));
    const { status, told } = await ready();
    expect([status, told.isReady]).toEqual([200, true]);
    const silent = told.departments.filter(({ isAnswering }: { isAnswering: boolean }) => !isAnswering);
    expect(silent).toMatchObject([{ department: 'tax', answeredAt: null }]);
    expect(JSON.stringify(told)).not.toMatch(/127\.0\.0\.1|ECONN/u);
  });

  it('is 503 where nobody answers at all, and where the gateway is about to stop', async () => {
    const alone = await gatewayBefore(within(...departments.map(({ name }) => name)));
    expect(await alone.ready()).toMatchObject({ status: 503, told: { isReady: false, isDraining: false } });
    const { gateway, ready } = await gatewayBefore(city.city.transports);
    gateway.drain();
    expect(await ready()).toMatchObject({ status: 503, told: { isReady: false, isDraining: true } });
  });

  it.skipIf(isFar)('asks each department once, however often it is asked (counted near)', async () => {
    const { ready } = await gatewayBefore(city.city.transports);
    city.statements.length = 0;
    await Promise.all(Array.from({ length: 20 }, ready));
    expect(city.statements).toHaveLength(departments.length);
  });
});
