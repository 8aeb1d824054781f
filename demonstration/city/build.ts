import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as yieldOnce } from 'node:timers/promises';
import { type CitySize, plannedFiles, subjectsIn } from './plan.ts';
import { UNFINISHED, type WrittenFile, writeCityFile } from './write.ts';

/** What stands in a city's folder: `city.json`. Without times, so that the same city has the same. */
export interface Manifest extends CitySize {
  readonly subjects: number;
  readonly files: readonly ManifestFile[];
}

interface ManifestFile extends WrittenFile {
  /** It was imported from here, and may have been deleted since. */
  readonly imported?: true;
}

export interface BuildOptions extends CitySize {
  readonly folder: string;
  /** Called for each file that is there, with what it takes to import it; resolves to true once it is imported. */
  readonly onFile?: (file: BuiltFile) => Promise<boolean>;
  /** Deletes files that were imported. */
  readonly isDiscarding?: boolean;
  readonly signal?: AbortSignal;
}

export interface BuiltFile extends WrittenFile {
  readonly path: string;
  readonly number: number;
  readonly of: number;
  /** It was written by an earlier run. */
  readonly isOld: boolean;
}

/**
 * Writes the files of a city, one after the other; each is handed to `onFile` once it is whole. Killed at any point and run
 * again it goes on with the first file that is missing and ends with the same bytes.
 * @throws Error with a Chinese sentence where the folder holds another city.
 */
export async function buildCity(options: BuildOptions): Promise<Manifest> {
  const { folder, seed, scale, onFile, isDiscarding = false, signal } = options;
  mkdirSync(folder, { recursive: true });
  const manifest = manifestIn(folder);
  if (manifest && (manifest.seed !== seed || manifest.scale !== scale)) {
    throw new Error(`${folder} 中是另一座城市(种子 ${manifest.seed}、规模 ${manifest.scale}),请另选目录。`);
  }
  for (const name of readdirSync(folder)) if (name.endsWith(UNFINISHED)) rmSync(join(folder, name));
  const planned = plannedFiles({ seed, scale });
  const files = new Map<string, ManifestFile>(manifest?.files.map((file) => [file.name, file]));
  const current = (): Manifest => {
    const known = planned.flatMap(({ name }) => files.get(name) ?? []);
    return { seed, scale, subjects: subjectsIn({ seed, scale }), files: known };
  };
  const keep = (file: ManifestFile): void => {
    files.set(file.name, file);
    writeManifest(folder, current());
  };
  for (const [index, file] of planned.entries()) {
    if (signal?.aborted) break;
    const before = files.get(file.name);
    const path = join(folder, file.name);
    if (before?.imported && (isDiscarding || !onFile)) {
      // Killed before it could delete it, or imported by a run that kept it.
      if (isDiscarding) rmSync(path, { force: true });
      continue;
    }
    const isOld = before !== undefined && isWhole(folder, before);
    const written = isOld ? before : writeCityFile(folder, file, { seed, scale });
    if (!isOld) keep(written);
    if (onFile && (await onFile({ ...written, path, number: index + 1, of: planned.length, isOld }))) {
      if (!before?.imported) keep({ ...written, imported: true });
      if (isDiscarding) rmSync(path, { force: true });
    }
    await yieldOnce();
  }
  return current();
}

function manifestIn(folder: string): Manifest | undefined {
  const path = join(folder, 'city.json');
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Manifest) : undefined;
}

function writeManifest(folder: string, manifest: Manifest): void {
  const path = join(folder, 'city.json');
  const lines = manifest.files.map((file) => `  ${JSON.stringify(file)}`).join(',\n');
  const { seed, scale, subjects } = manifest;
  const text = `{"seed":${seed},"scale":${scale},"subjects":${subjects},"files":[\n${lines}\n]}\n`;
  writeFileSync(path + UNFINISHED, text);
  renameSync(path + UNFINISHED, path);
}

function isWhole(folder: string, { name, bytes }: WrittenFile): boolean {
  const path = join(folder, name);
  return existsSync(path) && statSync(path).size === bytes;
}
