import { DatabaseError, type Reader, type Reads, type Row } from '../database/index.ts';
import type { Spans } from './spans.ts';
import type { Traceparent } from './traceparent.ts';

/** Reads whose statements are spans, each under the name that its text begins with; text and values stay here. */
export function tracedReads(reads: Reads, spans: Spans, parent: Traceparent): Reads {
  const traced = (reader: Reader): Reader => ({
    async read<R extends Row>(...asked: Parameters<Reader['read']>) {
      const span = spans.begin(statementName(asked[0]), 'client', parent);
      span.set({ 'db.system.name': 'postgresql' });
      try {
        const rows = await reader.read<R>(...asked);
        span.set({ 'db.response.returned_rows': rows.length });
        span.end();
        return rows;
      } catch (error) {
        span.end(error instanceof DatabaseError ? error.code : 'INTERNAL');
        throw error;
      }
    },
  });
  return { hotReads: traced(reads.hotReads), searches: traced(reads.searches) };
}

/** The name of a statement: the comment that it begins with, such as the coordinate of the field that asks. */
export function statementName(text: string): string {
  return /^\s*\/\* ([\w.]{1,100}) \*\//u.exec(text)?.[1] ?? 'statement';
}
