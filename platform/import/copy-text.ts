/** How a column's values are written in `COPY`'s text format. */
export type CopyForm = 'PLAIN' | 'LIST' | 'JSON';

/** One value in `COPY`'s text format. */
export function cellText(value: unknown, form: CopyForm): string {
  if (value === null || value === undefined) return '\\N';
  if (form === 'JSON') return escaped(JSON.stringify(value));
  if (typeof value === 'string') return escaped(value);
  return form === 'LIST' ? escaped(listText(value as readonly unknown[])) : escaped(String(value));
}

/** `{"a","b"}`: an array as PostgreSQL reads one. */
function listText(values: readonly unknown[]): string {
  return `{${values.map((value) => (value === null ? 'NULL' : `"${String(value).replace(/["\\]/gu, '\\$&')}"`)).join(',')}}`;
}

const SPECIAL = /[\\\n\r\t]/;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escaped(text: string): string {
  return SPECIAL.test(text) ? text.replace(/[\\\n\r\t]/g, (character) => ESCAPES[character] ?? character) : text;
}
