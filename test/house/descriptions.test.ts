import {
  type GraphQLNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedDirective,
  isSpecifiedScalarType,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { committedSupergraph } from '../../gateway/supergraph/committed.ts';
import { schemaView } from '../../gateway/supergraph/view.ts';

const view = schemaView(committedSupergraph(), () => ['PUBLIC']);

interface Described {
  readonly at: string;
  readonly text: string | null | undefined;
}

const described: readonly Described[] = [
  ...Object.values(view.getTypeMap())
    .filter((type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type))
    .filter((type) => !['Query', 'Mutation'].includes(type.name))
    .map((type) => ({ at: type.name, text: type.description })),
  ...Object.values(view.getTypeMap())
    .filter((type) => !isIntrospectionType(type))
    .flatMap(membersOf),
  ...view
    .getDirectives()
    .filter((directive) => !isSpecifiedDirective(directive))
    .flatMap((directive) => [
      { at: `@${directive.name}`, text: directive.description },
      ...directive.args.map((argument) => ({
        at: `@${directive.name}(${argument.name}:)`,
        text: argument.description,
      })),
    ]),
];

function membersOf(type: GraphQLNamedType): readonly Described[] {
  if (isEnumType(type))
    return type.getValues().map(({ name, description }) => ({ at: `${type.name}.${name}`, text: description }));
  if (isInputObjectType(type))
    return Object.values(type.getFields()).map(({ name, description }) => ({
      at: `${type.name}.${name}`,
      text: description,
    }));
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  return Object.values(type.getFields()).flatMap((field) => [
    { at: `${type.name}.${field.name}`, text: field.description },
    ...field.args.map(({ name, description }) => ({ at: `${type.name}.${field.name}(${name}:)`, text: description })),
  ]);
}

/** A Chinese sentence or several, then English ones to the end. */
const CHINESE_THEN_ENGLISH = /^\p{Script=Han}[\s\S]*?[。)]\s+[A-Z][\p{Script=Latin}\d\s.,;:()'’"“”/{}_-]*\.$/u;

describe('What the public view says of itself', () => {
  it('is read here: a plausible number of descriptions', () => {
    expect(described.length).toBeGreaterThan(300);
  });

  it('is said of every type, field, argument, input field and enum value', () => {
    expect(described.filter(({ text }) => !text?.trim()).map(({ at }) => at)).toEqual([]);
  });

  it('is said in Chinese first, then in English', () => {
    const wrong = described.filter(({ text }) => text && !CHINESE_THEN_ENGLISH.test(text.trim()));
    expect(wrong.map(({ at, text }) => `${at}: ${text}`)).toEqual([]);
  });
});
