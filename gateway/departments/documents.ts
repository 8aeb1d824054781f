import { type DocumentNode, parse } from 'graphql';

const documents = new Map<string, DocumentNode>();
const MOST = 4_000;

/** The document of a question to a department; plans ask the same ones again and again. */
export function documentOf(query: string): DocumentNode {
  const known = documents.get(query) ?? parse(query, { noLocation: true });
  if (documents.size > MOST) documents.clear();
  documents.set(query, known);
  return known;
}
