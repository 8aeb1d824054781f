import DataLoader from 'dataloader';
import type { Viewer } from '../../platform/viewer/viewer.ts';
import type { OwnContext } from '../own/asks.ts';
import { findingsOf, type Verdict, verdictOn } from './verdict.ts';

/** Subjects that a department is asked about at once. */
const AT_ONCE = 100;

const loaders = new WeakMap<Viewer, DataLoader<string, readonly Verdict[]>>();

/**
 * `Subject.verdicts`: of every catalogue item that is submitted here and that the caller may ask for, in the order of their codes. Each department is asked
 * once about all subjects of a question.
 */
export function subjectVerdicts({ id }: { readonly id: string }, _args: unknown, context: OwnContext) {
  const { viewer } = context;
  const loader = loaders.get(viewer) ?? loaderOf(context);
  loaders.set(viewer, loader);
  return loader.load(id);
}

/** Verdicts are those of one question: of its viewer. */
function loaderOf(context: OwnContext): DataLoader<string, readonly Verdict[]> {
  const { asks, said, trace, view } = context;
  // As the catalogue: what is not in the caller's schema is not told of.
  const known = [...asks.items.values()].filter(({ code, type }) => asks.departmentOf(code) && view.getType(type));
  const items = known.map(({ code }) => code).sort();
  said.verdicts = items.map((item) => asks.departmentOf(item)?.department ?? '');
  return new DataLoader(
    async (subjects) => {
      const findings = await findingsOf(subjects, items, context);
      return subjects.map((subject) => {
        trace?.add(subject, items);
        return items.map((item) => {
          const verdict = verdictOn(item, subject, findings, context);
          const { outcome, isStale } = verdict;
          trace?.told({ subject, item, outcome, isStale, department: asks.departmentOf(item)?.department ?? null });
          return verdict;
        });
      });
    },
    { maxBatchSize: AT_ONCE },
  );
}
