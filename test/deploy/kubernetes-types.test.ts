import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { HOME } from '../house/sources.ts';
import { kubernetes, type Manifest, ofKind } from './manifests.ts';

const run = promisify(execFile);
const cache = join(HOME, 'node_modules', '.cache'); // packages are looked for from there upwards
mkdirSync(cache, { recursive: true });
const folder = mkdtempSync(join(cache, 'credit-graph-kubernetes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The module of kubernetes-types that describes an object: Kubernetes' own OpenAPI document, as TypeScript. */
function moduleOf({ apiVersion }: Manifest): string {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['core', apiVersion];
  return `kubernetes-types/${group.replace(/\.k8s\.io$/u, '')}/${version}`;
}

/**
 * What the compiler says of these objects, written down as literals of Kubernetes' types: a field that is missing, of another
 * type or unknown to Kubernetes is an error.
 */
async function mistakesIn(name: string, objects: readonly Manifest[]): Promise<readonly string[]> {
  const file = join(folder, `${name}.ts`);
  const declared = objects.map((object, at) => {
    const type = `import('${moduleOf(object)}').${object.kind}`;
    return `export const object${at}: ${type} = ${JSON.stringify(object, null, 2)};\n`;
  });
  writeFileSync(file, declared.join('\n'));
  const flags = [
    '--noEmit',
    '--strict',
    '--skipLibCheck',
    '--module',
    'preserve',
    '--moduleResolution',
    'bundler',
    '--types',
    '',
    '--pretty',
    'false',
  ];
  const tsc = join(HOME, 'node_modules', 'typescript', 'bin', 'tsc');
  const said = await run(process.execPath, [tsc, '--ignoreConfig', ...flags, file], { cwd: folder }).then(
    () => '',
    ({ stdout }: { readonly stdout: string }) => stdout,
  );
  return said.split('\n').filter((line) => /error TS/u.test(line));
}

describe('The manifests, as Kubernetes describes its objects', () => {
  it('have no field that is missing, misspelt, or of another type', async () => {
    expect(await mistakesIn('manifests', kubernetes)).toEqual([]);
  });

  it('would be found out', async () => {
    const [misspelt, mistyped, partial] = [0, 1, 2].map(() => structuredClone(ofKind('Deployment')[0]));
    misspelt.spec.template.spec.containers[0].readinesProbe = {};
    mistyped.spec.replicas = '2';
    delete partial.spec.selector;
    const mistakes = await mistakesIn('mistakes', [misspelt, mistyped, partial]);
    expect(mistakes).toHaveLength(3);
    for (const word of ['readinesProbe', "'string' is not assignable to type 'number'", 'selector'])
      expect(mistakes.join('\n')).toContain(word);
  });
});
