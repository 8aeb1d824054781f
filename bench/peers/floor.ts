import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import postgres from 'postgres';
import { statementOf } from './statements.ts';

/** The floor: one SQL statement behind bare node:http, one client of one connection. `GET /<question>/<key>,<key>…`. */

const sql = postgres(process.env.DATABASE_URL ?? '', {
  max: 1,
  connection: { plan_cache_mode: 'force_generic_plan' },
});

const server = createServer((request, response) => {
  const [question = '', keys = ''] = (request.url ?? '').slice(1).split('/');
  const { text, values, isMany } = statementOf(question, keys.split(',').map(decodeURIComponent));
  sql.unsafe(text, values as never[], { prepare: true }).then(
    (rows) => {
      const body = Buffer.from(JSON.stringify(isMany ? rows : (rows[0] ?? null)));
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
    },
    (error: unknown) => response.writeHead(500).end(String(error)),
  );
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`));
