import type { GraphQLResolveInfo } from 'graphql';
import { forbidden } from '../../platform/errors.ts';
import type { DepartmentContext } from '../../platform/subgraph/department.ts';
import { listTypeOf } from './listings/list-types.ts';
import { findById, findByIdentifier, search } from './subjects/find.ts';
import { registerSubjects, type SubjectReference } from './subjects/register.ts';

type Row = Readonly<Record<string, unknown>>;

export const resolvers = {
  Query: {
    subject: (
      _root: unknown,
      args: { readonly identifier: string },
      context: DepartmentContext,
      info: GraphQLResolveInfo,
    ) => findByIdentifier(args.identifier, context, info),
    subjects: (
      _root: unknown,
      args: Parameters<typeof search>[0],
      context: DepartmentContext,
      info: GraphQLResolveInfo,
    ) => search(args, context, info),
  },
  Mutation: {
    registerSubjects(
      _root: unknown,
      args: { readonly references: readonly SubjectReference[]; readonly onlyLook: boolean },
      { viewer, clients }: DepartmentContext,
    ) {
      if (viewer.role !== 'DEPARTMENT') throw forbidden('登记信用主体只对各部门的导入程序开放。');
      return registerSubjects(clients.imports, args.references, args.onlyLook);
    },
  },
  Subject: {
    __resolveReference: (reference: { readonly id: string }, context: DepartmentContext, info: GraphQLResolveInfo) =>
      findById(reference.id, context, info),
  },
  Listing: {
    subject: (row: Row, _args: unknown, context: DepartmentContext, info: GraphQLResolveInfo) =>
      findById(String(row.subjectId), context, info),
    listType: (row: Row) => listTypeOf(String(row.listType)),
    removal: (row: Row) =>
      row.removedOn === null || row.removedOn === undefined
        ? null
        : { removedOn: row.removedOn, reason: row.removalReason, documentNumber: row.removalDocumentNumber },
  },
};
