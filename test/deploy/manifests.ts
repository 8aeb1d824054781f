import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { readConfig, settingsHelp } from '../../platform/config.ts';
import { departments } from '../../subgraphs/index.ts';
import { HOME } from '../house/sources.ts';

// biome-ignore lint/suspicious/noExplicitAny: a manifest is whatever its author wrote; the tests say what it must be
export type Manifest = any;

/** The documents of a YAML file of deploy/. @throws Error where it is not YAML 1.2, or says a key twice. */
export function yamlOf(path: string): readonly Manifest[] {
  return parseAllDocuments(readFileSync(join(HOME, 'deploy', path), 'utf8'), { strict: true, uniqueKeys: true }).map(
    (document) => {
      if (document.errors.length > 0) throw new Error(`${path}: ${document.errors[0]?.message}`);
      return document.toJS();
    },
  );
}

const kustomization = yamlOf('kubernetes/kustomization.yaml')[0];

/** Every object of deploy/kubernetes that is applied, by kind and name. */
export const kubernetes: readonly Manifest[] = kustomization.resources.flatMap((file: string) =>
  yamlOf(`kubernetes/${file}`),
);
export { kustomization };

export const kubernetesFiles = readdirSync(join(HOME, 'deploy', 'kubernetes'));

export const ofKind = (kind: string): readonly Manifest[] => kubernetes.filter((one) => one.kind === kind);

/** What runs pods, and of these what runs our image. */
export const workloads = [...ofKind('Deployment'), ...ofKind('StatefulSet')];
export const containersOf = (workload: Manifest): readonly Manifest[] => workload.spec.template.spec.containers;
export const ours = workloads.filter((one) => containersOf(one).every(({ image }) => image === 'credit-graph'));

const compose = yamlOf('compose.yaml')[0];
const common = yamlOf('compose/department.yaml')[0].services.department;
const departmentServices = yamlOf('compose/departments.yaml')[0].services;

/** The services of compose.yaml with those that it includes, each with what it extends. */
export const services: Readonly<Record<string, Manifest>> = {
  ...compose.services,
  ...Object.fromEntries(
    Object.entries<Manifest>(departmentServices).map(([name, own]) => [
      name,
      { ...common, ...own, environment: { ...common.environment, ...own.environment } },
    ]),
  ),
};
export { compose };

/** KEY=value lines. */
export function environmentIn(path: string): Readonly<Record<string, string>> {
  const lines = readFileSync(join(HOME, 'deploy', path), 'utf8').split('\n');
  return Object.fromEntries(
    lines.filter((line) => /^[A-Z]/u.test(line)).map((line) => [line.split('=')[0], line.slice(line.indexOf('=') + 1)]),
  );
}

const names = departments.map(({ name }) => name);
const told = settingsHelp(names);

/** The variables that the program reads (platform/config.ts), each department's among them. */
export const settings: ReadonlySet<string> = new Set([
  ...[...told.matchAll(/^ {2}([A-Z][A-Z_]+)/gmu)].map(([, name]) => name ?? ''),
  ...[...told.matchAll(/^ {2}<部门>(_[A-Z_]+)/gmu)].flatMap(([, ending]) =>
    names.map((name) => `${name.toUpperCase()}${ending}`),
  ),
]);

/** The programs that package.json names: `cli/import.ts` of `tsx cli/import.ts`. */
export const programs: ReadonlySet<string> = new Set(
  Object.values<string>(JSON.parse(readFileSync(join(HOME, 'package.json'), 'utf8')).scripts)
    .map((script) => /^(?:tsx|node .*cli\/run\.mjs) (cli\/\S+)$/u.exec(script)?.[1])
    .filter((path) => path !== undefined),
);

/** What a program says of these variables, with secrets filled in. @throws ConfigError with its sentences. */
export function acceptedBy(environment: Readonly<Record<string, string>>): void {
  const filled = { SECRET: '7'.repeat(64), DATABASE_URL: 'postgres://credit_graph@postgresql:5432/credit_graph' };
  readConfig({ ...environment, ...filled }, names);
}
