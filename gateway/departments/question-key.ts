import { seesMoreThanPublic } from '../../platform/viewer/rights.ts';
import type { Question } from '../../platform/viewer/token.ts';
import type { Viewer } from '../../platform/viewer/viewer.ts';

/**
 * What makes two questions to a department one: what is asked, and every signed fact of who asks but the request's own id and its place in a trace, so
 * that nobody is ever told what was answered to somebody with other rights, of another day or instant. Who may see more than
 * the public shares with nobody but itself.
 */
export function questionKey({ query, operationName, variables }: Question, viewer: Viewer, payer: string): string {
  return `${factsOf(viewer, payer)}\n${JSON.stringify(variables ?? {})}\n${operationName ?? ''}\n${query}`;
}

function factsOf(viewer: Viewer, payer: string): string {
  const known = facts.get(viewer);
  if (known?.payer === payer) return known.text;
  const { requestId: _own, trace: _place, ...signed } = viewer;
  const text = JSON.stringify([signed, seesMoreThanPublic(viewer) ? payer : null]);
  facts.set(viewer, { payer, text });
  return text;
}

/** A question asks several departments. */
const facts = new WeakMap<Viewer, { readonly payer: string; readonly text: string }>();
