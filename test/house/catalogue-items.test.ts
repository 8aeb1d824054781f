import { readdirSync, readFileSync } from 'node:fs';
import { parse as parseCsv } from 'csv-parse/sync';
import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { committedSupergraph } from '../../gateway/supergraph/committed.ts';
import { itemsIn } from '../../gateway/supergraph/items.ts';
import { markedFields } from '../../gateway/supergraph/marks.ts';
import { needsAuthorization } from '../../gateway/verdicts/catalogue.ts';
import { codeTable } from '../../schema/codes/city.ts';
import { placesOfRecords } from '../security/places.ts';

// What verdicts and packages say of a catalogue item (code table `catalogue-items`) is what `@access` says of its fields.

const supergraph = committedSupergraph();
const marks = markedFields(parse(supergraph, { noLocation: true }));
const items = [...itemsIn(supergraph).values()];
const ON = '2026-11-21';
const rows = codeTable('catalogue-items').onDate(ON);
const levelOf = (type: string, field: string): string => marks.get(type)?.get(field)?.level ?? 'PUBLIC';

/** Levels above PUBLIC of the fields that lead from the subject to records of a type in a department. */
function levelsOnTheWay(type: string, department: string): readonly string[] {
  const places = placesOfRecords().filter(({ path, type: of }) => of === type && isOf(path, department));
  if (places.length === 0) throw new Error(`nothing leads to ${type} of ${department}`);
  return places.flatMap(({ path: [slice = '', list] }) => {
    const way = [levelOf('Subject', slice), ...(list ? [levelOf(sliceOf(slice), list)] : [])];
    return way.filter((level) => level !== 'PUBLIC');
  });
}

const sliceOf = (field: string): string => `${field[0]?.toUpperCase()}${field.slice(1)}Slice`;
const isOf = ([slice, list]: readonly string[], department: string): boolean =>
  list === undefined ? department === 'credit' : slice === department;

describe('What is said of a catalogue item', () => {
  it('is said of items that there are', () => {
    expect(rows.rows.map(({ code }) => code).filter((code) => !items.some((item) => item.code === code))).toEqual([]);
  });

  it.each(items.map((item) => [item.code, item] as const))(
    'of %s, is what its fields’ levels say',
    (code, { type }) => {
      const { rows: ofRows = '', fields: ofFields = '' } = rows.get(code)?.extra ?? {};
      // Where the way to its list is closed, all of its records are.
      const closed = levelsOnTheWay(type, code.split('.')[0] ?? '');
      if (closed.length > 0) expect([code, ofRows]).toEqual([code, closed[0]]);
      const hasAuthorized = [...(marks.get(type)?.values() ?? [])].some(({ level }) => level === 'AUTHORIZED');
      if (ofFields) expect([code, ofFields, hasAuthorized]).toEqual([code, 'AUTHORIZED', true]);
      if (hasAuthorized) expect([code, needsAuthorization(code, ON)]).toEqual([code, true]);
    },
  );

  it.each(['tax', 'environment'])('of the ratings of %s, is a level that its grades have', (department) => {
    const ofRows = rows.get(`${department}.credit-rating`)?.extra.rows;
    // The scheme in use and those that lie ready for other cities.
    const folder = new URL(`../../subgraphs/${department}/codes/`, import.meta.url);
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith(`${department}-grade-schemes.csv`),
    );
    const grades = files.flatMap((file): readonly Readonly<Record<string, string>>[] =>
      parseCsv(readFileSync(new URL(file, folder), 'utf8'), { columns: true, comment: '#' }),
    );
    const levels = new Set(grades.map(({ level }) => level));
    expect([...levels].filter((level) => level !== 'PUBLIC')).toEqual([ofRows]);
  });
});
