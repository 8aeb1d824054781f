import { withoutIdNumbers } from '../../schema/identifiers/redact.ts';
import type { SkippedRows } from '../sheets/index.ts';

/** Worksheets of a book that were not read: nothing of a file is passed over without a word. */
export interface UnreadSheets {
  add(rows: SkippedRows): void;
  remarks(): readonly string[];
}

export function unreadSheets(): UnreadSheets {
  const sheets = new Map<string, { count: number; readonly why: string }>();
  return {
    add({ sheet, reason, count, missing = [] }) {
      if (reason !== 'NO_HEADER' && reason !== 'HIDDEN_SHEET') return;
      const titles = missing.slice(0, 5).map((title) => `“${title}”`);
      const lacking = titles.length === 0 ? '' : `(缺少${titles.join('、')}${missing.length > 5 ? '等' : ''})`;
      const why = reason === 'HIDDEN_SHEET' ? '是隐藏的' : `不是本目录项的表${lacking}`;
      const known = sheets.get(sheet) ?? { count: 0, why };
      known.count += count;
      sheets.set(sheet, known);
    },
    remarks: () =>
      [...sheets].map(([name, { count, why }]) => `工作表“${withoutIdNumbers(name)}”${why},共 ${count} 行未读。`),
  };
}
