import { existsSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const HOME = fileURLToPath(new URL('..', import.meta.url));
const FRAME = /\(?(file:\/\/\/[^\s()]+\.mjs):(\d+):(\d+)\)?/gu;

/** Places that were looked up; there are only so many in the house. */
const known = new Map<string, string>();

/**
 * A stack with its frames in our sources, where JavaScript made of them ran. Maps are read when a stack is told, which is
 * rare, and not kept: together they would take more memory than what they explain.
 */
export function stackInSources(stack: string | undefined): string | undefined {
  if (stack === undefined) return undefined;
  const maps = new Map<string, SourceMap | undefined>();
  return stack.replaceAll(FRAME, (frame, url: string, line: string, column: string) => {
    const place = `${url}:${line}:${column}`;
    const found = known.get(place) ?? sourceOf(fileURLToPath(url), Number(line), Number(column), maps);
    if (found !== undefined) known.set(place, found);
    return found === undefined ? frame : frame.replace(place, found);
  });
}

function sourceOf(
  file: string,
  line: number,
  column: number,
  maps: Map<string, SourceMap | undefined>,
): string | undefined {
  if (!maps.has(file)) maps.set(file, mapOf(`${file}.map`));
  const entry = maps.get(file)?.findEntry(line - 1, column - 1);
  if (!entry || !('originalSource' in entry) || !entry.originalSource) return undefined;
  const source = resolve(dirname(file), entry.originalSource);
  return `${relative(HOME, source)}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
}

function mapOf(path: string): SourceMap | undefined {
  return existsSync(path) ? new SourceMap(JSON.parse(readFileSync(path, 'utf8'))) : undefined;
}
