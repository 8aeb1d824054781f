import { statfs } from 'node:fs/promises';
import type postgres from 'postgres';
import { codeTable } from '../../schema/codes/city.ts';
import type { Figures, Labels, MetricName, Sample } from '../observing/metrics.ts';
import { catalogueOf } from '../records/catalogue.ts';
import type { Department } from '../subgraph/department.ts';
import type { City } from './city.ts';

/** For so long what was read of the tables is told again: nobody who asks often makes the database work. */
const FRESH_MS = 5_000;
const PATIENCE_MS = 2_000;

/** Figures that stand in the near departments' tables: files taken, when items were last reported, how far was followed. */
export function tellStoredFigures(city: Pick<City, 'near'>, figures: Figures, freshMs = FRESH_MS): void {
  for (const department of city.near.values()) {
    const read = remembered(() => storedFigures(department), freshMs);
    for (const name of STORED)
      figures.gauge(name, async () => (await read()).filter((one) => one.name === name).map(({ sample }) => sample));
    figures.gauge('credit_graph_database_figures_up', async () => {
      const value = await read().then(
        () => 1,
        () => 0,
      );
      return [{ value, labels: { department: department.card.name } }];
    });
  }
}

/** @param folders by their names in the figures. */
export function tellDisks(figures: Figures, folders: Readonly<Record<string, string>>): void {
  for (const [folder, path] of Object.entries(folders))
    figures.gauge('credit_graph_disk_used_ratio', async () => {
      const { blocks, bavail } = await statfs(path);
      return blocks === 0 ? [] : [{ value: 1 - bavail / blocks, labels: { folder } }];
    });
}

const STORED = [
  'credit_graph_item_received_timestamp_seconds',
  'credit_graph_item_reported_through_timestamp_seconds',
  'credit_graph_item_due_seconds',
  'credit_graph_import_rows',
  'credit_graph_import_batches',
  'credit_graph_follower_lag_seconds',
] as const satisfies readonly MetricName[];

interface Stored {
  readonly name: (typeof STORED)[number];
  readonly sample: Sample;
}

interface StoredRows {
  readonly items: readonly {
    item: string;
    received: number | null;
    through: number | null;
    added: number;
    corrected: number;
    unchanged: number;
    repeated: number;
    rejected: number;
  }[];
  readonly batches: readonly { status: string; count: number }[];
  readonly lags: readonly { name: string; lag: number }[];
}

async function storedFigures({ card, schema, clients }: Department): Promise<readonly Stored[]> {
  const { name: department } = card;
  const { items, batches, lags } = await readStored(clients.imports, department);
  const told: Stored[] = [];
  const tell = (name: Stored['name'], value: number | null, labels: Labels): void => {
    if (value !== null) told.push({ name, sample: { value, labels: { department, ...labels } } });
  };
  for (const { item, received, through, ...rows } of items) {
    tell('credit_graph_item_received_timestamp_seconds', received, { item });
    tell('credit_graph_item_reported_through_timestamp_seconds', through, { item });
    for (const [outcome, count] of Object.entries(rows)) tell('credit_graph_import_rows', count, { item, outcome });
  }
  for (const { code, updated } of catalogueOf(schema, card)) {
    const days = Number(codeTable('update-frequencies').get(updated)?.extra.days || 0);
    if (days > 0) tell('credit_graph_item_due_seconds', days * 86_400, { item: code });
  }
  for (const { status, count } of batches) tell('credit_graph_import_batches', count, { status: status.toLowerCase() });
  for (const { name, lag } of lags) tell('credit_graph_follower_lag_seconds', lag, { follower: name });
  return told;
}

async function readStored(client: postgres.Sql, department: string): Promise<StoredRows> {
  const [row] = await client<StoredRows[]>`/* figures */
    with files as (
      select * from ${client(`${department}.imports`)} where status = 'COMPLETED'
    ), last as (
      select distinct on (item) * from files order by item, ended_at desc, id desc
    ), items as (
      select l.item, extract(epoch from l.ended_at)::float8 as received,
        (select max(extract(epoch from d.day::timestamp at time zone 'Asia/Shanghai')) from files f cross join jsonb_each_text(f.reported_through) as d(level, day)
          where f.item = l.item)::float8 as through,
        l.added, l.corrected, l.unchanged, l.repeated, l.rejected
      from last l
    ), batches as (
      select status, count(*)::int as count from ${client(`${department}.imports`)}
      where started_at > now() - interval '24 hours' group by status
    ), lags as (
      select name, extract(epoch from now() - reached_at)::float8 as lag from ${client(`${department}.followers`)}
      where reached_at is not null
    )
    select coalesce((select json_agg(i) from items i), '[]') as items,
      coalesce((select json_agg(b) from batches b), '[]') as batches,
      coalesce((select json_agg(g) from lags g), '[]') as lags`;
  return row ?? { items: [], batches: [], lags: [] };
}

/** Asks once for whoever comes within the time, and waits no longer than patience lasts. */
function remembered<T>(read: () => Promise<T>, freshMs: number): () => Promise<T> {
  let last: { readonly at: number; readonly value: Promise<T> } | undefined;
  return () => {
    const now = performance.now();
    if (last && now - last.at < freshMs) return last.value;
    const value = withPatience(read());
    value.catch(() => undefined); // whoever asks hears of it
    last = { at: now, value };
    return value;
  };
}

async function withPatience<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('the database did not answer in time')), PATIENCE_MS);
  });
  work.catch(() => undefined); // once given up, nobody waits for it
  try {
    return await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
  }
}
