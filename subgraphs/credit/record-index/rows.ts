import type { Rows } from '../../../platform/records/visibility.ts';

/** The index's own rows, for statements that stand beside the reader's. */
export const INDEX_ROWS: Rows = { table: 'credit.record_index', department: 'credit', index: true, items: [] };
