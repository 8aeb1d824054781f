import { createHash } from 'node:crypto';
import type { Term } from '../../../schema/codes/index.ts';
import { type Authorization, type AuthorizationStatus, type LoanPurpose, statusOn } from '../authorization.ts';
import { blockTerms } from '../blocks.ts';
import { STATUS_LABELS } from '../labels.ts';

/** A text of HTML; everything else is escaped where it is put in. */
class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Part = string | number | Html | readonly Html[];

export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.map((text, at) => text + written(parts[at])).join(''));
}

function written(part: Part | undefined): string {
  if (part === undefined) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'object') return part.map(({ text }) => text).join('');
  return String(part).replace(/[&<>"']/gu, (character) => `&#${character.charCodeAt(0)};`);
}

const STYLE = `
:root { color-scheme: light dark; --line: #8886; --strong: #0b57a4; --danger: #a3261b; }
@media (prefers-color-scheme: dark) { :root { --strong: #8ec1ff; --danger: #ffb0a8; } }
* { box-sizing: border-box; }
body { margin: 0; font: 1rem/1.7 system-ui, "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif; }
header, main, footer { max-width: 46rem; margin: 0 auto; padding: 1rem 1.25rem; }
header { display: flex; justify-content: space-between; gap: 1rem; border-bottom: 1px solid var(--line); flex-wrap: wrap; }
h1 { font-size: 1.5rem; line-height: 1.35; margin: .75rem 0; }
h2 { font-size: 1.1rem; margin: 1.75rem 0 .25rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .35rem 1.25rem; margin: 1rem 0; }
dt { opacity: .75; } dd { margin: 0; overflow-wrap: anywhere; }
ul { padding-left: 1.25rem; margin: .25rem 0; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .5rem .5rem .5rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
form { display: inline; } .actions { margin: 1.5rem 0; display: flex; gap: 1rem; flex-wrap: wrap; }
button { font: inherit; padding: .6rem 1.6rem; border-radius: .4rem; border: 2px solid var(--strong); background: var(--strong); color: Canvas; cursor: pointer; }
button.quiet { background: none; color: var(--strong); } button.danger { background: none; border-color: var(--danger); color: var(--danger); }
a { color: var(--strong); } a:focus-visible, button:focus-visible { outline: 3px solid; outline-offset: 2px; }
.note { border-left: 4px solid var(--strong); padding: .25rem 1rem; margin: 1rem 0; } footer { opacity: .8; border-top: 1px solid var(--line); }
`;

/** Nothing is loaded from anywhere, no script runs, no other page frames it or is sent its forms. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
};

export interface Frame {
  readonly title: string;
  /** The session's token for the button that ends it; without one nobody is logged in. */
  readonly token?: string | undefined;
  readonly content: Html;
}

export function pageText({ title, token, content }: Frame): string {
  const style = new Html(STYLE);
  const leave =
    token === undefined
      ? html``
      : html`<form method="post" action="/authorizations/logout"><input type="hidden" name="token" value="${token}"><button class="quiet">退出</button></form>`;
  return html`<!doctype html>
<html lang="zh-CN">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title} · 信用图谱</title><style>${style}</style></head>
<body>
<header><a href="/authorizations">信用图谱 · 企业授权</a>${leave}</header>
<main><h1>${title}</h1>${content}</main>
<footer>同意与否均由企业自主决定。已同意的,随时可在本页撤回;撤回后银行的下一次查询即被拒绝。</footer>
</body>
</html>
`.text;
}

/** What one authorization is about, and what can be done with it. */
export interface Shown {
  readonly authorization: Authorization;
  /** The company's name; its code where that is not known just now. */
  readonly company: string;
  /** Titles of the catalogue items of each block. */
  readonly titles: ReadonlyMap<string, readonly string[]>;
  readonly today: string;
  readonly token: string;
  /** The idempotency key of a decision that is taken on this page: pressed twice, it is one. */
  readonly key: string;
}

const PURPOSES: Readonly<Record<LoanPurpose, string>> = {
  PRE_LOAN: '贷前审查:决定是否放贷之前',
  IN_LOAN: '贷中审查:办理放贷期间',
  POST_LOAN: '贷后管理:放贷之后',
};

