import type { Config } from '../platform/config.ts';
import { type City, type OwnSchema, openCity } from '../platform/installation/city.ts';
import { createLog } from '../platform/log.ts';
import { departments, subjectDirectory } from '../subgraphs/index.ts';

/**
 * Does something with what the gateway itself keeps, and changes nothing: no migration is applied.
 * @throws Error with a Chinese sentence where it is not there yet.
 */
export async function reading<T>(
  config: Config,
  schemas: readonly (OwnSchema & { readonly holds: string })[],
  work: (city: City) => Promise<T>,
): Promise<T> {
  const city = await openCity({
    config,
    cards: departments,
    directory: subjectDirectory,
    log: createLog(config.logLevel),
    only: [],
    own: schemas,
  });
  try {
    for (const { name, holds } of schemas) {
      const sql = city.database.session(name, 'looking', { timeoutMs: 10_000, max: 1 });
      const [found] = await sql<
        { isThere: boolean }[]
      >`select to_regclass(${`${name}.${holds}`}) is not null as "isThere"`;
      if (!found?.isThere)
        throw new Error(
          `数据库中还没有 ${name}.${holds}:请核对连接(DATABASE_URL 等),或先启动网关、运行 npm run migrate。`,
        );
    }
    return await work(city);
  } finally {
    await city.stop();
  }
}
