import type { GraphQLResolveInfo } from 'graphql';
import { forbidden } from '../../platform/errors.ts';
import type { DepartmentContext } from '../../platform/subgraph/department.ts';
import { listTypeOf } from './listings/list-types.ts';
import { findPerson, subjectOfHash } from './persons/find.ts';
import { ofOwnKeys } from './persons/register.ts';
import {
  catalogueItem,
  catalogueItemFields,
  findCatalogueItem,
  listCatalogue,
  type StoredItem,
} from './record-index/catalogue.ts';
import { findRecord, reachedByAll } from './record-index/find.ts';
import { listRecords } from './record-index/list.ts';
import { findById, findByIdentifier } from './subjects/find.ts';
import { type IdentifierResult, subjectsByIdentifier } from './subjects/identify.ts';
import { checkedFirst, matchSubjects } from './subjects/match.ts';
import { registerSubjects, type SubjectReference } from './subjects/register.ts';
import { search } from './subjects/search.ts';

type Row = Readonly<Record<string, unknown>>;

export const resolvers = {
  Query: {
    subject: (
      _root: unknown,
      args: { readonly identifier: string },
      context: DepartmentContext,
      info: GraphQLResolveInfo,
    ) => findByIdentifier(args.identifier, context, info),
    personSubject: (
      _root: unknown,
      args: Parameters<typeof findPerson>[0],
      context: DepartmentContext,
      info: GraphQLResolveInfo,
    ) => findPerson(args, context, info),
    subjects: (
      _root: unknown,
      args: Parameters<typeof search>[0],
      context: DepartmentContext,
      info: GraphQLResolveInfo,
    ) => search(args, context, info),
    records: (
      _root: unknown,
      args: Parameters<typeof listRecords>[0],
      context: DepartmentContext,
      info: GraphQLResolveInfo,
    ) => listRecords(args, context, info),
    record: (_root: unknown, args: { readonly id: string }, context: DepartmentContext, info: GraphQLResolveInfo) =>
      findRecord(args.id, context, info),
    catalogue: (_root: unknown, _args: unknown, context: DepartmentContext, info: GraphQLResolveInfo) =>
      listCatalogue(context, info),
    subjectsByIdentifier: (
      _root: unknown,
      args: { readonly identifiers: readonly string[] },
      context: DepartmentContext,
      info: GraphQLResolveInfo,
    ) => subjectsByIdentifier(args.identifiers, context, info),
    matchSubjects: (
      _root: unknown,
      args: Parameters<typeof matchSubjects>[0],
      context: DepartmentContext,
      info: GraphQLResolveInfo,
    ) => matchSubjects(args, context, info),
  },
  IdentifierResult: {
    candidates: ({ candidates }: IdentifierResult, { first }: { readonly first?: number | null }) =>
      candidates.slice(0, checkedFirst(first)),
  },
  CatalogueItem: {
    ...catalogueItemFields,
    __resolveReference: (reference: { readonly code: string }, context: DepartmentContext) =>
      findCatalogueItem(reference.code, context),
  },
  RecordSummary: {
    subject: (row: Row, _args: unknown, context: DepartmentContext, info: GraphQLResolveInfo) =>
      findById(String(row.subjectId), context, info),
    item: (row: Row, _args: unknown, { viewer }: DepartmentContext) =>
      catalogueItem(row.catalogueItem as StoredItem, viewer),
    grade: (row: Row) =>
      row.grade === null
        ? null
        : {
            code: row.grade,
            label: row.gradeLabel,
            rank: row.gradeRank,
            scheme: { code: row.gradeScheme, label: row.gradeSchemeLabel },
          },
    types: (row: Row) => {
      const labels = row.typeLabels as readonly string[];
      return (row.types as readonly string[]).map((code, index) => ({ code, label: labels[index] ?? code }));
    },
    versions: (row: Row) => row.versions ?? [],
  },
  RecordSummaryConnection: {
    // One subject's own are always counted to their end.
    isTotalCountExact: (page: { readonly isTotalCountExact?: boolean }) => page.isTotalCountExact ?? true,
    asOf: (_page: unknown, _args: unknown, context: DepartmentContext) => reachedByAll(context),
  },
  Mutation: {
    registerSubjects(
      _root: unknown,
      args: { readonly references: readonly SubjectReference[]; readonly onlyLook: boolean },
      { viewer, clients, personKeys }: DepartmentContext,
    ) {
      if (viewer.role !== 'INSTALLATION') throw forbidden('登记信用主体只对各部门的导入程序开放。');
      return ofOwnKeys(args.references, personKeys.id, (own) => registerSubjects(clients.imports, own, args.onlyLook));
    },
    personOf(_root: unknown, { numberHash }: { readonly numberHash: string }, context: DepartmentContext) {
      if (context.viewer.role !== 'INSTALLATION') throw forbidden('只对本系统的网关开放。');
      return subjectOfHash(numberHash, context);
    },
  },
  Subject: {
    __resolveReference: (reference: { readonly id: string }, context: DepartmentContext, info: GraphQLResolveInfo) =>
      findById(reference.id, context, info),
  },
  Listing: {
    subject: (row: Row, _args: unknown, context: DepartmentContext, info: GraphQLResolveInfo) =>
      findById(String(row.subjectId), context, info),
    listType: (row: Row) => listTypeOf(String(row.listType), String(row.decidedOn)),
    removal: (row: Row) =>
      row.removedOn === null || row.removedOn === undefined
        ? null
        : { removedOn: row.removedOn, reason: row.removalReason, documentNumber: row.removalDocumentNumber },
  },
  CreditCommitment: {
    subject: (row: Row, _args: unknown, context: DepartmentContext, info: GraphQLResolveInfo) =>
      findById(String(row.subjectId), context, info),
  },
};
