import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { committedSupergraph } from '../../gateway/supergraph/committed.ts';

/** The gateway as Apollo's documentation sets it up; `SUBGRAPHS` holds the addresses by department. */

const addresses = JSON.parse(process.env.SUBGRAPHS ?? '{}') as Record<string, string>;
const supergraphSdl = Object.entries(addresses).reduce(
  (sdl, [name, url]) => sdl.replace(`http://${name}.invalid/graphql`, url),
  committedSupergraph(),
);

const server = new ApolloServer({ gateway: new ApolloGateway({ supergraphSdl }) });
const { url } = await startStandaloneServer(server, { listen: { host: '127.0.0.1', port: 0 } });
console.log(url);
