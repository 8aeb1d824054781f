import { openObserving } from '../observing/index.ts';
import { listenForGateway } from '../subgraph/listen.ts';
import { type CityOptions, openCity } from './city.ts';
import { followDepartments } from './follow.ts';
import { tellDisks, tellStoredFigures } from './stored-figures.ts';

export interface Serving {
  /** Where each department listens, by name. */
  readonly urls: ReadonlyMap<string, string>;
  /** Where this process tells its figures; undefined where it does not. */
  readonly metricsPort: number | undefined;
  /** Ends the servers first, then what they stand on. */
  stop(): Promise<void>;
}

/** Opens departments in this process, `only` these, and serves each over HTTP for a gateway elsewhere. */
export async function serveDepartments(options: CityOptions & Required<Pick<CityOptions, 'only'>>): Promise<Serving> {
  const { config, log } = options;
  const observing = await openObserving({ config: config.observing, process: 'department', log });
  const stopping: (() => Promise<void>)[] = [() => observing.stop()];
  const stop = async (): Promise<void> => {
    for (const step of stopping.splice(0)) await step();
  };
  try {
    const city = await openCity({ observing, ...options });
    stopping.unshift(() => city.stop());
    await city.migrate();
    if (observing.figures) {
      tellStoredFigures(city, observing.figures);
      tellDisks(observing.figures, { data: config.dataDirectory });
    }
    const following = await followDepartments({ city, log });
    stopping.unshift(() => following.stop());
    const urls = new Map<string, string>();
    for (const [name, department] of city.near) {
      const address = { host: config.host, port: config.departments[name]?.port ?? 0 };
      const listening = await listenForGateway(department, address, log);
      stopping.unshift(() => listening.close());
      urls.set(name, `http://${config.host}:${listening.port}/graphql`);
    }
    return { urls, metricsPort: observing.metricsPort, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
