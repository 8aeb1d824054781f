// PostGraphile 5 as its documentation sets it up, over the views that bench/peers/postgraphile/views.ts makes of the product's tables.
import { createServer } from 'node:http';
import { postgraphile } from 'postgraphile';
import { makePgService } from 'postgraphile/adaptors/pg';
import { grafserv } from 'postgraphile/grafserv/node';
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber';

const server = createServer();
const preset = {
  extends: [PostGraphileAmberPreset],
  pgServices: [
    makePgService({
      connectionString: process.env.DATABASE_URL,
      schemas: ['bench'],
      poolConfig: { max: Number(process.env.POOL) },
    }),
  ],
  grafserv: { graphiql: false, watch: false },
  grafast: { explain: false },
};
const served = postgraphile(preset).createServ(grafserv);
await served.addTo(server);
server.on('error', (error) => console.error(error));
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/graphql`));
process.once('SIGTERM', () => process.exit(0));
