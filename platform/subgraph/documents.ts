import {
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
} from 'graphql';

/** How many documents a department keeps: plans ask the same ones again and again. */
const MOST = 2_000;

/** What a department is asked, parsed and validated when it is first asked, and known by its text from then on. */
export interface Documents {
  /**
   * The document, or what is wrong with it.
   * @throws GraphQLError for a text that is no document.
   */
  of(text: string): DocumentNode | readonly GraphQLError[];
}

/** Documents against a department's schema, of which no question may be about the schema. */
export function documentsFor(schema: GraphQLSchema): Documents {
  const kept = new Map<string, DocumentNode>();
  const rules = [...specifiedRules, NoSchemaIntrospectionCustomRule];
  return {
    of(text) {
      const known = kept.get(text);
      if (known) return known;
      const document = parse(text, { noLocation: true });
      const wrong = validate(schema, document, rules);
      if (wrong.length > 0) return wrong;
      if (kept.size >= MOST) for (const oldest of kept.keys()) if (kept.delete(oldest)) break;
      kept.set(text, document);
      return document;
    },
  };
}
