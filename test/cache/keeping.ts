import { setTimeout as pause } from 'node:timers/promises';
import { request } from 'undici';
import { afterAll } from 'vitest';
import { type AnswerCache, type AnswerCacheOptions, openAnswerCache } from '../../gateway/cache/index.ts';
import type { GatewayOptions } from '../../gateway/server.ts';
import { createLog } from '../../platform/log.ts';
import type { Figures } from '../../platform/observing/metrics.ts';
import type { TestCity } from '../support/city.ts';

/** After so long nothing is told any more that has changed: what the tests' gateways are given, less than everybody's. */
export const FRESH_MS = 600;

export interface Told {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly text: string;
  /** Whether it was given before. */
  readonly wasKept: boolean;
}

/** A gateway that keeps answers. */
export interface Keeping {
  readonly url: string;
  readonly cache: AnswerCache;
  /** How often each came of looking for a kept answer. */
  readonly outcomes: Record<string, number>;
  post(query: string, variables?: object, headers?: Record<string, string>): Promise<Told>;
  get(parameters: Record<string, string>, headers?: Record<string, string>): Promise<Told>;
  /** Asks until it is told what was told before. */
  kept(query: string, variables?: object, headers?: Record<string, string>): Promise<Told>;
}

export interface KeepingOptions {
  readonly cache?: Partial<AnswerCacheOptions>;
  readonly gateway?: Partial<GatewayOptions>;
}

/** Before the departments of a city, until the test file ends. Questions are asked of it one after another. */
export async function keeping(city: TestCity, { cache: own, gateway }: KeepingOptions = {}): Promise<Keeping> {
  const outcomes: Record<string, number> = {};
  const figures: Figures = {
    count(name, { outcome } = {}) {
      if (name === 'credit_graph_cache_lookups_total' && outcome) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    },
    observe: () => undefined,
    gauge: () => () => undefined,
  };
  const opened = openAnswerCache({
    figures,
    transports: city.city.transports,
    log: createLog('silent'),
    bytes: 8 * 1024 * 1024,
    everyMs: 50,
    freshMs: FRESH_MS,
    ...own,
  });
  afterAll(() => opened.stop());
  let wasKept = false;
  const cache: AnswerCache = {
    ...opened,
    async find(key) {
      const found = await opened.find(key);
      wasKept = found !== undefined;
      return found;
    },
  };
  const url = await city.gateway({ ...gateway, cache });
  // Not by fetch, which puts `cache-control: no-cache` beside a caller's `if-none-match`.
  const told = async (asked: ReturnType<typeof request>): Promise<Told> => {
    wasKept = false;
    const { statusCode: status, headers, body } = await asked;
    return { status, headers: headers as Record<string, string>, text: await body.text(), wasKept };
  };
  const post: Keeping['post'] = (query, variables = {}, headers = {}) =>
    told(
      request(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query, variables }),
      }),
    );
  return {
    url,
    cache,
    outcomes,
    post,
    get: (parameters, headers = {}) =>
      told(
        request(`${url}?${new URLSearchParams(parameters)}`, {
          headers: { 'apollo-require-preflight': '1', ...headers },
        }),
      ),
    async kept(query, variables, headers) {
      for (let times = 0; times < 200; times += 1) {
        const answer = await post(query, variables, headers);
        if (answer.wasKept) return answer;
        await pause(20);
      }
      throw new Error('it is never kept');
    },
  };
}

/** Long enough after something was stored: who asks now must be told it. */
export async function beTold(): Promise<void> {
  await pause(FRESH_MS);
}
