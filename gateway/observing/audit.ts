import type { Figures } from '../../platform/observing/metrics.ts';
import type { AuditStore } from '../audit/store.ts';

/** The audit chain's store, telling how long each line takes to be committed. */
export function seenStore(store: AuditStore, figures: Figures | undefined): AuditStore {
  if (!figures) return store;
  return {
    ...store,
    async append(body) {
      const began = performance.now();
      let outcome = 'failed';
      try {
        const line = await store.append(body);
        outcome = 'committed';
        return line;
      } finally {
        const seconds = (performance.now() - began) / 1000;
        figures.observe('credit_graph_audit_append_duration_seconds', seconds, { outcome });
      }
    },
  };
}
