/** The part of oidc-provider 9 that is used; the package brings no types. */
declare module 'oidc-provider/lib/provider.js' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  export interface ProviderClient {
    readonly clientId: string;
    readonly clientSecret?: string;
    compareClientSecret(actual: string): boolean;
  }

  export interface ProviderToken {
    readonly clientId: string;
    resourceServer: object;
    scope: string | undefined;
    readonly expiration: number;
    save(): Promise<string>;
  }

  export interface ProviderGrant {
    addOIDCScope(scope: string): void;
    addResourceScope(resource: string, scope: string): void;
    save(): Promise<string>;
  }

  export class Provider {
    constructor(issuer: string, configuration: Readonly<Record<string, unknown>>);
    readonly Client: { readonly prototype: ProviderClient; find(id: string): Promise<ProviderClient | undefined> };
    readonly ClientCredentials: new (token: {
      readonly client: ProviderClient;
    }) => ProviderToken;
    readonly ResourceServer: new (
      identifier: string,
      info: object,
    ) => object;
    readonly Grant: new (grant: {
      readonly accountId: string;
      readonly clientId: string;
    }) => ProviderGrant;
    /** The login that is under way in the browser. @throws Error where there is none. */
    interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<object>;
    /** Answers a login that is under way: the browser goes on to where it came from. */
    interactionFinished(request: IncomingMessage, response: ServerResponse, result: object): Promise<void>;
    /** Whether the forwarded headers of a request are those to go by. */
    proxy: boolean;
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
    on(event: 'server_error', listener: (context: unknown, error: Error) => void): this;
  }
}
