import type { DepartmentContext } from '../../platform/subgraph/department.ts';
import { legalRepresentation } from './representatives.ts';

export const resolvers = {
  Query: {
    legalRepresentation: (
      _root: unknown,
      args: Parameters<typeof legalRepresentation>[0],
      context: DepartmentContext,
    ) => legalRepresentation(args, context),
  },
};