export function authorizationPage(shown: Shown): Frame {
  const { authorization, company, titles, today, token } = shown;
  const status = statusOn(authorization, today);
  const bank = authorization.grantee_name;
  const blocks = blockTerms(authorization.blocks).map((block) => blockItem(block, titles.get(block.code) ?? []));
  const content = html`
<p class="note" role="status">现状:<strong>${STATUS_LABELS[status]}</strong>。${NOTES[status]}</p>
<dl>
<dt>谁要查询</dt><dd>${bank}${authorization.grantee_credit_code === null ? '' : `(${authorization.grantee_credit_code})`}</dd>
<dt>查询谁</dt><dd>${company}(${authorization.subject_id})</dd>
<dt>用途</dt><dd>${PURPOSES[authorization.purpose]}</dd>
<dt>期限</dt><dd>同意之时起,至 ${inChinese(authorization.ends_on)}(含当日)</dd>
<dt>次数</dt><dd>${authorization.is_continuous ? '期限之内可以多次查询' : '只能查询一次,查过即终止'}</dd>
</dl>
<h2>同意后,该银行能看到的内容</h2>
<ul>${blocks}</ul>
<p>以上以外的非公开信息,该银行看不到;依法公开的信息,不经授权任何人也能查到。</p>
<h2>如何撤回</h2>
<p>用同一账号登录本页,打开这份授权,按“撤回”。撤回立即生效,无须理由,也无须银行同意。</p>
${actions(shown, status)}`;
  return { title: `${bank}请求查询本企业的信用信息`, token, content };
}

const NOTES: Readonly<Record<AuthorizationStatus, string>> = {
  REQUESTED: '请看清下列内容,再决定是否同意。',
  GRANTED: '期限之内该银行可以查询,可随时撤回。',
  DECLINED: '该银行看不到下列内容。',
  REVOKED: '该银行已不能再查询。',
  EXPIRED: '期限已过,该银行已不能再查询。',
  USED: '该银行已查询过一次,不能再查询。',
};

function blockItem({ label }: Term, titles: readonly string[]): Html {
  return html`<li><strong>${label}</strong>${titles.length > 0 ? `:${titles.join('、')}` : '(本市暂未归集)'}</li>`;
}

function actions({ authorization, token, key }: Shown, status: AuthorizationStatus): Html {
  const button = (change: string, style: string, label: string): Html => html`
<form method="post" action="/authorizations/${authorization.id}"><input type="hidden" name="token" value="${token}"><input type="hidden" name="key" value="${key}"><button class="${style}" name="change" value="${change}">${label}</button></form>`;
  if (status === 'REQUESTED')
    return html`<div class="actions">${button('GRANT', '', '同意')}${button('DECLINE', 'quiet', '不同意')}</div>`;
  return status === 'GRANTED' ? html`<div class="actions">${button('REVOKE', 'danger', '撤回')}</div>` : html``;
}

export function listPage(authorizations: readonly Authorization[], total: number, today: string, token: string): Frame {
  const rows = authorizations.map(
    (one) => html`
<tr><td><a href="/authorizations/${one.id}">${one.grantee_name}</a></td><td>${blockTerms(one.blocks)
      .map(({ label }) => label)
      .join('、')}</td><td>${inChinese(one.ends_on)}</td><td>${STATUS_LABELS[statusOn(one, today)]}</td></tr>`,
  );
  const more =
    total > authorizations.length
      ? html`<p>共 ${total} 份,此处列出最先到期的 ${authorizations.length} 份。</p>`
      : html``;
  const content =
    authorizations.length === 0
      ? html`<p>还没有银行请求查询本企业的信用信息。</p>`
      : html`<table><thead><tr><th scope="col">银行</th><th scope="col">数据</th><th scope="col">最后一日</th><th scope="col">现状</th></tr></thead><tbody>${rows}</tbody></table>${more}`;
  return { title: '本企业收到的授权请求', token, content };
}

/** A page that says one thing. */
export function noticePage(title: string, sentence: string, token?: string): Frame {
  return { title, token, content: html`<p>${sentence}</p><p><a href="/authorizations">返回</a></p>` };
}

function inChinese(day: string): string {
  const [year, month, date] = day.split('-').map(Number);
  return `${year} 年 ${month} 月 ${date} 日`;
}
