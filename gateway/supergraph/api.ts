import { Supergraph } from '@apollo/federation-internals';
import { printSchema } from 'graphql';

/**
 * What callers of all levels together can ask a supergraph for, as SDL.
 * @throws Error for a text that is no valid supergraph.
 */
export function apiSdlOf(supergraph: string | Supergraph): string {
  const built = typeof supergraph === 'string' ? Supergraph.build(supergraph) : supergraph;
  return printSchema(built.apiSchema().toGraphQLJSSchema());
}
