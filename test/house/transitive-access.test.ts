import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { OWN_SUBGRAPH } from '../../gateway/own/name.ts';
import { ownSdl } from '../../gateway/own/sdl.ts';
import { departmentSdlText } from '../../platform/subgraph/sdl.ts';
import { departments } from '../../subgraphs/index.ts';

// Composition is a judge of access that is not ours: with each `@access` above PUBLIC written as `@requiresScopes`, it
// refuses a field that needs (`@requires`, interfaces, shared types) what asks for a scope without asking for it itself.

interface Subgraph {
  readonly name: string;
  readonly sdl: string;
}

const subgraphs: readonly Subgraph[] = [
  { name: OWN_SUBGRAPH, sdl: ownSdl() },
  ...departments.map((card) => ({ name: card.name, sdl: departmentSdlText(card) })),
];

/** The same SDL with scopes in place of levels. */
const scoped = (sdl: string): string =>
  sdl
    .replace(
      /@access\(level: "(AUTHORIZED|GOVERNMENT|CONFIDENTIAL|LISTED_PERSON|PERSONAL)"(?:, to: \[[^\]]*\])?\)/gu,
      '@requiresScopes(scopes: [["$1"]])',
    )
    .replace('import: ["@key"', 'import: ["@requiresScopes", "@key"');

const compose = (parts: readonly Subgraph[]) =>
  composeServices(
    parts.map(({ name, sdl }) => ({ name, typeDefs: parse(scoped(sdl)), url: `http://${name}.invalid/` })),
  );

describe('Access, as another judge reads it', () => {
  it('composes with a scope on every field above PUBLIC', () => {
    const written = subgraphs.flatMap(({ sdl }) => [...scoped(sdl).matchAll(/@requiresScopes\(/gu)]);
    expect(written.length).toBeGreaterThan(25);
    const { errors, supergraphSdl } = compose(subgraphs);
    expect(errors?.map(({ message }) => message)).toBeUndefined();
    expect(supergraphSdl).toContain('@requiresScopes(scopes: [["AUTHORIZED"]])');
  });

  it('would not compose with a public field that rests on a protected one of another department', () => {
    const head = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires"])`;
    const subject = (fields: string) => `${head} type Subject @key(fields: "id") { id: ID! ${fields} }`;
    const holder = { name: 'holder', sdl: subject('income: String @access(level: "AUTHORIZED")') };
    const leak = {
      name: 'leak',
      sdl: subject('income: String @external  isRich: Boolean @requires(fields: "income")'),
    };
    const { errors } = compose([...subgraphs, holder, leak]);
    expect(errors?.map(({ message }) => message).join('\n')).toMatch(
      /isRich.*does not specify necessary.*requiresScopes/su,
    );
  });
});
