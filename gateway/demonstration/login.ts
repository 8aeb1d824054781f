import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Provider } from 'oidc-provider/lib/provider.js';
import { storySubjects } from '../../demonstration/story.ts';
import { readForm } from '../authorizations/page/form.ts';
import { type Frame, html, noticePage, PAGE_HEADERS, pageText } from '../authorizations/page/html.ts';

/** Where the invented city's people log in, below the issuer's address. */
export const INTERACTION = '/interaction/';

interface Person {
  /** The credit code of the company that the person represents. */
  readonly id: string;
  readonly title: string;
}

/** The representatives of the companies that have a story: one may choose to be any of them. */
export const people: readonly Person[] = storySubjects.flatMap(({ creditCode, name }) =>
  creditCode === null ? [] : [{ id: creditCode, title: `${name}的代表` }],
);

/** Asks as whom one wants to log in; nobody has a password in a city that does not exist. */
export async function answerInteraction(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method === 'POST') {
    const form = await readForm(request);
    const chosen = people.find(({ id }) => id === form.get('person'));
    try {
      if (chosen) return await provider.interactionFinished(request, response, { login: { accountId: chosen.id } });
    } catch {
      return show(response, 400, noticePage('登录没有完成', '这次登录已经过时。请回到确认页重新登录。'));
    }
  }
  const isUnderWay = await provider.interactionDetails(request, response).then(
    () => true,
    () => false,
  );
  if (!isUnderWay) return show(response, 404, noticePage('没有这次登录', '这次登录已经过时。请回到确认页重新登录。'));
  const choices = people.map(
    ({ id, title }) => html`<p><button class="quiet" name="person" value="${id}">${title}</button></p>`,
  );
  const content = html`<p>这是虚构的云泽市的演示登录:没有口令,请选择以谁的身份登录。</p><form method="post">${choices}</form>`;
  show(response, 200, { title: '演示登录', content });
}

function show(response: ServerResponse, status: number, frame: Frame): void {
  const body = Buffer.from(pageText(frame));
  response.writeHead(status, { ...PAGE_HEADERS, 'content-length': body.length }).end(body);
}
