import type { Standing } from '../../platform/viewer/viewer.ts';

/** What of a grant a line keeps. */
interface Granted {
  readonly grants?: readonly { readonly authorization: string }[];
}

/** Ids of the authorizations that a viewer's question rests on. */
export function authorizationsOf({ grants = [] }: Standing & Granted): readonly string[] {
  return [...new Set(grants.map(({ authorization }) => authorization))].sort();
}
