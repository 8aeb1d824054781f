// A process of its own that opens departments as `npm run department` does, for one test city after another: its parent
// asks in messages of its channel, and its end is this process's end.

import '../../cli/production.ts';
import { readConfig } from '../../platform/config.ts';
import { type Serving, serveDepartments } from '../../platform/installation/serve.ts';
import { createLog } from '../../platform/log.ts';
import { departments, subjectDirectory } from '../../subgraphs/index.ts';
import type { FarAnswer, FarRequest } from './far-departments.ts';

const cards = departments;
const serving = new Map<number, Serving>();

async function answer({ city, only, environment }: FarRequest): Promise<FarAnswer['urls']> {
  const served = serving.get(city);
  serving.delete(city);
  await served?.stop();
  if (environment === undefined) return {};
  const config = readConfig(
    environment,
    cards.map(({ name }) => name),
  );
  const opened = await serveDepartments({ config, cards, directory: subjectDirectory, log: createLog('silent'), only });
  serving.set(city, opened);
  return Object.fromEntries(opened.urls);
}

process.on('message', (request: FarRequest) => {
  answer(request).then(
    (urls) => process.send?.({ city: request.city, urls } satisfies FarAnswer),
    (error: unknown) => process.send?.({ city: request.city, urls: {}, error: String(error) } satisfies FarAnswer),
  );
});
process.on('disconnect', () => process.exit(0));
