import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { badRequest, persistedQueryNotFound, trustedDocumentRequired } from '../../platform/errors.ts';
import type { Caller } from '../access/caller.ts';
import { textHash } from '../text-hash.ts';

/** Roles that ask registered documents only, once some are registered for them or their client. */
const BOUND_ROLES: readonly string[] = ['PORTAL', 'BANK'];

/** Which documents are registered, by client or role. */
export interface TrustedDocuments {
  /** How many there are in all. */
  readonly size: number;
  /** Their texts. */
  readonly documents: readonly string[];
  /**
   * The request with its document in place of a hash.
   * @throws Refusal where the hash is unknown or not that of the text, or where the caller may ask registered documents only.
   */
  resolved(request: Readonly<Record<string, unknown>>, caller: Caller): Record<string, unknown>;
}

/**
 * Reads the manifests of a folder: `<client>.json` for one client, `<role>.json` (in lower case) for a role; each is
 * `{"<hash>": "<document>"}`, the hash being SHA-256 (or SHA-1, codegen's default) of the document in hexadecimal.
 * @throws Error with a Chinese sentence for a file that is none, or a hash that is not that of its text.
 */
export function trustedDocuments(folder: string | undefined): TrustedDocuments {
  const manifests = new Map<string, ReadonlyMap<string, string>>();
  const files = folder === undefined ? [] : readdirSync(folder).filter((file) => file.endsWith('.json'));
  for (const file of files) manifests.set(basename(file, '.json'), manifestIn(join(folder ?? '', file)));
  const manifestsOf = ({ client, role }: Caller): readonly ReadonlyMap<string, string>[] =>
    [client, role.toLowerCase()].flatMap((name) => (name === null ? [] : (manifests.get(name) ?? [])));
  return {
    documents: [...new Set([...manifests.values()].flatMap((manifest) => [...manifest.values()]))],
    size: [...manifests.values()].reduce((sum, { size }) => sum + size, 0),
    resolved(request, caller) {
      const { documentId: _id, ...rest } = request;
      const own = manifestsOf(caller);
      const isBound = BOUND_ROLES.includes(caller.role) && own.length > 0;
      const hash = hashIn(request);
      const isText = typeof request.query === 'string' && request.query !== '';
      if (isText && hash !== undefined && hash !== hashLike(hash, String(request.query)))
        throw badRequest('哈希与 query 的内容不符。');
      const key = hash ?? (isText ? textHash(String(request.query)) : undefined);
      const registered = own.map((manifest) => manifest.get(key ?? '')).find((text) => text !== undefined);
      if (isBound && key === undefined) throw trustedDocumentRequired();
      if (isBound && registered === undefined) throw isText ? trustedDocumentRequired() : persistedQueryNotFound();
      if (hash !== undefined && !isText && registered === undefined) throw persistedQueryNotFound();
      const query = isText || hash === undefined ? {} : { query: registered };
      return { ...withoutHash(rest), ...query };
    },
  };
}

/** Documents by their hash, and by SHA-256 where the manifest uses another. */
function manifestIn(path: string): ReadonlyMap<string, string> {
  const refuse = (reason: string): never => {
    throw new Error(`可信查询清单 ${basename(path)}:${reason}`);
  };
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    refuse('不是 JSON。');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return refuse('须为 {"哈希": "查询"} 形式的 JSON 对象。');
  const documents = new Map<string, string>();
  for (const [hash, text] of Object.entries(value)) {
    if (typeof text !== 'string' || !HASH.test(hash))
      return refuse('须为 {"SHA-256 或 SHA-1 的十六进制哈希": "查询"}。');
    if (hashLike(hash, text) !== hash) return refuse(`哈希 ${hash} 与其查询的内容不符。`);
    documents.set(hash, text).set(textHash(text), text);
  }
  return documents;
}

const HASH = /^(?:[\da-f]{64}|[\da-f]{40})$/u;

/** The hash that a request names: `documentId` of the GraphQL-over-HTTP draft, or Apollo's `extensions.persistedQuery`. */
function hashIn({ documentId, extensions }: Readonly<Record<string, unknown>>): string | undefined {
  const persisted = isObject(extensions) ? extensions.persistedQuery : undefined;
  const hashes = [documentId, isObject(persisted) ? (persisted.sha256Hash ?? '') : persisted]
    .filter((one) => one !== undefined && one !== null)
    .map((one) => (typeof one === 'string' ? one.replace(/^sha256:/u, '') : ''));
  if (hashes.some((hash) => !HASH.test(hash)) || new Set(hashes).size > 1)
    throw badRequest('documentId 或 extensions.persistedQuery.sha256Hash 须为查询的 SHA-256 十六进制哈希(小写)。');
  return hashes[0];
}

function withoutHash(request: Record<string, unknown>): Record<string, unknown> {
  if (!isObject(request.extensions) || !('persistedQuery' in request.extensions)) return request;
  const { persistedQuery: _hash, ...extensions } = request.extensions;
  return { ...request, extensions };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function hashLike(hash: string, text: string): string {
  return hash.length === 40 ? createHash('sha1').update(text).digest('hex') : textHash(text);
}
