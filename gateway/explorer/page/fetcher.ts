import type { GraphiQLProps } from 'graphiql';

/** Sends a question to the endpoint at this page's own address; whatever goes wrong becomes an answer one can read. */
export const fetcher: GraphiQLProps['fetcher'] = async (question, options) => {
  let response: Response;
  try {
    response = await fetch(location.pathname, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json',
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
