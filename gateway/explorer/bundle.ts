import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import { build, type Plugin, stop } from 'esbuild';
import { adjustments } from './adjustments.ts';
import { speakChinese } from './monaco-chinese.ts';

/** The folder in which node_modules stands. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

const page = fileURLToPath(new URL('page/', import.meta.url));
const monaco = 'monaco-editor/esm/vs';
const compress = promisify(gzip);

/** Bundles the page, its styles, icons and Monaco's workers: file name → gzipped content. Takes seconds. */
export async function bundlePage(): Promise<ReadonlyMap<string, Buffer>> {
  bundling += 1;
  const pending = new Set(Object.keys(adjustments));
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [
      { in: join(page, 'index.tsx'), out: 'page' },
      { in: join(page, 'icon.svg'), out: 'icon' },
      { in: `${monaco}/editor/editor.worker.js`, out: 'editor.worker' },
      { in: `${monaco}/language/json/json.worker.js`, out: 'json.worker' },
      { in: 'monaco-graphql/esm/graphql.worker.js', out: 'graphql.worker' },
    ],
    outdir: root,
    write: false,
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    loader: { '.ttf': 'file', '.svg': 'copy' },
    legalComments: 'linked',
    logLevel: 'silent',
    plugins: [adjust(pending), speakChinese],
  }).finally(release);
  if (pending.size) throw new Error(`查询页面打包失败：没有用到 ${[...pending].join('、')}`);
  // esbuild also writes the styles of each part that is loaded on demand; page.css has them all.
  const wanted = outputFiles.filter(({ path }) => !path.endsWith('.css') || basename(path) === 'page.css');
  const files = wanted.map(async ({ path, contents }) => {
    const content = await compress(contents, { level: constants.Z_BEST_COMPRESSION });
    return [basename(path), content] as const;
  });
  return new Map(await Promise.all(files));
}

let bundling = 0;

/** Ends esbuild's process, which would otherwise keep some hundred megabytes; ending it breaks a bundle under way. */
async function release(): Promise<void> {
  bundling -= 1;
  if (bundling === 0) await stop();
}

/** Applies {@link adjustments}; takes each file that was met out of `pending`. */
function adjust(pending: Set<string>): Plugin {
  return {
    name: 'adjustments',
    setup({ onLoad }) {
      onLoad({ filter: /node_modules[\\/](@graphiql|graphiql)[\\/].*\.js$/ }, async ({ path }) => {
        const [, file = ''] = path.replaceAll('\\', '/').split(/\/node_modules\/(?!.*\/node_modules\/)/);
        const changes = adjustments[file];
        if (!changes) return undefined;
        pending.delete(file);
        let contents = await readFile(path, 'utf8');
        for (const [from, to] of changes) {
          if (!contents.includes(from)) throw new Error(`查询页面打包失败：${file} 中没有 ${from}`);
          contents = contents.replaceAll(from, to);
        }
        return { contents, loader: 'js' };
      });
    },
  };
}
