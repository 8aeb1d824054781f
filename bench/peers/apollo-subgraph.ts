import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import type { GraphQLResolverMap } from '@apollo/subgraph/dist/schema-helper/resolverMap.js';
import { and, desc, eq, getTableColumns, gte, inArray, isNull, lte, or } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { drizzle } from 'drizzle-orm/postgres-js';
import { departmentSources } from '../../platform/subgraph/sdl.ts';
import { dayInShanghai } from '../../platform/viewer/viewer.ts';
import { dishonestDebtorEntries } from '../../subgraphs/courts/tables.ts';
import { listings, subjectIdentifiers, subjects } from '../../subgraphs/credit/tables.ts';
import { administrativePenalties, environmentalCreditRatings } from '../../subgraphs/environment/tables.ts';
import { departments } from '../../subgraphs/index.ts';
import * as market from '../../subgraphs/market/tables.ts';
import { taxArrears, taxCreditRatings } from '../../subgraphs/tax/tables.ts';

/**
 * One department as the documentation of Apollo and drizzle has it: `startStandaloneServer`, a resolver per list, a query
 * built in each call, a pool as it comes. `npm run department` is what it is compared with: same SDL, same tables, same
 * predicate of visibility. Only what the benchmark's question asks for is resolved.
 */

type Columns = Readonly<
  Record<
    | 'subjectId'
    | 'sortedOn'
    | 'id'
    | 'supersededAt'
    | 'withheldReason'
    | 'accessLevel'
    | 'publishedOn'
    | 'publicationEndsOn',
    PgColumn
  >
>;
type RecordTable = PgTable & Columns;
type Row = Readonly<Record<string, unknown>>;

const db = drizzle(process.env.DATABASE_URL ?? '', { casing: 'snake_case' });

/** Columns that the graph serves; what imports keep for themselves is left out. */
function served(table: PgTable) {
  const { source, contentHash, importId, ...columns } = getTableColumns(table);
  return columns;
}

function visible(table: Columns, subjectId: string) {
  const today = dayInShanghai(new Date());
  return and(
    eq(table.subjectId, subjectId),
    isNull(table.supersededAt),
    isNull(table.withheldReason),
    inArray(table.accessLevel, ['PUBLIC']),
    lte(table.publishedOn, today),
    or(isNull(table.publicationEndsOn), gte(table.publicationEndsOn, today)),
  );
}

const list = (table: RecordTable) => async (subject: { readonly id: string }, args: { readonly first: number }) => ({
  nodes: await db
    .select(served(table))
    .from(table)
    .where(visible(table, subject.id))
    .orderBy(desc(table.sortedOn), desc(table.id))
    .limit(args.first),
});

const slice = (subject: { readonly id: string }) => ({ id: subject.id });
const reference = { __resolveReference: (subject: { readonly id: string }) => subject };

const term = (field: string) => (row: Row) => (row[field] === null ? null : { code: row[field] });
const terms = (field: string) => (row: Row) => (row[field] as readonly string[]).map((code) => ({ code }));
const money = (field: string) => (row: Row) =>
  row[field] === null ? null : { amount: row[field], currency: row[`${field}Currency`] };
const authority = (row: Row) => ({ name: row.authorityName });

const AdministrativePenalty = { penaltyTypes: terms('penaltyTypes'), fine: money('fine'), authority };

const RESOLVERS: Readonly<Record<string, GraphQLResolverMap<unknown>>> = {
  credit: {
    Query: {
      async subject(_root: unknown, args: { readonly identifier: string }) {
        const [found] = await db
          .select(served(subjects))
          .from(subjectIdentifiers)
          .innerJoin(subjects, and(eq(subjects.id, subjectIdentifiers.subjectId), isNull(subjects.supersededAt)))
          .where(eq(subjectIdentifiers.value, args.identifier))
          .limit(1);
        return found ?? null;
      },
      async subjectsByIdentifier(_root: unknown, args: { readonly identifiers: readonly string[] }) {
        const found = await db
          .select({ value: subjectIdentifiers.value, ...served(subjects) })
          .from(subjectIdentifiers)
          .innerJoin(subjects, and(eq(subjects.id, subjectIdentifiers.subjectId), isNull(subjects.supersededAt)))
          .where(inArray(subjectIdentifiers.value, [...args.identifiers]));
        const byValue = new Map(found.map((row) => [row.value, row]));
        return args.identifiers.map((identifier) => ({ subject: byValue.get(identifier) ?? null }));
      },
    },
    Subject: { district: term('district'), industry: term('industry'), listings: list(listings) },
    Listing: { listType: term('listType'), authority },
  },
  market: {
    Subject: { ...reference, market: slice },
    MarketSlice: {
      async registration(subject: { readonly id: string }) {
        const [found] = await db
          .select(served(market.registrations))
          .from(market.registrations)
          .where(visible(market.registrations, subject.id))
          .orderBy(desc(market.registrations.sortedOn), desc(market.registrations.id))
          .limit(1);
        return found ?? null;
      },
      penalties: list(market.administrativePenalties),
    },
    Registration: {
      status: term('status'),
      enterpriseType: term('enterpriseType'),
      industry: term('industry'),
      registeredCapital: money('registeredCapital'),
      authority,
    },
    AdministrativePenalty,
  },
  tax: {
    Subject: { ...reference, tax: slice },
    TaxSlice: { creditRatings: list(taxCreditRatings), arrears: list(taxArrears) },
    TaxCreditRating: { grade: term('grade') },
    TaxArrears: { taxType: term('taxType'), balance: money('balance'), authority },
  },
  courts: {
    Subject: { ...reference, courts: slice },
    CourtsSlice: { dishonestDebtorEntries: list(dishonestDebtorEntries) },
    DishonestDebtorEntry: { performance: term('performance'), behaviours: terms('behaviours'), authority },
  },
  environment: {
    Subject: { ...reference, environment: slice },
    EnvironmentSlice: { creditRatings: list(environmentalCreditRatings), penalties: list(administrativePenalties) },
    EnvironmentalCreditRating: { grade: term('grade') },
    AdministrativePenalty,
  },
};

const name = process.argv[2] ?? '';
const card = departments.find((one) => one.name === name);
const resolvers = RESOLVERS[name];
if (!card || !resolvers) throw new Error(`no department is called ${name}`);
const server = new ApolloServer({
  schema: buildSubgraphSchema({ typeDefs: departmentSources(card).sdl(), resolvers }),
});
const { url } = await startStandaloneServer(server, { listen: { host: '127.0.0.1', port: 0 } });
console.log(url);
