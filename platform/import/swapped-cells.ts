import { identify } from '../../schema/identifiers/index.ts';
import type { HeaderFound, Reason, RejectedRow } from '../sheets/index.ts';

/** Where the name stands in a worksheet, and under which header. */
interface Place {
  readonly position: number;
  readonly title: string;
}

/**
 * A name in the code's cell and a sound code in the name's: offered as a repair in the reason, never made silently, since
 * nobody can say which other cells slipped with them.
 */
export function offerSwap(row: RejectedRow, header: HeaderFound | undefined): readonly Reason[] {
  const name = placeOf('counterpartName', header);
  if (name === undefined || !isNumber(row.cells[name.position])) return row.reasons;
  return row.reasons.map((reason) => {
    const given = placeOf(reason.field, header);
    if (given === undefined || given.position === name.position) return reason;
    if (!/\p{Script=Han}{2}/u.test(row.cells[given.position] ?? '')) return reason;
    const message = `“${name.title}”与“${given.title}”两格像是填反了，对调后再提交即可。`;
    return { ...reason, code: 'CELLS_SWAPPED', message: `${reason.message}${message}` };
  });
}

function placeOf(field: string | undefined, header: HeaderFound | undefined): Place | undefined {
  const title = field === undefined ? undefined : header?.columns[field];
  if (header === undefined || title === undefined) return undefined;
  const position = header.headers.indexOf(title);
  return position < 0 ? undefined : { position, title };
}

function isNumber(cell: string | undefined): boolean {
  return cell !== undefined && identify(cell).problem === undefined;
}
