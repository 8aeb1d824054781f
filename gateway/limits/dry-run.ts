import type { IncomingMessage } from 'node:http';
import { badRequest } from '../../platform/errors.ts';
import type { Viewer } from '../../platform/viewer/viewer.ts';
import { OWN_SUBGRAPH } from '../own/name.ts';
import type { Cost } from './cost.ts';
import type { WithheldFrom } from './withheld.ts';

/** `extensions.dryRun`: what a question would do, found without asking any department. */
export interface DryRun {
  readonly objects: number;
  readonly departments: readonly { readonly department: string; readonly turns: number }[];
  readonly withheld: readonly {
    readonly field: string;
    readonly path: readonly string[];
    readonly code: string;
    readonly reason: string;
  }[];
}

export function dryRunOf(cost: Cost, viewer: Viewer, withheldFrom: WithheldFrom): DryRun {
  return {
    objects: cost.objects,
    departments: [...cost.departments]
      .filter(([department]) => department !== OWN_SUBGRAPH)
      .map(([department, turns]) => ({ department, turns }))
      .sort((one, other) => one.department.localeCompare(other.department)),
    withheld: cost.fields.flatMap(({ type, field, path }) => {
      const withheld = withheldFrom({ type, field }, viewer);
      return withheld ? [{ field: `${type}.${field}`, path, ...withheld }] : [];
    }),
  };
}

/** Whether the request carries `Credit-Dry-Run: true`. @throws Refusal for another value, or another method than POST. */
export function isDryRun(request: IncomingMessage): boolean {
  const given = request.headers['credit-dry-run'];
  if (given === undefined || given === 'false') return false;
  if (given !== 'true') throw badRequest('请求头 Credit-Dry-Run 须为 true 或 false。');
  if (request.method !== 'POST') throw badRequest('试运行(Credit-Dry-Run)只接受 POST。');
  return true;
}
