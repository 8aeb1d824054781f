// A process of its own that opens the embedded database of the directory named first and says so in one line of JSON.
// It stops in order when its standard input ends, and just exits when told anything; kill it for a disorderly end.

import { openDatabase } from '../../platform/database/index.ts';
import { installationSecret } from '../../platform/secrets.ts';

const dataDirectory = process.argv[2];
if (dataDirectory === undefined) throw new Error('the data directory is missing');
const said: string[] = [];
const secret = await installationSecret({ dataDirectory });
const database = await openDatabase({
  dataDirectory,
  secret,
  departments: ['tax'],
  say: (sentence) => said.push(sentence),
});
console.log(JSON.stringify({ description: database.description, separation: database.separation, said }));
process.stdin.once('data', () => process.exit(3));
process.stdin.once('end', async () => {
  await database.stop();
  process.exit(0);
});
