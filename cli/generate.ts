import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ownSources } from '../gateway/own/sdl.ts';
import { composedSupergraph } from '../gateway/supergraph/compose.ts';
import { madeSubgraph, madeSubgraphAt } from '../platform/subgraph/schema.ts';
import { departmentSources } from '../platform/subgraph/sdl.ts';
import { departments } from '../subgraphs/index.ts';
import { departmentDeployment } from './deployment.ts';

/**
 * Writes what follows from the departments' own files and is committed, so that a change of it is a diff to review:
 * schema/supergraph.graphql from their SDL, schema/subgraphs/ (each as it stands in a process, platform/subgraph/schema.ts), the containers of deploy/ from their list, and the migrations of each department
 * and of the gateway from its tables.
 */
const supergraph = new URL('../schema/supergraph.graphql', import.meta.url);
writeFileSync(supergraph, await composedSupergraph(departments));
for (const sources of [ownSources(), ...departments.map(departmentSources)])
  writeFileSync(madeSubgraphAt(sources.name), madeSubgraph(sources));
console.log('schema/supergraph.graphql 与 schema/subgraphs/ 已生成。');
for (const [path, text] of Object.entries(departmentDeployment(departments)))
  writeFileSync(new URL(`../${path}`, import.meta.url), text);
console.log('deploy/ 中各部门的容器清单已生成。');

for (const name of [...departments.map((card) => card.name), 'gateway', 'audit']) {
  const output = execFileSync('npx', ['drizzle-kit', 'generate', ...process.argv.slice(2)], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { ...process.env, DEPARTMENT: name },
    encoding: 'utf8',
  });
  const written = /➜\s*(\S+)/u.exec(output)?.[1];
  console.log(written ? `${name}:新的迁移 ${written}` : `${name}:表结构无变化。`);
}
