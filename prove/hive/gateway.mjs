// Hive Gateway before the departments, with nothing of our gateway but its supergraph and the signing of viewers. Run with tsx:
//   SECRET=… TAX_URL=… … node --import tsx prove/hive/gateway.mjs
// It asks as anybody does (the portal's view) and prints where it listens.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import { parseSecret } from '../../platform/secrets.ts';
import { viewerKeyOf } from '../../platform/subgraph/department.ts';
import { VIEWER_HEADER } from '../../platform/subgraph/listen.ts';
import { viewerSigner } from '../../platform/viewer/token.ts';
import { anonymousViewer, dayInShanghai } from '../../platform/viewer/viewer.ts';
import { departments } from '../../subgraphs/index.ts';

const secret = parseSecret(process.env.SECRET ?? '', 'SECRET');
const now = () => new Date(process.env.NOW ?? Date.now());

/** Where each department is, and how a viewer is signed for it: by the address that the supergraph then names. */
const byAddress = new Map(
  departments.map(({ name }) => [
    process.env[`${name.toUpperCase()}_URL`] ?? '',
    { name, sign: viewerSigner(name, viewerKeyOf(secret, name)) },
  ]),
);
let supergraph = readFileSync(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8');
for (const [address, { name }] of byAddress) supergraph = supergraph.replace(`http://${name}.invalid/graphql`, address);

/** The one thing that a department asks of a gateway: the viewer, signed for it and for this very question. */
const signedViewers = {
  onFetch({ url, options, setOptions }) {
    const department = byAddress.get(url);
    if (!department) return;
    const question = JSON.parse(options.body);
    const viewer = anonymousViewer({ today: dayInShanghai(now()), known: null, requestId: crypto.randomUUID() });
    setOptions({ ...options, headers: { ...options.headers, [VIEWER_HEADER]: department.sign(viewer, question) } });
  },
};

const gateway = createGatewayRuntime({
  supergraph,
  plugins: () => [signedViewers],
  landingPage: false,
  graphiql: false,
  logging: false,
  // Errors of ours are meant for callers as they are.
  maskedErrors: false,
});
const server = createServer(gateway);
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/graphql`));
process.once('SIGTERM', () => process.exit(0));
