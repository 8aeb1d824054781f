import { buildExplorer } from '../gateway/explorer/index.ts';

/** Makes the explorer's page ahead of the first start, in the folder that is given or where the gateway looks for it. */
const [cacheDirectory] = process.argv.slice(2);
const say = (sentence: string): void => console.log(sentence);
await buildExplorer({ say, examples: [], ...(cacheDirectory === undefined ? {} : { cacheDirectory }) });
