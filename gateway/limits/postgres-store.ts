import type postgres from 'postgres';
import type { AllowanceStore, Granted } from './allowance-store.ts';

/** Days after which what an address or client used is forgotten. */
const KEPT_DAYS = 2;

/**
 * Allowances in PostgreSQL, shared by all instances of the gateway. Only the database's clock counts, and one that is set
 * back begins no day anew. Rows are locked in the order of their keys, so that two instances never wait for each other.
 */
export function postgresStore(sql: postgres.Sql): AllowanceStore {
  return {
    async take(wanted) {
      const column = <K extends keyof (typeof wanted)[number]>(name: K) => wanted.map((one) => one[name]);
      const keys = column('key');
      const atOnce = column('pointsAtOnce') as number[];
      await sql`
        insert into gateway.allowances (key, day, used, level, level_at, granted)
        select key, (clock_timestamp() at time zone 'Asia/Shanghai')::date, 0, level, clock_timestamp(), 0
        from unnest(${keys}::text[], ${atOnce}::float8[]) as new(key, level)
        where not exists (select from gateway.allowances held where held.key = new.key)
        order by key
        on conflict (key) do nothing`;
      const rows = await sql<{ key: string; granted: number; level: number; used: string; left: number }[]>`
        with wanted as (
          select * from unnest(
            ${keys}::text[], ${atOnce}::float8[], ${column('pointsPerSecond') as number[]}::float8[],
            ${column('pointsPerDay') as number[]}::float8[], ${column('least') as number[]}::float8[],
            ${column('most') as number[]}::float8[]
          ) as wanted(key, at_once, per_second, per_day, least, most)
        ), held as (
          select a.key, a.day, a.used, a.level, a.level_at from gateway.allowances a
          where a.key = any(${keys}::text[]) order by a.key for update
        ), now as (
          select clock_timestamp() as at, (clock_timestamp() at time zone 'Asia/Shanghai')::date as today
        ), current as (
          select key, greatest(day, today) as day, case when today > day then 0 else used end as used, at,
                 least(at_once, level + greatest(0, extract(epoch from at - level_at)) * per_second) as level,
                 per_day, least, most
          from held join wanted using (key), now
        ), granted as (
          select *, case when able >= least then able else 0 end as points
          from current, lateral (select floor(least(most, level, per_day - used)) as able) a
        )
        update gateway.allowances a
        set day = g.day, used = g.used + g.points, level = g.level - g.points, level_at = g.at, granted = g.points
        from granted g where a.key = g.key
        returning a.key, a.granted, a.level, a.used,
          extract(epoch from (date_trunc('day', g.at at time zone 'Asia/Shanghai') + interval '1 day')
                             - (g.at at time zone 'Asia/Shanghai'))::float8 * 1000 as left`;
      const granted = new Map(rows.map((row) => [row.key, row]));
      return keys.map((key): Granted => {
        const row = granted.get(key);
        if (!row) throw new Error('an allowance was taken and not answered');
        return { points: row.granted, level: row.level, used: Number(row.used), millisecondsLeft: row.left };
      });
    },
    async giveBack(points) {
      await sql`
        with back as (select * from unnest(${[...points.keys()]}::text[], ${[...points.values()]}::float8[]) as back(key, points)),
        held as (
          select key from gateway.allowances where key = any(${[...points.keys()]}::text[]) order by key for update
        )
        update gateway.allowances a set used = greatest(0, a.used - b.points), level = a.level + b.points
        from back b join held using (key)
        where a.key = b.key and a.day = (clock_timestamp() at time zone 'Asia/Shanghai')::date`;
    },
  };
}

/** Forgets what was used on days long past. */
export async function forgetPastDays(sql: postgres.Sql): Promise<void> {
  await sql`
    delete from gateway.allowances
    where day < (clock_timestamp() at time zone 'Asia/Shanghai')::date - ${KEPT_DAYS}::int`;
}
