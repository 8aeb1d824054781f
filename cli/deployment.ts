import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DepartmentCard } from '../platform/subgraph/card.ts';

const HOME = fileURLToPath(new URL('..', import.meta.url));

/** The port of each department in a container of its own. */
const PORT = 4001;

const WRITTEN = '# Written by npm run generate from the list of departments; changes belong in';

/** What of deploy/ follows from the list of departments: the text of each file, by its path in the project. */
export function departmentDeployment(cards: readonly DepartmentCard[]): Readonly<Record<string, string>> {
  const urls = (host: (name: string) => string) =>
    cards.map(({ name }) => [`${name.toUpperCase()}_URL`, `http://${host(name)}:${PORT}/graphql`] as const);
  const addresses = [
    'apiVersion: v1',
    'kind: ConfigMap',
    'metadata:',
    '  name: credit-graph-departments',
    '  labels:',
    '    app.kubernetes.io/part-of: credit-graph',
    'data:',
    ...urls((name) => `department-${name}`).map(([name, url]) => `  ${name}: ${url}`),
  ];
  return {
    'deploy/compose/departments.env': `${urls((name) => name)
      .map((pair) => pair.join('='))
      .join('\n')}\n`,
    'deploy/compose/departments.yaml': [
      `${WRITTEN} ../templates/compose-department.yaml.template.`,
      'services:',
      filled('compose-department.yaml.template', cards),
    ].join('\n'),
    'deploy/kubernetes/departments.yaml': [
      `${WRITTEN} ../templates/kubernetes-department.yaml.template.`,
      ...addresses,
      filled('kubernetes-department.yaml.template', cards),
    ].join('\n'),
  };
}

/** The template once for each department. */
function filled(template: string, cards: readonly DepartmentCard[]): string {
  const text = readFileSync(join(HOME, 'deploy', 'templates', template), 'utf8');
  return cards
    .map(({ name, title }) =>
      text.replaceAll('{{name}}', name).replaceAll('{{NAME}}', name.toUpperCase()).replaceAll('{{title}}', title),
    )
    .join('');
}
