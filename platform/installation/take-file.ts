import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { acquaintances, onlyLooking } from '../import/acquaintances.ts';
import { type IdentifyCounterparts, identifyThrough } from '../import/identity.ts';
import { type ImportOptions, importFile } from '../import/import-file.ts';
import { type Intake, type ReadAhead, recordIntake } from '../import/intake.ts';
import { readAhead } from '../import/read-ahead.ts';
import type { ImportReport } from '../import/report.ts';
import type { Attributes } from '../observing/spans.ts';
import type { Traceparent } from '../observing/traceparent.ts';
import { moduleAt } from '../programs.ts';
import { type Department, recordIdKey } from '../subgraph/department.ts';
import { dayInShanghai, installationViewer } from '../viewer/viewer.ts';
import type { City } from './city.ts';
import { placeOfFollower, rekeyRecords } from './rekey.ts';

export interface TakeOptions
  extends Pick<ImportOptions, 'again' | 'once' | 'isDryRun' | 'isConfirmed' | 'onProgress' | 'signal'> {
  readonly dataDirectory: string;
  /** Default: a fifth. */
  readonly confirmShare?: number;
  readonly now?: () => Date;
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
  const department = departmentOf(city, item);
  const span = city.observing?.spans?.begin(`import ${item}`, 'internal', undefined);
  try {
    const report = await taken(city, department, { item, path, trace: span?.traceparent }, options);
    const { rows, added, corrected, unchanged, repeated, rejected } = report;
    span?.set(
      spanFacts({ rows, added, corrected, unchanged, repeated, rejected, isDryRun: options.isDryRun ?? false }),
    );
    span?.end();
    return report;
  } catch (error) {
    span?.end(error instanceof Error ? error.name : 'FAILED');
    throw error;
  }
}

function spanFacts(facts: Readonly<Record<string, number | boolean>>): Attributes {
  return Object.fromEntries(Object.entries(facts).map(([name, value]) => [`credit_graph.import.${name}`, value]));
}

interface Taking {
  readonly item: string;
  readonly path: string;
  readonly trace: Traceparent | undefined;
}

async function taken(
  city: City,
  department: Department,
  { item, path, trace }: Taking,
  options: TakeOptions,
): Promise<ImportReport> {
  const { dataDirectory, now, ...rest } = options;
  const today = dayInShanghai(now?.() ?? new Date());
  // Rows are stored a moment after it was asked whose they are; whoever got another id in between is followed again.
  const place = await placeOfFollower(department);
  const report = await importFile({
    confirmShare: 0.2,
    ...rest,
    item,
    path,
    intake: intakeOf(city, department, item, {
      today,
      onlyLook: options.isDryRun ?? false,
      trace,
      readAhead: await readAheadOf(department, item, path),
    }),
    schema: department.card.name,
    client: department.clients.imports,
    today,
    rejectedFolder: join(dataDirectory, 'imports'),
  });
  if (report.isDryRun) return report;
  const isOfSubjects = department.card.intakes?.[item] !== undefined;
  await (isOfSubjects ? rekeyRecords(city) : rekeyRecords(city, [department], place));
  return report;
}

/**
 * The department that a catalogue item belongs to, which must live in this process.
 * @throws Error with a Chinese sentence for an unknown item or a department that is elsewhere.
 */
export function departmentOf(city: City, item: string): Department {
  const owner = importableItems(city).find((one) => one.item === item);
  if (!owner)
    throw new Error(
      `没有名为 ${item} 的目录项。可导入的有:${importableItems(city)
        .map((one) => one.item)
        .join('、')}。`,
    );
  const department = city.near.get(owner.department);
  if (!department) throw new Error(`${item} 属于${owner.title},该部门在别处运行,请到那里导入。`);
  return department;
}

function intakeOf(city: City, department: Department, item: string, asking: Asking): Intake {
  const { card, clients, kinds } = department;
  const own = card.intakes?.[item];
  if (own) return own.open(clients.imports);
  const sheet = card.sheets[item];
  const kind = sheet && kinds.get(sheet.type);
  if (!sheet || !kind) throw new Error(`${item} 没有可导入的表样。`);
  const idKey = recordIdKey(city.secret, card.name);
  const identify = directoryOf(city, asking);
  const { today } = asking;
  return recordIntake({
    item,
    sheet,
    kind,
    schema: card.name,
    idKey,
    identify,
    persons: city.personKeys,
    today,
    readAhead: asking.readAhead,
  });
}

/** Below that a thread takes longer to begin than the file to read. */
const WORTH_A_THREAD = 4 * 1024 ** 2;

/** How a large file is read in a thread of its own; undefined for a small one, and where the thread would not find the same sheet. */
async function readAheadOf({ card }: Department, item: string, path: string): Promise<ReadAhead | undefined> {
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  const sheet = card.sheets[item];
  if (size < WORTH_A_THREAD || !sheet) return undefined;
  const module = moduleAt(new URL('index.ts', card.folder));
  const exported: Record<string, unknown> = await import(module).catch(() => ({}));
  if (!Object.values(exported).includes(card)) return undefined;
  const place = { module, department: card.name };
  return (...asked) => readAhead(place, ...asked);
}

interface Asking {
  readonly today: string;
  readonly onlyLook: boolean;
  readonly trace: Traceparent | undefined;
  readonly readAhead?: ReadAhead | undefined;
}

/** The department that knows the subjects, near or far; where it is not even configured, it is silent. */
function directoryOf(city: City, { today, onlyLook, trace }: Asking): IdentifyCounterparts {
  const directory = city.transports.get(city.directory);
  if (!directory) return (counterparts) => Promise.resolve(counterparts.map(() => undefined));
  const viewer = { ...installationViewer({ today, requestId: 'import' }), ...(trace && { trace }) };
  const ask = identifyThrough(directory, () => viewer, { onlyLook });
  return acquaintances(onlyLook ? onlyLooking(ask) : ask);
}
