import { registrationsThrough } from '../gateway/authorizations/registrations.ts';
import { type Representation, representation } from '../gateway/authorizations/representative.ts';
import { committedSupergraph } from '../gateway/supergraph/committed.ts';
import type { AccessConfig } from '../platform/access-settings.ts';
import type { City } from '../platform/installation/city.ts';
import type { Log } from '../platform/log.ts';

/** For whom somebody may act in this installation, by the registrations of today. */
export function representationIn(
  { transports }: Pick<City, 'transports'>,
  { isIssuerEnough }: Pick<AccessConfig, 'isIssuerEnough'>,
  log: Log,
): Representation {
  return representation({ ask: registrationsThrough(committedSupergraph(), transports, log), isIssuerEnough });
}
