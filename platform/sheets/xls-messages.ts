/** A cell as the child tells it: text, a number, a number that its format shows as a date, or nothing. */
export type XlsCell = string | number | readonly [number] | null;

/** What the child that reads an old Excel file tells, one message a line. */
export type XlsMessage =
  /** The rows of this sheet follow. `dayShift`: days between the workbook's day 0 and the 1900 system's. */
  | { readonly kind: 'SHEET'; readonly name: string; readonly isHidden: boolean; readonly dayShift: number }
  | { readonly kind: 'ROW'; readonly number: number; readonly cells: readonly XlsCell[] }
  /** The container holds something else: a document, an installer. */
  | { readonly kind: 'NO_WORKBOOK' }
  | { readonly kind: 'FAILED'; readonly isEncrypted: boolean }
  /** Everything was told. */
  | { readonly kind: 'END' };
