// Hive Gateway as its documentation sets it up: `default` with the executor that it comes with, `router` with router-runtime.
// `SUBGRAPHS` holds the addresses by department.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import { unifiedGraphHandler } from '@graphql-hive/router-runtime';

const committed = readFileSync(new URL('../../../schema/supergraph.graphql', import.meta.url), 'utf8');
const supergraph = Object.entries(JSON.parse(process.env.SUBGRAPHS ?? '{}')).reduce(
  (sdl, [name, url]) => sdl.replace(`http://${name}.invalid/graphql`, url),
  committed,
);
const gateway = createGatewayRuntime({
  supergraph,
  ...(process.argv[2] === 'router' ? { unifiedGraphHandler } : {}),
  landingPage: false,
  graphiql: false,
  logging: false,
});
const server = createServer(gateway);
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/graphql`));
process.once('SIGTERM', () => process.exit(0));
