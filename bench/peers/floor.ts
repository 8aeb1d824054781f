import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import postgres from 'postgres';
import { dayInShanghai } from '../../platform/viewer/viewer.ts';
import { LISTS, SUBJECT, selected, visible } from './lists.ts';

/** The floor: one SQL statement behind bare node:http, one client of one connection. `GET /<code>`, `GET /<code>,<code>…`. */

const VISIBLE = visible('r', '$2::text[]', '$3::date');

const lists = LISTS.map(
  ({
    place,
    table,
    columns,
    first,
  }) => `(select json_agg(t) from (select ${columns.map((one) => selected('r', one)).join(', ')}
  from ${table} r where r.subject_id = s.id and ${VISIBLE}
  order by r.sorted_on desc, r.id desc limit ${first}) t) as "${place}"`,
);
const columns = [...SUBJECT.map((one) => selected('s', one)), ...lists].join(', ');

const PROFILE = `select ${columns}
  from credit.subject_identifiers f join credit.subjects s on s.id = f.subject_id and s.superseded_at is null
  where f.value = $1::text limit 1`;

const BATCH = `select ${columns}
  from unnest($1::text[]) with ordinality as q(value, place) join credit.subjects s on s.superseded_at is null
  and s.id = (select f.subject_id from credit.subject_identifiers f where f.value = q.value limit 1) order by q.place`;

const sql = postgres(process.env.DATABASE_URL ?? '', {
  max: 1,
  connection: { plan_cache_mode: 'force_generic_plan' },
});

const server = createServer((request, response) => {
  const asked = (request.url ?? '').slice(1);
  const isBatch = asked.includes(',');
  const values = [isBatch ? asked.split(',') : asked, ['PUBLIC'], dayInShanghai(new Date())];
  sql.unsafe(isBatch ? BATCH : PROFILE, values, { prepare: true }).then(
    (rows) => {
      const body = Buffer.from(JSON.stringify(isBatch ? rows : (rows[0] ?? null)));
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
    },
    (error: unknown) => response.writeHead(500).end(String(error)),
  );
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`));
