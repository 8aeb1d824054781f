import type { GraphiQLProps } from 'graphiql';
import { credential } from './asker.ts';

/** Sends a question to the endpoint at this page's own address; whatever goes wrong becomes an answer one can read. */
export const fetcher: GraphiQLProps['fetcher'] = async (question, options) => {
  let who: Record<string, string>;
  try {
    who = await credential();
  } catch (error) {
    return problem(error instanceof Error ? error.message : '没有取得令牌。');
  }
  let response: Response;
  try {
    response = await fetch(location.pathname, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json',
        ...who,
        ...options?.headers,
      },
      body: JSON.stringify(question),
    });
  } catch {
    return problem('连接不上服务，请稍后再试。');
  }
  try {
    return await response.json();
  } catch {
    return problem(`服务的回答不是 JSON（HTTP ${response.status}）。`);
  }
};

function problem(message: string) {
  return { errors: [{ message }] };
}
