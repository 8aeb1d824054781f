import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { root } from './bundle.ts';
import { keptPage } from './cache.ts';
import { accepts, prefersHtml } from './negotiation.ts';
import { pageHeaders, pageHtml } from './page.ts';

/** The page on which a person asks the graph; served wholly from our own origin. */
export interface Explorer {
  /**
   * Answers `GET /graphql` of a browser (one whose `Accept` names text/html) and everything under `/explorer/`;
   * false, with nothing written, when the request is not for it.
   */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
}

/** A question that the page offers. The first whose variables have `identifier` is the profile. Texts in Chinese. */
export interface Example {
  readonly title: string;
  readonly description: string;
  readonly query: string;
  readonly variables?: Record<string, unknown>;
}

export interface ExplorerOptions {
  /** Where the bundled page is kept between starts; `node_modules/.cache/credit-graph` unless given. */
  readonly cacheDirectory?: string;
  /** Told when the page must first be bundled (seconds). */
  readonly say?: (sentence: string) => void;
  readonly examples: readonly Example[];
}

/** Finds the bundled page or bundles it. Rejects when the installed packages are not those it was written for. */
export async function buildExplorer(options: ExplorerOptions): Promise<Explorer> {
  const directory = options.cacheDirectory ?? join(root, 'node_modules', '.cache', 'credit-graph');
  const { hash, files } = await keptPage(directory, options.say ?? (() => {}));
  const page = Buffer.from(pageHtml(`explorer/${hash}`));
  /** Unpacked once, for who takes nothing packed: it is some 20 ms each time, and everybody waits for them. */
  const unpacked = new Map<Buffer, Buffer>();
  const plainOf = (file: Buffer): Buffer => {
    const plain = unpacked.get(file) ?? gunzipSync(file);
    unpacked.set(file, plain);
    return plain;
  };
  const examples = Buffer.from(JSON.stringify(options.examples));

  function handle(request: IncomingMessage, response: ServerResponse): boolean {
    const [path = ''] = (request.url ?? '').split('?');
    if (path.startsWith('/explorer/')) {
      answerUnderExplorer(path.slice('/explorer/'.length), request, response);
      return true;
    }
    if (path !== '/graphql' || !isReading(request) || !prefersHtml(request.headers.accept)) return false;
    send(request, response, 200, 'text/html; charset=utf-8', page, { 'cache-control': 'no-cache', vary: 'accept' });
    return true;
  }

  function answerUnderExplorer(name: string, request: IncomingMessage, response: ServerResponse): void {
    const plain = 'text/plain; charset=utf-8';
    if (!isReading(request)) {
      send(request, response, 405, plain, Buffer.from('此处只能读取。'), { allow: 'GET, HEAD' });
      return;
    }
    if (name === 'examples.json') {
      send(request, response, 200, 'application/json', examples, { 'cache-control': 'no-cache' });
      return;
    }
    const file = name.startsWith(`${hash}/`) ? files.get(name.slice(hash.length + 1)) : undefined;
    if (!file) {
      send(request, response, 404, plain, Buffer.from('没有这个文件，请刷新页面。'), { 'cache-control': 'no-cache' });
      return;
    }
    const zipped = accepts(request.headers['accept-encoding'], 'gzip');
    send(request, response, 200, typeOf(name), zipped ? file : plainOf(file), {
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'accept-encoding',
      ...(zipped && { 'content-encoding': 'gzip' }),
    });
  }

  return { handle };
}

function isReading({ method }: IncomingMessage): boolean {
  return method === 'GET' || method === 'HEAD';
}

function send(
  { method }: IncomingMessage,
  response: ServerResponse,
  status: number,
  type: string,
  body: Buffer,
  headers: Readonly<Record<string, string>>,
): void {
  response.writeHead(status, { ...pageHeaders, ...headers, 'content-type': type, 'content-length': body.length });
  response.end(method === 'HEAD' ? undefined : body);
}

const types: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  ttf: 'font/ttf',
  txt: 'text/plain; charset=utf-8',
};

function typeOf(name: string): string {
  return types[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
}
