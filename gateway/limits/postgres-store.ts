import type postgres from 'postgres';
import type { AllowanceStore, Granted, Wanted } from './allowance-store.ts';

/** Days after which what an address or client used is forgotten. */
const KEPT_DAYS = 2;

/** So often a key is asked for again that another instance began to hold at the same moment. */
const TRIES = 3;

interface Taken {
  readonly key: string;
  readonly granted: number;
  readonly level: number;
  readonly used: string;
  readonly left: number;
}

/**
 * Allowances in PostgreSQL, shared by all instances of the gateway. Only the database's clock counts, and one that is set
 * back begins no day anew. Rows are locked in the order of their keys, so that two instances never wait for each other.
 */
export function postgresStore(sql: postgres.Sql): AllowanceStore {
  return {
    async take(wanted) {
      const granted = new Map<string, Granted>();
      for (let left = TRIES, missing = wanted; left > 0 && missing.length > 0; left -= 1) {
        for (const { key, granted: points, level, used, left: millisecondsLeft } of await taken(sql, missing))
          granted.set(key, { points, level, used: Number(used), millisecondsLeft });
        missing = wanted.filter(({ key }) => !granted.has(key));
      }
      return wanted.map(({ key }): Granted => {
        const one = granted.get(key);
        if (!one) throw new Error('an allowance was taken and not answered');
        return one;
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

/** In one statement, committed once, since somebody waits for it. Left out is what another instance begins to hold meanwhile. */
function taken(sql: postgres.Sql, wanted: readonly Wanted[]): Promise<readonly Taken[]> {
  const column = <K extends keyof Wanted>(name: K) => wanted.map((one) => one[name]);
  const keys = column('key');
  return sql<Taken[]>`
    with wanted as (
      select * from unnest(
        ${keys}::text[], ${column('pointsAtOnce')}::float8[], ${column('pointsPerSecond')}::float8[],
        ${column('pointsPerDay')}::float8[], ${column('least')}::float8[], ${column('most')}::float8[]
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
    ), known as (
      update gateway.allowances a
      set day = g.day, used = g.used + g.points, level = g.level - g.points, level_at = g.at, granted = g.points
      from granted g where a.key = g.key
      returning a.key, a.granted, a.level, a.used, a.level_at as at
    ), new as (
      insert into gateway.allowances (key, day, used, level, level_at, granted)
      select key, today, points, at_once - points, at, points
      from wanted, now,
        lateral (select floor(least(most, at_once, per_day)) as able) a,
        lateral (select case when able >= least then able else 0 end as points) p
      where not exists (select from held where held.key = wanted.key)
      order by key
      on conflict (key) do nothing
      returning key, granted, level, used, level_at as at
    )
    select key, granted, level, used,
      extract(epoch from (date_trunc('day', at at time zone 'Asia/Shanghai') + interval '1 day')
                         - (at at time zone 'Asia/Shanghai'))::float8 * 1000 as left
    from (select * from known union all select * from new) taken`;
}

/** Forgets what was used on days long past. */
export async function forgetPastDays(sql: postgres.Sql): Promise<void> {
  await sql`
    delete from gateway.allowances
    where day < (clock_timestamp() at time zone 'Asia/Shanghai')::date - ${KEPT_DAYS}::int`;
}
