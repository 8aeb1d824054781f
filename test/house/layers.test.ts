import { isBuiltin } from 'node:module';
import { describe, expect, it } from 'vitest';
import { departments } from '../../subgraphs/index.ts';
import { type Import, importsOf, ROOMS, sources } from './sources.ts';

const ORDER: readonly string[] = [...ROOMS, 'test'];
const files = sources(ORDER, ['.ts', '.tsx']);
const imports = files.flatMap(importsOf);
const ours = imports.filter((one): one is Import & { readonly path: string } => one.path !== undefined);

const roomOf = (path: string): string => path.split('/')[0] ?? '';
const departmentOf = (path: string): string | undefined => /^subgraphs\/([^/]+)\//u.exec(path)?.[1];
const told = ({ from, specifier }: Import): string => `${from} → ${specifier}`;

describe('The rooms of the house', () => {
  it('are read here: a plausible number of files and imports', () => {
    expect(files.length).toBeGreaterThan(200);
    expect(ours.length).toBeGreaterThan(500);
    expect(imports.length - ours.length).toBeGreaterThan(200);
    for (const room of ROOMS.slice(1)) expect(ours.some((one) => roomOf(one.from) === room)).toBe(true);
    const silent = files.filter((file) => /^import\s/mu.test(file.text) && importsOf(file).length === 0);
    expect(silent.map(({ path }) => path)).toEqual([]);
  });

  it('import one way: schema ← platform ← standards ← subgraphs ← demonstration ← gateway ← cli ← test', () => {
    const crossings = ours.filter(({ from, path }) => {
      const target = ORDER.indexOf(roomOf(path));
      return target > ORDER.indexOf(roomOf(from)) && target >= 0;
    });
    expect(crossings.map(told)).toEqual([]);
  });

  it('import nothing of the project that is in no room', () => {
    const outside = ours.filter(
      ({ from, path, isRead }) =>
        roomOf(from) !== 'test' && !ORDER.includes(roomOf(path)) && !(isRead && /^\.\/?$/u.test(path)),
    );
    expect(outside.map(told)).toEqual([]);
  });

  it('keep departments strangers to each other', () => {
    const meetings = ours.filter(({ from, path }) => {
      const [one, other] = [departmentOf(from), departmentOf(path)];
      return one !== undefined && (other === undefined ? path.startsWith('subgraphs/') : one !== other);
    });
    expect(meetings.map(told)).toEqual([]);
  });

  it('know each department only by its folder’s index.ts, and all of them only by subgraphs/index.ts', () => {
    const intrusions = ours.filter(({ from, path }) => {
      const department = departmentOf(path);
      if (department === undefined || department === departmentOf(from) || roomOf(from) === 'test') return false;
      return from !== 'subgraphs/index.ts' || path !== `subgraphs/${department}/index.ts`;
    });
    expect(intrusions.map(told)).toEqual([]);
  });

  it('import with the file’s ending, and node: in front of what is Node’s', () => {
    const bare = ours.filter(({ specifier, isRead }) => !isRead && !/\.(?:tsx?|css)$/u.test(specifier));
    expect(bare.map(told)).toEqual([]);
    const nodes = imports.filter(({ path, specifier }) => path === undefined && isBuiltin(specifier));
    expect(nodes.length).toBeGreaterThan(50);
    expect(nodes.filter(({ specifier }) => !specifier.startsWith('node:')).map(told)).toEqual([]);
  });

  it('keep the language free of databases and networks', () => {
    const allowed = /^(?:node:(?:fs|path|url|crypto)|csv-parse\/sync|graphql)$/u;
    const foreign = imports.filter(
      ({ from, path, specifier }) => roomOf(from) === 'schema' && path === undefined && !allowed.test(specifier),
    );
    expect(foreign.map(told)).toEqual([]);
  });

  it('keep every department’s name out of the platform, the standards and the gateway', () => {
    const names = new RegExp(`['"\`](?:${departments.map(({ name }) => name).join('|')})['"\`./]`, 'u');
    const said = files
      .filter(({ path }) => /^(?:platform|standards|gateway)\//u.test(path))
      .filter(({ text }) => names.test(text))
      .map(({ path }) => path);
    expect(said).toEqual([]);
  });
});
