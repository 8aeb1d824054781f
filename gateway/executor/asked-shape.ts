import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql';
import { collectFields, collectSubfields } from 'graphql/execution/collectFields.js';
import type { AcceptedQuestion } from './executor.ts';
import type { Values } from './values.ts';

/** What a question asks of objects of one type, in its order. */
export interface AskedShape {
  readonly typeName: string;
  readonly fields: readonly ShapeField[];
}

export interface ShapeField {
  readonly key: string;
  readonly isTypeName: boolean;
  readonly isLeaf: boolean;
  /** Whether null is allowed: of the field itself, of the items of its list, of theirs. */
  readonly nullable: readonly boolean[];
  readonly isNonNull: boolean;
  /** A list whose items cannot be null. */
  readonly holdsNonNull: boolean;
  /** The type of the objects under it. */
  readonly named: GraphQLNamedType | undefined;
  readonly isAbstract: boolean;
  readonly nodes: readonly FieldNode[];
  readonly shapes: Map<string, AskedShape>;
}

export interface AskedShapes {
  readonly root: AskedShape;
  /** What is asked of an object under a field; undefined for a type that cannot stand there. */
  below(field: ShapeField, typeName: unknown): AskedShape | undefined;
}

/** Shapes of questions; a document that is asked again is not read again, unless its variables decide what it asks. */
export function askedShapes(schema: GraphQLSchema) {
  const known = new WeakMap<OperationDefinitionNode, AskedShapes>();
  return ({ operation, document }: Pick<AcceptedQuestion, 'operation' | 'document'>, values: Values): AskedShapes => {
    const found = known.get(operation);
    if (found) return found;
    const shapes = shapesOf(schema, operation, document, values);
    if (!isConditional(document)) known.set(operation, shapes);
    return shapes;
  };
}

function shapesOf(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  document: DocumentNode,
  values: Values,
): AskedShapes {
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null);
  for (const node of document.definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments[node.name.value] = node;
  const shapeOf = (type: GraphQLObjectType, asked: ReadonlyMap<string, readonly FieldNode[]>): AskedShape => ({
    typeName: type.name,
    fields: [...asked].map(([key, nodes]) => fieldOf(type, key, nodes)),
  });
  const rootType = schema.getRootType(operation.operation);
  if (!rootType) throw new Error(`nothing answers a ${operation.operation}`);
  return {
    root: shapeOf(rootType, collectFields(schema, fragments, values, rootType, operation.selectionSet)),
    below(field, typeName) {
      const { named } = field;
      const name = typeName === undefined && !field.isAbstract ? (named?.name ?? '') : String(typeName);
      const known = field.shapes.get(name);
      if (known) return known;
      const type = schema.getType(name);
      if (!isObjectType(type) || (type !== named && !(isAbstractType(named) && schema.isSubType(named, type))))
        return undefined;
      const shape = shapeOf(type, collectSubfields(schema, fragments, values, type, field.nodes as FieldNode[]));
      field.shapes.set(name, shape);
      return shape;
    },
  };
}

function fieldOf(type: GraphQLObjectType, key: string, nodes: readonly FieldNode[]): ShapeField {
  const name = nodes[0]?.name.value ?? '';
  const declared = type.getFields()[name]?.type;
  const named = declared && getNamedType(declared);
  const nullable: boolean[] = [];
  let inner: GraphQLOutputType | undefined = declared;
  for (;;) {
    nullable.push(!isNonNullType(inner));
    const bare: GraphQLOutputType | undefined = isNonNullType(inner) ? inner.ofType : inner;
    if (!isListType(bare)) break;
    inner = bare.ofType;
  }
  return {
    key,
    isTypeName: name === '__typename',
    isLeaf: isLeafType(named),
    nullable,
    isNonNull: nullable[0] === false,
    holdsNonNull: nullable.slice(1).includes(false),
    named,
    isAbstract: isAbstractType(named),
    nodes,
    shapes: new Map(),
  };
}

/** Whether `@skip` or `@include` stand anywhere. */
function isConditional(document: DocumentNode): boolean {
  let isFound = false;
  visit(document, {
    Directive({ name }) {
      isFound ||= name.value === 'skip' || name.value === 'include';
    },
  });
  return isFound;
}
