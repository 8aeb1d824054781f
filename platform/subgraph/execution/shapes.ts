import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLAbstractType,
  type GraphQLField,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getArgumentValues,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  TypeNameMetaFieldDef,
  visit,
} from 'graphql';
import { collectFields, collectSubfields } from 'graphql/execution/collectFields.js';

type Field = GraphQLField<unknown, unknown>;
/** What of a resolver's `info` follows from the document alone. */
export type InfoOfDocument = Omit<GraphQLResolveInfo, 'path' | 'rootValue' | 'variableValues'>;

const ofDocument = new WeakSet<object>();

/** Says of a resolver that what follows from the document is all that it reads of `info`: it is not made anew for each value. */
export function readsDocumentOnly<Resolve extends object>(resolve: Resolve): Resolve {
  ofDocument.add(resolve);
  return resolve;
}

/** What a document asks of objects of one type, in its order. */
export interface ObjectShape {
  readonly type: GraphQLObjectType;
  readonly fields: readonly FieldShape[];
}

/** One field under one name of the answer. */
export interface FieldShape {
  readonly key: string;
  readonly name: string;
  readonly nodes: readonly FieldNode[];
  readonly field: Field;
  readonly resolve: Field['resolve'];
  /** Whether the resolver reads more of its fourth argument than `info` has. */
  readonly takesInfo: boolean;
  readonly info: InfoOfDocument;
  /** Undefined where variables decide, or where they are wrong. */
  readonly args: Readonly<Record<string, unknown>> | undefined;
  readonly value: ValueShape;
  /** What is asked of an object of a type under this field. */
  below(type: GraphQLObjectType): ObjectShape;
}

/** What a value is, asked of its type once: of a field, of the items of its list, of theirs. */
export type ValueShape = { readonly isNonNull: boolean } & (
  | { readonly kind: 'LEAF'; readonly type: GraphQLLeafType }
  | { readonly kind: 'LIST'; readonly items: ValueShape }
  | { readonly kind: 'OBJECT'; readonly type: GraphQLObjectType }
  | { readonly kind: 'ABSTRACT'; readonly type: GraphQLAbstractType }
);

/** A document of one query, read once. */
export interface QueryShape {
  readonly operation: OperationDefinitionNode;
  readonly root: ObjectShape;
}

/**
 * What a document asks, worked out once; undefined where that does not follow from the document alone, or is not a single query.
 */
export function queryShape(schema: GraphQLSchema, document: DocumentNode): QueryShape | undefined {
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null);
  const operations: OperationDefinitionNode[] = [];
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments[node.name.value] = node;
    else if (node.kind === Kind.OPERATION_DEFINITION) operations.push(node);
  }
  const [operation] = operations;
  const type = schema.getQueryType();
  if (!operation || operations.length > 1 || operation.operation !== 'query' || !type || isUnusual(document))
    return undefined;
  const shapeOf = (of: GraphQLObjectType, asked: ReadonlyMap<string, readonly FieldNode[]>): ObjectShape => ({
    type: of,
    fields: [...asked].flatMap(([key, nodes]) => {
      const field = fieldOf(of, nodes[0]?.name.value);
      return field ? [fieldShape(of, key, nodes, field)] : [];
    }),
  });
  const fieldShape = (parentType: GraphQLObjectType, key: string, nodes: readonly FieldNode[], field: Field) => {
    const shapes = new Map<GraphQLObjectType, ObjectShape>();
    const { resolve, type: returnType, name: fieldName } = field;
    const shape: FieldShape = {
      ...{ key, name: fieldName, nodes, field, resolve, value: valueShape(returnType) },
      takesInfo: resolve !== undefined && resolve.length > 3 && !ofDocument.has(resolve),
      info: { fieldName, fieldNodes: nodes, returnType, parentType, schema, fragments, operation },
      args: argumentsOf(field, nodes[0]),
      below(of) {
        const known = shapes.get(of);
        if (known) return known;
        const asked = collectSubfields(schema, fragments, {}, of, nodes as FieldNode[]);
        const fresh = shapeOf(of, asked);
        shapes.set(of, fresh);
        return fresh;
      },
    };
    return shape;
  };
  return { operation, root: shapeOf(type, collectFields(schema, fragments, {}, type, operation.selectionSet)) };
}

function valueShape(given: GraphQLOutputType, isNonNull = false): ValueShape {
  if (isNonNullType(given)) return valueShape(given.ofType, true);
  if (isListType(given)) return { kind: 'LIST', isNonNull, items: valueShape(given.ofType) };
  if (isLeafType(given)) return { kind: 'LEAF', isNonNull, type: given };
  return isAbstractType(given)
    ? { kind: 'ABSTRACT', isNonNull, type: given }
    : { kind: 'OBJECT', isNonNull, type: given };
}

function fieldOf(type: GraphQLObjectType, name = ''): Field | undefined {
  return name === TypeNameMetaFieldDef.name ? TypeNameMetaFieldDef : type.getFields()[name];
}

const NO_ARGUMENTS: Readonly<Record<string, unknown>> = {};

function argumentsOf(field: Field, node: FieldNode | undefined): Readonly<Record<string, unknown>> | undefined {
  if (field.args.length === 0 || !node) return NO_ARGUMENTS;
  let followsFromVariables = false;
  visit(node, {
    SelectionSet: () => false,
    Variable: () => {
      followsFromVariables = true;
    },
  });
  try {
    return followsFromVariables ? undefined : getArgumentValues(field, node, {});
  } catch {
    return undefined;
  }
}

/** Conditions, whose variables decide what is asked; and the one name that is no name of an ordinary property. */
function isUnusual(document: DocumentNode): boolean {
  let isFound = false;
  visit(document, {
    Directive: () => {
      isFound = true;
    },
    Name: ({ value }) => {
      isFound ||= value === '__proto__' || value === '__schema' || value === '__type';
    },
  });
  return isFound;
}
