import type { ClientsOptions } from '../database/index.ts';
import type { Figures } from '../observing/metrics.ts';

/** Tells figures how a department's reads go, and how its connections are used. */
export function readsObserver(department: string, figures: Figures | undefined): ClientsOptions['observer'] {
  if (!figures) return undefined;
  return (name) => {
    const pool = name.replace(`credit-graph ${department} `, '');
    return {
      read(milliseconds, failure) {
        const outcome = failure === undefined ? 'answered' : failure.toLowerCase();
        figures.observe('credit_graph_statement_duration_seconds', milliseconds / 1000, { department, outcome });
      },
      pool(look) {
        figures.gauge('credit_graph_pool_statements', () => {
          const { inHand, waiting } = look();
          return [
            { value: inHand, labels: { department, pool, state: 'in_hand' } },
            { value: waiting, labels: { department, pool, state: 'waiting' } },
          ];
        });
        figures.gauge('credit_graph_pool_size', () => [{ value: look().size, labels: { department, pool } }]);
      },
    };
  };
}
