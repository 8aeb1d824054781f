import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { HOME, ROOMS } from './sources.ts';
import { toyDepartment, withToyDepartment } from './toy-department.ts';

const run = promisify(execFile);

/** A copy of the project in a folder of its own, with this one's packages. */
function scratchCopy(): string {
  const copy = mkdtempSync(join(tmpdir(), 'credit-graph-sixth-'));
  for (const name of [
    ...ROOMS,
    'deploy',
    'test',
    'package.json',
    'tsconfig.json',
    'drizzle.config.ts',
    'vitest.config.ts',
  ])
    cpSync(join(HOME, name), join(copy, name), {
      recursive: true,
      filter: (source) => !source.includes('node_modules'),
    });
  symlinkSync(join(HOME, 'node_modules'), join(copy, 'node_modules'), 'dir');
  return copy;
}

/** Every file of a copy with a hash of what it says. */
function filesOf(copy: string): ReadonlyMap<string, string> {
  const entries = readdirSync(copy, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    entries.map((entry) => {
      const file = join(entry.parentPath, entry.name);
      return [file.slice(copy.length + 1), createHash('sha256').update(readFileSync(file)).digest('hex')];
    }),
  );
}

// A copy of the project, composed and tested: `npm run prove` does it (SIXTH_DEPARTMENT=1).
describe.runIf(process.env.SIXTH_DEPARTMENT)('A sixth department (in npm run prove)', () => {
  if (!process.env.SIXTH_DEPARTMENT) return;
  const copy = scratchCopy();
  afterAll(() => rmSync(copy, { recursive: true, force: true }));
  const before = filesOf(copy);
  const options = { cwd: copy, env: { ...process.env, DATABASE_URL: inject('databaseUrl') } };

  it('is its folder, one line in subgraphs/index.ts, npm run generate and its test, and nothing else', {
    timeout: 300_000,
  }, async () => {
    for (const [path, text] of Object.entries(toyDepartment)) {
      mkdirSync(dirname(join(copy, path)), { recursive: true });
      writeFileSync(join(copy, path), text.trimStart());
    }
    const list = join(copy, 'subgraphs/index.ts');
    writeFileSync(list, withToyDepartment(readFileSync(list, 'utf8')));
    await run(process.execPath, ['--import', 'tsx', 'cli/generate.ts', '--name=toy'], options);

    const after = filesOf(copy);
    const added = [...after.keys()].filter((path) => !before.has(path));
    const changed = [...before].filter(([path, hash]) => after.get(path) !== hash).map(([path]) => path);
    const containers = ['compose/departments.env', 'compose/departments.yaml', 'kubernetes/departments.yaml'];
    const generated = [...containers.map((file) => `deploy/${file}`), 'schema/supergraph.graphql'];
    expect(changed.sort()).toEqual([...generated, 'subgraphs/index.ts']);
    expect(added.filter((path) => !path.startsWith('subgraphs/water/'))).toEqual(['test/departments/water.test.ts']);
    expect(existsSync(join(copy, 'subgraphs/water/migrations/0000_toy.sql'))).toBe(true);
  });

  it('serves what is imported into it, and breaks no rule of the house', { timeout: 300_000 }, async () => {
    const rules = ['layers', 'catalogue', 'drift', 'descriptions', 'supergraph'].map(
      (name) => `test/house/${name}.test.ts`,
    );
    const files = ['test/departments/water.test.ts', ...rules];
    const vitest = join('node_modules', 'vitest', 'vitest.mjs');
    const outcome = await run(
      process.execPath,
      [vitest, 'run', '--project', 'near', '--reporter', 'json', ...files],
      options,
    ).catch((error: { readonly stdout: string; readonly stderr: string }) => error);
    const report = JSON.parse(outcome.stdout.slice(outcome.stdout.indexOf('{')));
    const failures = report.testResults
      .flatMap(
        (file: { assertionResults: { status: string; fullName: string; failureMessages: string[] }[] }) =>
          file.assertionResults,
      )
      .filter(({ status }: { status: string }) => status !== 'passed');
    expect(failures).toEqual([]);
    expect(report.testResults.map(({ status }: { status: string }) => status)).toEqual(files.map(() => 'passed'));
  });
});
