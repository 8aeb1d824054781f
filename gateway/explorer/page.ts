/**
 * The page's frame; everything on it is drawn by `page/index.tsx`. Addresses are relative, so that a proxy may serve
 * the product under a prefix.
 */
export function pageHtml(assets: string): string {
  return `<!doctype html>
<html lang="zh-CN">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>信用图谱 · 查询</title>
    <link rel="icon" type="image/svg+xml" href="${assets}/icon.svg">
    <link rel="stylesheet" href="${assets}/page.css">
    <script type="module" src="${assets}/page.js"></script>
  </head>
  <body>
    <header class="bar" id="bar">
      <h1 class="bar-title">
        <img src="${assets}/icon.svg" alt="" width="32" height="32">
        <span>信用图谱<small>一次查询，汇总各部门公开的信用信息</small></span>
      </h1>
    </header>
    <main id="explorer"><p class="waiting">正在打开…</p></main>
    <noscript><p class="waiting">此页面需要启用 JavaScript;也可以直接向本地址发送 GraphQL 查询（POST）。</p></noscript>
  </body>
</html>
`;
}

/** Nothing is loaded from, or sent to, any other origin. Monaco sets styles from script; nothing needs eval. */
export const pageHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    "connect-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "font-src 'self'",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};
