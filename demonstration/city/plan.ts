import { share } from './draw.ts';
import type { Batch, CityItem } from './item.ts';
import { courtItems } from './items/courts.ts';
import { creditItems } from './items/credit.ts';
import { environmentItems } from './items/environment.ts';
import { labourItems } from './items/labour.ts';
import { marketItems } from './items/market.ts';
import { registryItems } from './items/registry.ts';
import { taxItems } from './items/tax.ts';
import { utilityItems } from './items/utilities.ts';
import { MOST_SUBJECTS } from './names.ts';

/** Who the subjects are comes first. */
export const cityItems: readonly CityItem[] = [
  ...registryItems,
  ...marketItems,
  ...taxItems,
  ...courtItems,
  ...environmentItems,
  ...labourItems,
  ...utilityItems,
  ...creditItems,
];

/** Which city: its seed, and how many times the default city it is. */
export interface CitySize {
  readonly seed: number;
  readonly scale: number;
}

/** The city that `npm start` imports. */
export const defaultCity: CitySize = { seed: 1, scale: 1 };

const SUBJECTS = 2400;

export function subjectsIn({ scale }: CitySize): number {
  return Math.max(12, Math.round(SUBJECTS * scale));
}

/** The largest scale for which there are names. */
export const LARGEST_SCALE = Math.floor(MOST_SUBJECTS / SUBJECTS);

/** A file of the city: the rows of one item and batch about the subjects from one index up to and without another. */
export interface PlannedFile {
  readonly item: CityItem;
  readonly batch: Batch;
  readonly name: string;
  readonly from: number;
  readonly until: number;
  readonly format: 'CSV_WITH_MARK' | 'CSV_IN_GBK' | 'XLSX';
  readonly isRestyled: boolean;
  readonly hasTitle: boolean;
  /** Its rows stand in two worksheets. */
  readonly isInTwo: boolean;
}

/** No file has many more rows, but for lists, which are submitted as a whole. */
const ROWS_PER_FILE = 90_000;
const ROWS_PER_WORKBOOK = 3000;

/** All files of a city in the order in which they are written and imported. */
export function plannedFiles(size: CitySize): readonly PlannedFile[] {
  const subjects = subjectsIn(size);
  return cityItems.flatMap((item, ofItem) =>
    item.batches.flatMap((batch, ofBatch) => {
      const perFile = item.isList === true ? subjects : Math.floor(ROWS_PER_FILE / batch.perSubject);
      const parts = Math.ceil(subjects / perFile);
      return Array.from({ length: parts }, (_, part): PlannedFile => {
        const [from, until] = [part * perFile, Math.min(subjects, (part + 1) * perFile)];
        const of = (word: string): number => share(size.seed, part, word, ofItem * 64 + ofBatch);
        const isSmall = (until - from) * batch.perSubject <= ROWS_PER_WORKBOOK;
        const format = isSmall && of('workbook') < 0.35 ? 'XLSX' : of('gbk') < 0.5 ? 'CSV_IN_GBK' : 'CSV_WITH_MARK';
        const ending = parts === 1 ? '' : `-${String(part + 1).padStart(3, '0')}`;
        const kind = format === 'XLSX' ? 'xlsx' : 'csv';
        return {
          item,
          batch,
          name: `city-${item.item}${batch.name === '' ? '' : `-${batch.name}`}${ending}.${kind}`,
          from,
          until,
          format,
          isRestyled: item.otherwise !== undefined && of('style') < 0.5,
          hasTitle: of('title') < 0.6,
          isInTwo: of('two') < 0.4,
        };
      });
    }),
  );
}
