import { buildASTSchema, type DocumentNode, type GraphQLSchema, parse } from 'graphql';
import { apiSdlOf } from './api.ts';
import { type Marks, markedFields } from './marks.ts';

/** A supergraph, each part of which is read when first wanted, and once for all who go by it. */
export interface ReadSupergraph {
  readonly sdl: string;
  readonly document: DocumentNode;
  /** With the composition's own directives and all fields, hidden ones too: never shown to callers. */
  readonly schema: GraphQLSchema;
  readonly marks: Marks;
  /** What callers of all levels together can ask for, without the composition's directives. */
  readonly api: DocumentNode;
}

let last: ReadSupergraph | undefined;

/**
 * The supergraph as it is read; the one that was read last is kept.
 * @param apiSdl what callers can ask for, where that was found out elsewhere: it takes longer than all the rest.
 */
export function readSupergraph(sdl: string, apiSdl?: string): ReadSupergraph {
  if (last?.sdl !== sdl) last = reading(sdl, apiSdl);
  return last;
}

function reading(sdl: string, apiSdl: string | undefined): ReadSupergraph {
  const read: { -readonly [part in keyof ReadSupergraph]?: ReadSupergraph[part] } = {};
  return {
    sdl,
    get document() {
      read.document ??= parse(sdl, { noLocation: true });
      return read.document;
    },
    get schema() {
      read.schema ??= buildASTSchema(this.document, { assumeValidSDL: true });
      return read.schema;
    },
    get marks() {
      read.marks ??= markedFields(this.document);
      return read.marks;
    },
    get api() {
      read.api ??= parse(apiSdl ?? apiSdlOf(sdl), { noLocation: true });
      return read.api;
    },
  };
}
