import { readFileSync } from 'node:fs';

const SUPERGRAPH = new URL('../../schema/supergraph.graphql', import.meta.url);

/** The composed supergraph as committed; a running gateway composes nothing. */
export function committedSupergraph(): string {
  return readFileSync(SUPERGRAPH, 'utf8');
}
