import { join } from 'node:path';
import { type IdentifyCounterparts, identifyThrough } from '../import/identity.ts';
import { type ImportReport, importFile } from '../import/import-file.ts';
import { type Intake, recordIntake } from '../import/intake.ts';
import { type Department, recordIdKey } from '../subgraph/department.ts';
import { dayInShanghai, departmentViewer } from '../viewer/viewer.ts';
import type { City } from './city.ts';
import { placeOfFollower, rekeyRecords } from './rekey.ts';

export interface TakeOptions {
  readonly dataDirectory: string;
  readonly again?: boolean;
  readonly now?: () => Date;
  readonly onProgress?: (rows: number) => void;
}

/** Every catalogue item that a file can be imported for, with the department that takes it. */
export function importableItems(
  city: Pick<City, 'cards'>,
): readonly { readonly item: string; readonly department: string; readonly title: string }[] {
  return city.cards.flatMap((card) =>
    [...Object.keys(card.intakes ?? {}), ...Object.keys(card.sheets)].map((item) => ({
      item,
      department: card.name,
      title: card.title,
    })),
  );
}

/**
 * Imports a file of a catalogue item into the department that owns it, which must live in this process.
 * @throws Error with a Chinese sentence for an unknown item or a department that is elsewhere; SheetError for the file.
 */
export async function takeFile(city: City, item: string, path: string, options: TakeOptions): Promise<ImportReport> {
  const owner = importableItems(city).find((one) => one.item === item);
  if (!owner)
    throw new Error(
      `没有名为 ${item} 的目录项。可导入的有:${importableItems(city)
        .map((one) => one.item)
        .join('、')}。`,
    );
  const department = city.near.get(owner.department);
  if (!department) throw new Error(`${item} 属于${owner.title},该部门在别处运行,请到那里导入。`);
  const today = dayInShanghai(options.now?.() ?? new Date());
  // Rows are stored a moment after it was asked whose they are; whoever got another id in between is followed again.
  const place = await placeOfFollower(department);
  const report = await importFile({
    item,
    path,
    intake: intakeOf(city, department, item, today),
    schema: department.card.name,
    client: department.clients.imports,
    today,
    rejectedFolder: join(options.dataDirectory, 'imports'),
    ...(options.again === undefined ? {} : { again: options.again }),
    ...(options.onProgress ? { onProgress: options.onProgress } : {}),
  });
  const isOfSubjects = department.card.intakes?.[item] !== undefined;
  await (isOfSubjects ? rekeyRecords(city) : rekeyRecords(city, [department], place));
  return report;
}

function intakeOf(city: City, department: Department, item: string, today: string): Intake {
  const { card, clients, kinds } = department;
  const own = card.intakes?.[item];
  if (own) return own.open(clients.imports);
  const sheet = card.sheets[item];
  const kind = sheet && kinds.get(sheet.type);
  if (!sheet || !kind) throw new Error(`${item} 没有可导入的表样。`);
  const idKey = recordIdKey(city.secret, card.name);
  return recordIntake({ item, sheet, kind, schema: card.name, idKey, identify: directoryOf(city, today) });
}

/** The department that knows the subjects, near or far; where it is not even configured, it is silent. */
function directoryOf(city: City, today: string): IdentifyCounterparts {
  const directory = city.transports.get(city.directory);
  if (!directory) return () => Promise.reject(new Error('the directory of subjects is not configured'));
  return identifyThrough(directory, () => departmentViewer({ today, requestId: 'import' }));
}
