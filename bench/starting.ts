import {
  type Contender,
  startDefaultApollo,
  startFloor,
  startHive,
  startPostgraphile,
  startProduct,
  startProductOverHttp,
  startSubgraphs,
} from './contenders.ts';

type Environment = Readonly<Record<string, string>>;

const BEFORE_SUBGRAPHS: readonly Contender['name'][] = ['defaultApollo', 'hiveDefault', 'hiveRouter'];

/** Starts contenders one after the other; whatever was started is put among what is to be stopped. */
export async function startContenders(
  names: readonly Contender['name'][],
  environment: Environment,
  toStop: { stop(): unknown }[],
): Promise<readonly Contender[]> {
  const subgraphs = names.some((name) => BEFORE_SUBGRAPHS.includes(name))
    ? await startSubgraphs(environment)
    : undefined;
  if (subgraphs) toStop.push(subgraphs);
  const opening = (name: Contender['name']): Promise<Contender> => {
    if (name === 'product') return startProduct(environment);
    if (name === 'productOverHttp') return startProductOverHttp(environment);
    if (name === 'postgraphile') return startPostgraphile(environment);
    if (name === 'floor' || !subgraphs) return startFloor(environment);
    if (name === 'defaultApollo') return startDefaultApollo(environment, subgraphs);
    return startHive(environment, subgraphs, name === 'hiveRouter' ? 'router' : 'default');
  };
  const contenders: Contender[] = [];
  for (const name of names) {
    const contender = await opening(name);
    toStop.push(contender);
    contenders.push(contender);
  }
  return contenders;
}
