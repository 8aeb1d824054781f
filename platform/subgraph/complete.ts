import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  type StringValueNode,
  type TypeNode,
} from 'graphql';

/**
 * A department's SDL, completed: schema/common.graphql stands before it, and three rules add what is alike in every
 * department, so that its own file says only what is its own (see the head of common.graphql).
 */
export function completeSdl(parts: readonly string[]): DocumentNode {
  const definitions = parts.flatMap((part) => parse(part, { noLocation: true }).definitions);
  const interfaces = new Map(
    definitions.filter((node) => node.kind === Kind.INTERFACE_TYPE_DEFINITION).map((node) => [node.name.value, node]),
  );
  const defined = new Set(definitions.filter(isObjectType).map((node) => node.name.value));
  const completed = definitions.map((node) =>
    isObjectType(node) ? withConnectionArguments(withInterfaceFields(node, interfaces)) : node,
  );
  const asked = new Set(
    completed.filter(isObjectType).flatMap((node) => (node.fields ?? []).map((field) => typeName(field.type))),
  );
  const connections = completed
    .filter(isObjectType)
    .filter((node) => asked.has(`${node.name.value}Connection`))
    .filter((node) => node.interfaces?.some((one) => one.name.value === 'CreditRecord'))
    .filter((node) => !defined.has(`${node.name.value}Connection`))
    .flatMap(connectionOf);
  return { kind: Kind.DOCUMENT, definitions: [...completed, ...connections] };
}

function isObjectType(node: DefinitionNode): node is ObjectTypeDefinitionNode {
  return node.kind === Kind.OBJECT_TYPE_DEFINITION;
}

function withInterfaceFields(
  node: ObjectTypeDefinitionNode,
  interfaces: ReadonlyMap<string, InterfaceTypeDefinitionNode>,
): ObjectTypeDefinitionNode {
  const own = node.fields ?? [];
  const names = new Set(own.map((field) => field.name.value));
  const inherited = (node.interfaces ?? [])
    .flatMap((one) => interfaces.get(one.name.value)?.fields ?? [])
    .filter((field) => !names.has(field.name.value));
  return { ...node, fields: [...inherited, ...own] };
}

const connectionArguments = argumentsOf(`type Q { q(
  "筛选。 Filter."
  filter: RecordFilter
  "条数,1 至 100。 How many, 1 to 100."
  first: Int = 10
  "从此游标之后。 After this cursor."
  after: String
): Int }`);

function argumentsOf(sdl: string): readonly InputValueDefinitionNode[] {
  const [definition] = parse(sdl, { noLocation: true }).definitions;
  return definition && isObjectType(definition) ? (definition.fields?.[0]?.arguments ?? []) : [];
}

function withConnectionArguments(node: ObjectTypeDefinitionNode): ObjectTypeDefinitionNode {
  const complete = (field: FieldDefinitionNode): FieldDefinitionNode =>
    typeName(field.type).endsWith('Connection') && !field.arguments?.length
      ? { ...field, arguments: connectionArguments }
      : field;
  return { ...node, fields: (node.fields ?? []).map(complete) };
}

/** The page and the edge of one record type; shared where the record type is shared between departments. */
function connectionOf(node: ObjectTypeDefinitionNode): readonly ObjectTypeDefinitionNode[] {
  const name = node.name.value;
  const title = titleOf(node);
  const isShareable = (node.directives ?? []).some((one) => one.name.value === 'shareable');
  const shareable = isShareable ? ' @shareable' : '';
  return parse(
    `
"""
${title}的一页。
A page of ${name}.
"""
type ${name}Connection${shareable} {
  "可见条数。 How many are visible in all."
  totalCount: Int!
  "本页记录。 The records of this page."
  nodes: [${name}!]!
  "本页记录及其游标。 The records of this page with their cursors."
  edges: [${name}Edge!]!
  "分页信息。 Where this page stands."
  pageInfo: PageInfo!
}
"""
一条${title}及其游标。
One ${name} with its cursor.
"""
type ${name}Edge${shareable} {
  "游标,作为下一次的 after。 The cursor, a later question's after."
  cursor: String!
  "记录。 The record."
  node: ${name}!
}`,
    { noLocation: true },
  ).definitions.filter(isObjectType);
}

/** The first words of a type's Chinese sentence: what comes before the first punctuation. */
function titleOf(node: ObjectTypeDefinitionNode): string {
  return /^[^,,。::;;((]+/u.exec(node.description?.value.trim() ?? '')?.[0] ?? node.name.value;
}

/** The name under all lists and non-nulls. */
export function typeName(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : typeName(type.type);
}

/** One argument of a directive as text, or undefined. */
export function directiveText(directive: ConstDirectiveNode | undefined, argument: string): string | undefined {
  const value = directive?.arguments?.find((one) => one.name.value === argument)?.value;
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? (value as StringValueNode).value : undefined;
}
