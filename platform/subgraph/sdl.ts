import { readFileSync } from 'node:fs';
import { type DocumentNode, print } from 'graphql';
import type { DepartmentCard } from './card.ts';
import { completeSdl } from './complete.ts';

const COMMON = new URL('../../schema/common.graphql', import.meta.url);

/** A department's whole SDL: common, its shared standards, its own, completed. */
export function departmentSdl(card: Pick<DepartmentCard, 'folder' | 'standards'>): DocumentNode {
  const files = [COMMON, ...(card.standards ?? []), new URL('schema.graphql', card.folder)];
  return completeSdl(files.map((file) => readFileSync(file, 'utf8')));
}

/** The same as text, for composition. */
export function departmentSdlText(card: Pick<DepartmentCard, 'folder' | 'standards'>): string {
  return print(departmentSdl(card));
}
