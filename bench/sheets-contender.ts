import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import { openArchive } from '../platform/sheets/archive.ts';
import { readRows } from '../platform/sheets/index.ts';
import { penaltySheet } from '../standards/administrative-penalty/sheets.ts';

// One reading of one file in a process of its own: `sheets.ts` runs it and adds up what it says.

const [way = '', path = ''] = process.argv.slice(2);
const UNLIMITED = { sheetBytes: Number.POSITIVE_INFINITY, otherBytes: Number.POSITIVE_INFINITY };

/** Unzips and parses all parts; each element, attribute text and text is told, and nobody makes anything of it. */
async function parseWorkbook(): Promise<number> {
  let rows = 0;
  let heard = 0;
  const listener = {
    open(name: string, attributes: string) {
      if (name === 'row') rows += 1;
      heard += attributes.length;
    },
    close() {},
    text(text: string) {
      heard += text.length;
    },
  };
  const archive = await openArchive(path, UNLIMITED);
  for (const part of ['xl/sharedStrings.xml', 'xl/worksheets/sheet1.xml']) {
    for await (const _ of archive.read(part, listener, 'sheetBytes'));
  }
  archive.close();
  return heard > 0 ? rows : 0;
}

async function parseCsv(): Promise<number> {
  let rows = 0;
  for await (const _ of createReadStream(path).pipe(parse({ bom: true }))) rows += 1;
  return rows;
}

async function count(source: AsyncIterable<unknown>): Promise<number> {
  let rows = 0;
  for await (const _ of source) rows += 1;
  return rows;
}

const WAYS: Readonly<Record<string, () => Promise<number>>> = {
  'xlsx-parser': parseWorkbook,
  'csv-parser': parseCsv,
  rows: () => count(readRows(path)),
  drafts: () => count(penaltySheet().read(path)),
};

const read = WAYS[way];
if (read === undefined) throw new Error(`no way to read is called ${way}`);
const [began, cpuBefore] = [performance.now(), process.cpuUsage()];
const rows = await read();
const cpu = process.cpuUsage(cpuBefore);
const seconds = (performance.now() - began) / 1000;
const sample = {
  rows,
  seconds,
  cpuSeconds: (cpu.user + cpu.system) / 1e6,
  peakMb: process.resourceUsage().maxRSS / 1024,
};
process.stdout.write(`${JSON.stringify(sample)}\n`);
