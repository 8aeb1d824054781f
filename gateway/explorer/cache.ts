import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundlePage, root } from './bundle.ts';

/** What {@link bundlePage} made, and the name under which it is kept: it changes with its sources and versions. */
export interface KeptPage {
  readonly hash: string;
  readonly files: ReadonlyMap<string, Buffer>;
}

const versioned = ['graphiql', '@graphiql/react', '@graphiql/plugin-doc-explorer', '@graphiql/plugin-history']
  .concat(['monaco-editor', 'monaco-graphql', 'react', 'react-dom', 'graphql', 'esbuild'])
  .map((name) => join(root, 'node_modules', name, 'package.json'));

/**
 * The bundled page: found in `directory`, or bundled and kept there. A bundle is written beside its place and then
 * renamed, so it is there whole or not at all, also when several processes start at once. Where nothing can be
 * written, the page is bundled at every start.
 */
export async function keptPage(directory: string, say: (sentence: string) => void): Promise<KeptPage> {
  const hash = await sourceHash();
  const place = join(directory, `explorer-${hash}`);
  const kept = await read(place);
  if (kept) return { hash, files: kept };

  say('正在准备查询页面（只在首次启动或升级后需要）…');
  const files = await bundlePage();
  await keep(files, place).catch(() => say(`查询页面无法保存到 ${directory}，下次启动将重新准备。`));
  return { hash, files };
}

async function sourceHash(): Promise<string> {
  const here = fileURLToPath(new URL('./', import.meta.url));
  const names = await readdir(here, { recursive: true, withFileTypes: true });
  const sources = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const hash = createHash('sha256');
  for (const path of [...sources.sort(), ...versioned])
    hash.update(path.slice(root.length)).update(await readFile(path));
  return hash.digest('hex').slice(0, 16);
}

async function read(place: string): Promise<Map<string, Buffer> | undefined> {
  const names = await readdir(place).catch(() => []);
  if (names.length === 0) return undefined;
  return new Map(await Promise.all(names.map(async (name) => [name, await readFile(join(place, name))] as const)));
}

async function keep(files: ReadonlyMap<string, Buffer>, place: string): Promise<void> {
  const beside = `${place}-${randomUUID()}`;
  await mkdir(beside, { recursive: true });
  try {
    await Promise.all(Array.from(files, ([name, content]) => writeFile(join(beside, name), content)));
    await rename(beside, place);
  } catch (problem) {
    await rm(beside, { recursive: true, force: true });
    // Another process was quicker: its bundle is the same.
    if (!(await read(place))) throw problem;
  }
}
