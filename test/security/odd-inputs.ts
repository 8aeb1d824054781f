import type { GraphQLSchema } from 'graphql';
import type { Random } from '../support/random.ts';
import type { Sent } from './asking.ts';
import { contrived, mutated } from './odd-documents.ts';
import { oddHeaders, oddMembers, oddRequest } from './odd-requests.ts';
import { oddValue } from './odd-values.ts';
import { type MadeDocument, madeDocument } from './question-maker.ts';
import { madeValues, type Pool } from './question-values.ts';

// What anybody might send by mistake or to do harm: good questions with tokens and values exchanged, documents that are none,
// and requests that are none.

/** What inputs are made of: good documents of a view, with values, and words of the schema that the view may lack. */
export interface Stuff {
  readonly documents: readonly MadeDocument[];
  readonly pool: Pool;
  /** Access tokens, good and bad. */
  readonly tokens: readonly string[];
}

export function stuffOf(view: GraphQLSchema, pool: Pool, tokens: readonly string[], random: Random): Stuff {
  return { documents: Array.from({ length: 24 }, () => madeDocument(view, random, 4)), pool, tokens };
}

const JSON_TYPE = { 'content-type': 'application/json' };

/** One input. */
export function oddInput(stuff: Stuff, random: Random): Sent {
  const chance = random.below(100);
  if (chance < 40) return posted({ query: mutated(random.pick(stuff.documents).query, random) });
  if (chance < 58) return oddlyValued(stuff, random);
  if (chance < 72)
    return posted({ query: contrived(stuff.pool.codes, random), ...(random.chance(0.2) ? oddMembers(random) : {}) });
  if (chance < 84) return oddRequest(question(stuff, random), random.pick(stuff.documents).query, random);
  if (chance < 94)
    return { ...question(stuff, random), headers: { ...JSON_TYPE, ...oddHeaders(stuff.tokens, random) } };
  return question(stuff, random);
}

function posted(body: unknown): Sent {
  return { headers: JSON_TYPE, body: JSON.stringify(body) };
}

function question({ documents, pool }: Stuff, random: Random): Sent {
  const document = random.pick(documents);
  return posted({ query: document.query, variables: madeValues(document, pool, random) });
}

/** A good document with values that are not. */
function oddlyValued({ documents, pool }: Stuff, random: Random): Sent {
  const document = random.pick(documents);
  const variables = madeValues(document, pool, random);
  for (const { name } of random.some(document.variables, 3)) variables[name] = oddValue(random);
  if (random.chance(0.1)) variables[random.pick(['__proto__', 'x', '', '0'])] = oddValue(random);
  return posted({ query: document.query, variables });
}
