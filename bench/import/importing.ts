// A process of its own that imports one file as `npm run import` does and tells in one line of JSON what it took: the item
// and the path are its arguments, `--again` reads a file that was taken before.

import { keepHeapSmall } from '../../cli/memory.ts';
import { readConfig } from '../../platform/config.ts';
import { openCity } from '../../platform/installation/city.ts';
import { takeFile } from '../../platform/installation/take-file.ts';
import { createLog } from '../../platform/log.ts';
import { departments, subjectDirectory } from '../../subgraphs/index.ts';

keepHeapSmall();
const [item = '', path = ''] = process.argv.slice(2);
const names = departments.map((card) => card.name);
const config = readConfig(process.env, names);
const city = await openCity({ config, cards: departments, directory: subjectDirectory, log: createLog('warn') });
await city.migrate();
const began = performance.now();
const report = await takeFile(city, item, path, {
  dataDirectory: config.dataDirectory,
  again: process.argv.includes('--again'),
});
const ms = performance.now() - began;
const used = process.resourceUsage();
await city.stop();
const { rows, added, unchanged, rejected } = report;
const cpuMs = (used.userCPUTime + used.systemCPUTime) / 1000;
process.stdout.write(
  `${JSON.stringify({ ms, cpuMs, peakMb: used.maxRSS / 1024, rows, added, unchanged, rejected })}\n`,
);
