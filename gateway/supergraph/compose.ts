import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import type { DepartmentCard } from '../../platform/subgraph/card.ts';
import { departmentSdlText } from '../../platform/subgraph/sdl.ts';
import { OWN_SUBGRAPH } from '../own/name.ts';
import { ownSdl } from '../own/sdl.ts';

/**
 * The supergraph of all departments (Apollo Federation 2). Development only: a running gateway reads the committed file.
 * @throws Error that lists what does not compose.
 */
export async function composedSupergraph(departments: readonly DepartmentCard[]): Promise<string> {
  const parts = [
    { name: OWN_SUBGRAPH, sdl: ownSdl() },
    ...departments.map((card) => ({ name: card.name, sdl: departmentSdlText(card) })),
  ];
  const result = composeServices(
    parts.map(({ name, sdl }) => ({ name, typeDefs: parse(sdl), url: `http://${name}.invalid/graphql` })),
  );
  if (result.errors) throw new Error(result.errors.map((error) => error.message).join('\n'));
  return `${result.supergraphSdl.trim()}\n`;
}
