import { readFileSync } from 'node:fs';
import { type DefinitionNode, Kind, parse, print, visit } from 'graphql';
import type { SubgraphSources } from '../../platform/subgraph/schema.ts';
import { OWN_SUBGRAPH } from './name.ts';

const OWN = [
  'schema.graphql',
  '../verdicts/schema.graphql',
  '../audit/schema.graphql',
  ...['schema', 'packages', 'loans', 'delegations'].map((name) => `../authorizations/${name}.graphql`),
];
const COMMON = new URL('../../schema/common.graphql', import.meta.url);

/** What the gateway answers itself, as a subgraph. */
export function ownSources(): SubgraphSources {
  const texts = [COMMON, ...OWN.map((path) => new URL(path, import.meta.url))].map((file) =>
    readFileSync(file, 'utf8'),
  );
  return { name: OWN_SUBGRAPH, texts, sdl: () => parse(ownSdl(), { noLocation: true }) };
}

/** SDL of what the gateway answers itself, with what it uses of schema/common.graphql (terms, money, paging, scalars). */
export function ownSdl(): string {
  const own = OWN.flatMap((path) => definitionsIn(new URL(path, import.meta.url)));
  const common = definitionsIn(COMMON);
  const names = new Set(own.map(nameOf));
  const taken: DefinitionNode[] = common.filter(isOfQuestions);
  for (const node of taken) names.add(nameOf(node));
  for (let more: readonly DefinitionNode[] = [...own, ...taken]; more.length > 0; ) {
    const used = new Set(more.flatMap(usedIn));
    more = common.filter((node) => used.has(nameOf(node)) && !names.has(nameOf(node)));
    for (const node of more) names.add(nameOf(node));
    taken.push(...more);
  }
  return print({ kind: Kind.DOCUMENT, definitions: [...own, ...taken] });
}

/** A directive that callers write exists where every subgraph defines it. */
function isOfQuestions(node: DefinitionNode): boolean {
  return node.kind === Kind.DIRECTIVE_DEFINITION && node.locations.some(({ value }) => value === 'QUERY');
}

function definitionsIn(file: URL): readonly DefinitionNode[] {
  return parse(readFileSync(file, 'utf8'), { noLocation: true }).definitions;
}

/** Directives have names of their own. */
function nameOf(node: DefinitionNode): string {
  if (!('name' in node) || !node.name) return '';
  return node.kind === Kind.DIRECTIVE_DEFINITION ? `@${node.name.value}` : node.name.value;
}

/** The types and directives that a definition names. */
function usedIn(definition: DefinitionNode): readonly string[] {
  const used: string[] = [];
  visit(definition, {
    NamedType: ({ name }) => void used.push(name.value),
    Directive: ({ name }) => void used.push(`@${name.value}`),
  });
  return used;
}
