import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { DatabaseError } from '../../../platform/database/index.ts';
import { Refusal } from '../../../platform/errors.ts';
import { targetOf } from '../../../platform/http.ts';
import type { Log } from '../../../platform/log.ts';
import { dayInShanghai } from '../../../platform/viewer/viewer.ts';
import { CredentialRefusal } from '../../access/refusal.ts';
import type { KeepChange } from '../../audit/changes.ts';
import { type Authorization, isId, statusOn } from '../authorization.ts';
import { blocksOn } from '../blocks.ts';
import { attemptOf } from '../idempotency.ts';
import { STATUS_LABELS } from '../labels.ts';
import type { Representative } from '../representative.ts';
import { type Authorizations, PAGE_PATH } from '../service.ts';
import type { Change } from '../store.ts';
import { readForm } from './form.ts';
import { authorizationPage, type Frame, listPage, noticePage, PAGE_HEADERS, pageText } from './html.ts';
import { isSecure, type PageLogin } from './login.ts';
import { isOwnForm, type Session, type sessions } from './session.ts';

/** The page on which companies decide on authorizations, under `/authorizations`. */
export interface AuthorizationPage {
  /** Whether a request is for it. */
  serves(request: IncomingMessage): boolean;
  answer(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

export interface PageOptions {
  readonly authorizations: Authorizations;
  readonly login: PageLogin;
  readonly sessions: ReturnType<typeof sessions>;
  /** Titles of catalogue items, by code. */
  readonly titles: ReadonlyMap<string, string>;
  /** A company's name, where that is known just now. */
  readonly nameOf: (subject: string) => Promise<string | undefined>;
  readonly log: Log;
  readonly now: () => Date;
  /** Keeps what was decided in the audit chain, where there is one. */
  readonly keepChange?: KeepChange | undefined;
}

/** Who decides on the page is known by the company alone; no client of the register asked. */
const NOBODYS_CLIENT = { client: null, role: 'SUBJECT', organisation: null, department: null } as const;
const CALLBACK = '/callback';
const SHOWN = 100;
const ACTOR = 'authorizations page';

export function createAuthorizationPage(options: PageOptions): AuthorizationPage {
  const { authorizations, login, log, now } = options;
  const { store } = authorizations;

  async function answer(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const { search } = targetOf(request);
    const callback = authorizations.addressOf(CALLBACK, request);
    if (path === CALLBACK && request.method === 'GET') return finish(request, response, search, callback);
    const session = options.sessions.of(request);
    if (!session) {
      if (request.method === 'GET') return begin(response, path, callback);
      return show(response, 403, noticePage('请重新登录', '登录已过时。请回到确认页重新登录后再操作。'));
    }
    if (request.method === 'POST') return post(request, response, path, session, callback);
    const today = dayInShanghai(now());
    const representative = await authorizations.representation.looking(session);
    if (path === '') {
      const none = { status: null, expiresBefore: null };
      const { rows, total } = await store.page(representative, none, { limit: SHOWN, after: null }, today);
      return show(response, 200, listPage(rows, total, today, session.token));
    }
    const found = await findOf(path, representative, today);
    if (!found) return show(response, 404, unknown(session));
    return show(response, 200, await shownPage(found, session, today));
  }

  async function begin(response: ServerResponse, path: string, callback: string): Promise<void> {
    const { location, cookie } = await login.begin(path, callback);
    response.writeHead(303, { location, 'set-cookie': cookie, 'cache-control': 'no-store' }).end();
  }

  async function finish(request: IncomingMessage, response: ServerResponse, search: string, callback: string) {
    const forgotten = login.forget(callback);
    try {
      const { claimed, to } = await login.finish(request, search, callback);
      if (!claimed) {
        const sentence = '您的账号没有经过实名认证,或没有代表任何企业的身份,因此不能决定企业的授权。';
        return show(response, 403, noticePage('不能代表企业', sentence), [forgotten]);
      }
      const begun = options.sessions.begin(claimed, isSecure(callback));
      const location = `${PAGE_PATH}${isPage(to) ? to : ''}`;
      response.writeHead(303, { location, 'set-cookie': [begun, forgotten], 'cache-control': 'no-store' }).end();
    } catch (error) {
      if (error instanceof Refusal) throw error;
      log.warn({ reason: error instanceof Error ? error.message : 'unknown' }, 'a login was not finished');
      const sentence = '身份签发方的回应无法核对,可能已经过时。请回到确认页重新登录。';
      show(response, 400, noticePage('登录没有完成', sentence), [forgotten]);
    }
  }

  async function post(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    session: Session,
    callback: string,
  ): Promise<void> {
    const form = await readForm(request);
    if (!isOwnForm(request, session, form.get('token')))
      return show(
        response,
        403,
        noticePage('没有办理', '此表单不是从本页提交的。请回到确认页重新操作。', session.token),
      );
    if (path === '/logout') {
      const ended = options.sessions.end(isSecure(callback));
      return show(response, 200, noticePage('已退出', '您已退出。'), [ended]);
    }
    const change = CHANGES.find((one) => one === form.get('change'));
    const id = path.slice(1);
    if (!change || !isId(id)) return show(response, 400, noticePage('没有办理', '不认识的操作。', session.token));
    const { subject, personHash } = session;
    const today = dayInShanghai(now());
    const attempt = attemptOf(form.get('key') ?? '', [ACTOR, subject, personHash], [change, id], authorizations.key);
    const at = { today, now: now().toISOString(), by: personHash };
    const representative = await authorizations.representation.deciding(session);
    const outcome = await store.change(id, change, representative, at, attempt);
    if (outcome.is === 'DONE') {
      const who = { ...NOBODYS_CLIENT, ownSubject: subject };
      await options.keepChange?.(change, outcome.authorization, { who, request: randomUUID() });
      response.writeHead(303, { location: `${PAGE_PATH}/${id}`, 'cache-control': 'no-store' }).end();
      return;
    }
    if (outcome.is !== 'WRONG_STATE' && representative.doubt) throw representative.doubt;
    if (outcome.is !== 'WRONG_STATE') return show(response, 404, unknown(session));
    const status = STATUS_LABELS[statusOn(outcome.authorization, today)];
    show(response, 409, noticePage('没有办理', `这份授权现为${status},不能如此变更。`, session.token));
  }

  async function findOf(path: string, whose: Representative, today: string): Promise<Authorization | undefined> {
    const id = path.slice(1);
    return isId(id) ? store.find(id, whose, today) : undefined;
  }

  async function shownPage(authorization: Authorization, { token }: Session, today: string): Promise<Frame> {
    const titlesOf = (codes: readonly string[]) =>
      codes.filter((code) => authorization.items.includes(code)).map((code) => options.titles.get(code) ?? code);
    const titles = new Map(blocksOn(today).map(({ code, items }) => [code, titlesOf(items)]));
    const company = (await options.nameOf(authorization.subject_id)) ?? '本企业';
    return authorizationPage({ authorization, company, titles, today, token, key: randomUUID() });
  }

  return {
    serves(request) {
      const { pathname } = targetOf(request);
      return pathname === PAGE_PATH || pathname.startsWith(`${PAGE_PATH}/`);
    },
    async answer(request, response) {
      const path = targetOf(request).pathname.slice(PAGE_PATH.length).replace(/\/$/u, '');
      if (request.method !== 'GET' && request.method !== 'POST') {
        response.setHeader('allow', 'GET, POST');
        return show(response, 405, noticePage('没有办理', '此处只接受 GET 与 POST。'));
      }
      if (!isPage(path) && path !== CALLBACK && path !== '/logout')
        return show(response, 404, noticePage('没有这一页', '没有这个地址。'));
      try {
        await answer(request, response, path);
      } catch (error) {
        const isSilent = error instanceof DatabaseError && error.code !== 'INTERNAL';
        if (!(error instanceof Refusal) && !isSilent) throw error;
        const isSaid = error instanceof Refusal && !(error instanceof CredentialRefusal);
        const sentence = isSaid ? error.message : '所需的服务暂时没有应答。请稍后重试;重试不会重复办理。';
        show(response, isSaid ? statusOf(error) : 503, noticePage('暂时不能办理', sentence));
      }
    },
  };
}

const CHANGES: readonly Change[] = ['GRANT', 'DECLINE', 'REVOKE'];

function statusOf({ extensions: { code } }: Refusal): number {
  if (code === 'FORBIDDEN') return 403;
  return code === 'SERVICE_UNAVAILABLE' || code === 'AUDIT_UNAVAILABLE' ? 503 : 400;
}

/** The list, or what has the form of an authorization's page. */
function isPage(path: string): boolean {
  return path === '' || isId(path.slice(1));
}

function unknown(session: Session): Frame {
  return noticePage('没有这份授权', '没有这份授权,或它与您所代表的企业无关。', session.token);
}

function show(response: ServerResponse, status: number, frame: Frame, cookies: readonly string[] = []): void {
  if (cookies.length > 0) response.setHeader('set-cookie', cookies);
  const body = Buffer.from(pageText(frame));
  response.writeHead(status, { ...PAGE_HEADERS, 'content-length': body.length }).end(body);
}
