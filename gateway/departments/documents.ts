import { hash } from 'node:crypto';
import { type DocumentNode, parse } from 'graphql';

const documents = new Map<string, DocumentNode>();
const names = new WeakMap<DocumentNode, string>();
const MOST = 4_000;

/** The document of a question to a department; plans ask the same ones again and again. */
export function documentOf(query: string): DocumentNode {
  const known = documents.get(query);
  if (known) return known;
  const document = parse(query, { noLocation: true });
  if (documents.size >= MOST) documents.clear();
  documents.set(query, document);
  names.set(document, hash('sha256', query, 'base64url'));
  return document;
}

/** What stands for the text of a document that was found here: the same for the same text, and short. */
export function nameOf(document: DocumentNode): string {
  const name = names.get(document);
  if (name === undefined) throw new Error('a document that was not found here has no name');
  return name;
}
