import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { basename } from 'node:path';
import { defaultCity, plannedFiles } from '../demonstration/city/index.ts';
import { demonstrationFiles } from '../demonstration/index.ts';
import type { City } from '../platform/installation/city.ts';
import { takeFile } from '../platform/installation/take-file.ts';
import { programAt } from '../platform/programs.ts';
import { say } from './command.ts';
import { progressLine, summaryOf } from './report.ts';

/** Whether everything that this installation has taken so far is of the invented city; else it is somebody's own. */
export async function isInventedCity(city: City): Promise<boolean> {
  const names = [
    ...demonstrationFiles.map(({ path }) => basename(path)),
    ...plannedFiles(defaultCity).map(({ name }) => name),
  ];
  for (const { card, clients } of city.near.values()) {
    const own =
      await clients.imports`select 1 from ${clients.imports(`${card.name}.imports`)} where file_name <> all(${names}) limit 1`;
    if (own.length > 0) return false;
  }
  return true;
}

/** Imports the committed files that this installation has not taken yet: those with the stories. */
export async function takeDemonstration(city: City, dataDirectory: string): Promise<void> {
  const here = demonstrationFiles.filter(({ item }) => isNear(city, item));
  for (const [index, { item, path }] of here.entries()) {
    const title = `演示文件 ${index + 1}/${here.length}`;
    const progress = progressLine(`${title} ${item}`);
    const report = await takeFile(city, item, path, { dataDirectory, once: true, onProgress: progress.update });
    progress.end();
    if (!report.takenBefore) say(`${title} ${summaryOf(report)}`);
  }
}

/** Whether the subjects with a story are here, whatever else is. */
export async function holdsDemonstration(city: City): Promise<boolean> {
  const taken = await namesTaken(city);
  return demonstrationFiles.some(({ path }) => taken.has(basename(path)));
}

/**
 * Has the default city written and imported beside this process, which answers questions meanwhile; nothing where it has
 * been taken already. Ended at any point it goes on at the next start.
 */
export async function takeRestOfCity(city: City): Promise<{ stop(): Promise<void> } | undefined> {
  if (await isTaken(city)) return undefined;
  say('云泽市的其余文件正在后台生成并导入,不影响查询……');
  const program = programAt(new URL('./city.ts', import.meta.url));
  const child = spawn(process.execPath, [...program.execArgv, program.file, '--import'], {
    // A channel, so that it ends when this process does, however that ends.
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  let isStopping = false;
  ended.then(
    ([code]) => {
      if (code !== 0 && !isStopping) say('云泽市的其余文件未能全部导入,下次启动时继续。');
    },
    () => say('云泽市的其余文件未能导入:无法启动导入进程。'),
  );
  return {
    async stop() {
      isStopping = true;
      // At a terminal the signal has reached it, too; a second one would have it drop its file.
      if (child.connected) child.disconnect();
      await ended.catch(() => {});
    },
  };
}

async function isTaken(city: City): Promise<boolean> {
  const planned = plannedFiles(defaultCity).filter(({ item }) => isNear(city, item.item));
  const taken = await namesTaken(city);
  return planned.every(({ name }) => taken.has(name));
}

/** Names of the files that were taken whole. */
async function namesTaken(city: City): Promise<ReadonlySet<string>> {
  const taken = new Set<string>();
  for (const { card, clients } of city.near.values()) {
    const found = await clients.imports<{ name: string }[]>`
      select distinct file_name as name from ${clients.imports(`${card.name}.imports`)} where status = 'COMPLETED'`;
    for (const { name } of found) taken.add(name);
  }
  return taken;
}

function isNear(city: City, item: string): boolean {
  return city.near.has(item.split('.')[0] ?? '');
}
