import { readFileSync } from 'node:fs';
import { print } from 'graphql';
import type { DepartmentCard } from './card.ts';
import { completeSdl } from './complete.ts';
import type { SubgraphSources } from './schema.ts';

const COMMON = new URL('../../schema/common.graphql', import.meta.url);

type Described = Pick<DepartmentCard, 'folder' | 'standards'>;

/** A department as a subgraph: common, its shared standards, its own, completed. */
export function departmentSources(card: Described & Pick<DepartmentCard, 'name'>): SubgraphSources {
  const texts = textsOf(card);
  return { name: card.name, texts, sdl: () => completeSdl(texts) };
}

/** Its SDL as text, for composition. */
export function departmentSdlText(card: Described): string {
  return print(completeSdl(textsOf(card)));
}

function textsOf({ folder, standards = [] }: Described): readonly string[] {
  return [COMMON, ...standards, new URL('schema.graphql', folder)].map((file) => readFileSync(file, 'utf8'));
}
