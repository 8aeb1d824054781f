import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import type { Architecture } from './contents.ts';

interface Runtime {
  readonly arch: string;
  readonly package: string;
  readonly version: string;
  readonly integrity: string;
}

const TABLE = new URL('node-runtimes.csv', import.meta.url);

/** The Node that goes into a bundle for this processor. */
export function runtimeFor(arch: Architecture): Runtime {
  const rows = parse(readFileSync(TABLE, 'utf8'), { columns: true, comment: '#', trim: true }) as Runtime[];
  const found = rows.find((row) => row.arch === arch);
  if (!found) throw new Error(`node-runtimes.csv 中没有 ${arch} 的 Node;请以 --node <文件> 给出。`);
  return found;
}

/**
 * Puts Node and its licence into `folder`: the program that is given, else the package of the table, which must be the very
 * one that the table names.
 * @returns what it is, for people.
 */
export function takeNode(arch: Architecture, given: string | undefined, folder: string, scratch: string): string {
  mkdirSync(join(folder, 'bin'), { recursive: true });
  if (given !== undefined) {
    copyFileSync(given, join(folder, 'bin', 'node'));
    return given;
  }
  const { package: name, version, integrity } = runtimeFor(arch);
  const packed = execFileSync('npm', ['pack', `${name}@${version}`, '--json', '--pack-destination', scratch], {
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  const [{ filename }] = JSON.parse(packed) as [{ filename: string }];
  const file = join(scratch, filename);
  const found = `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`;
  if (found !== integrity) throw new Error(`${name}@${version} 的内容与 node-runtimes.csv 所记不符,未采用。`);
  execFileSync('tar', ['-xzf', file, '-C', folder, '--strip-components=1', 'package/bin/node', 'package/LICENSE']);
  return `${name}@${version}`;
}
