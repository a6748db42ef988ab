/** The part of oidc-provider 9.13 that is used here; the package brings no types of its own. */
declare module "oidc-provider" {
  import type { IncomingMessage, ServerResponse } from "node:http";

  export interface AdapterPayload {
    [name: string]: unknown;
    grantId?: string;
    uid?: string;
    userCode?: string;
    accountId?: string;
    consumed?: number;
  }

  export interface Adapter {
    upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void>;
    find(id: string): Promise<AdapterPayload | undefined>;
    findByUid(uid: string): Promise<AdapterPayload | undefined>;
    findByUserCode(userCode: string): Promise<AdapterPayload | undefined>;
    consume(id: string): Promise<void>;
    destroy(id: string): Promise<void>;
    revokeByGrantId(grantId: string): Promise<void>;
  }

  export interface Client {
    readonly clientId: string;
    readonly clientName?: string;
    readonly clientSecret?: string;
    readonly applicationType: "web" | "native";
    /** Extra metadata keeps the name it was given. */
    readonly [extra: `curfew_${string}`]: string | undefined;
    grantTypeAllowed(grantType: string): boolean;
    compareClientSecret(actual: string): boolean | Promise<boolean>;
  }

  export interface SignInFacts {
    readonly accountId?: string;
    readonly acr?: string;
    readonly amr?: string[];
    readonly authTime?: number;
    readonly gty?: string;
  }

  export interface Session {
    readonly uid: string;
    readonly accountId?: string;
    readonly acr?: string;
    readonly amr?: string[];
    readonly loginTs?: number;
    state?: { secret?: string };
    authTime(): number | undefined;
    destroy(): Promise<void>;
  }

  export interface Grant {
    readonly jti: string;
    addOIDCScope(scope: string): void;
    addResourceScope(resource: string, scope: string): void;
    save(): Promise<string>;
  }

  export interface Interaction {
    readonly uid: string;
    readonly exp: number;
    readonly returnTo: string;
    readonly prompt: { readonly name: string; readonly reasons: readonly string[] };
    readonly params: Readonly<Record<string, unknown>>;
    readonly deviceCode?: string;
    session?: { readonly accountId: string; readonly uid?: string; readonly amr?: string[] };
    save(ttlSeconds: number): Promise<string>;
  }

  export interface Token extends SignInFacts {
    readonly kind: string;
    readonly client?: Client;
    readonly clientId?: string;
    readonly expiration: number;
    readonly remainingTTL: number;
  }

  export interface OidcContext {
    readonly route: string;
    readonly provider: Provider;
    readonly client?: Client;
    readonly session: Session;
    readonly account?: Account;
    readonly params: Readonly<Record<string, string | undefined>>;
    readonly result?: InteractionResult;
    readonly entities: {
      readonly AuthorizationCode?: SignInFacts;
      readonly DeviceCode?: SignInFacts;
      readonly RefreshToken?: SignInFacts;
      readonly RotatedRefreshToken?: Token;
      readonly Client?: Client;
      readonly IdTokenHint?: { readonly payload: { readonly sub?: unknown } };
    };
  }

  export interface Context {
    readonly req: IncomingMessage;
    readonly res: ServerResponse;
    readonly path: string;
    readonly oidc: OidcContext;
    readonly secure: boolean;
    type: string;
    status: number;
    body: unknown;
    set(name: string, value: string): void;
    remove(name: string): void;
    accepts(...types: string[]): string | false;
    redirect(url: string): void;
  }

  export interface Account {
    readonly accountId: string;
    claims(): Promise<{ readonly sub: string; readonly [claim: string]: unknown }>;
  }

  export interface InteractionResult {
    readonly login?: { readonly accountId: string; readonly amr: string[]; readonly acr: string };
    readonly consent?: { readonly grantId?: string };
    readonly error?: string;
    readonly error_description?: string;
  }

  export interface ErrorOut {
    readonly error: string;
    readonly error_description?: string;
  }

  type Setting = unknown;
  export interface Configuration {
    readonly [setting: string]: Setting;
    readonly adapter: new (model: string) => Adapter;
  }

  export class Provider {
    constructor(issuer: string, configuration: Configuration);
    readonly issuer: string;
    readonly request: object;
    silent: boolean;
    readonly Client: { readonly prototype: Client; find(clientId: string): Promise<Client | undefined> };
    readonly ClientCredentials: new (of: {
      client: Client;
      scope: string;
    }) => { resourceServer: object; readonly expiration: number; save(): Promise<string> };
    readonly IdToken: { readonly prototype: { payload(): Promise<{ readonly sub?: string | undefined }> } };
    readonly ResourceServer: new (
      identifier: string,
      server: object,
    ) => object;
    readonly Grant: new (of: {
      accountId: string;
      clientId: string;
    }) => Grant;
    readonly Session: {
      get(ctx: object): Promise<Session>;
      findByUid(uid: string): Promise<Session | undefined>;
    };
    callback(): (req: IncomingMessage, res: ServerResponse) => Promise<void>;
    createContext(req: IncomingMessage, res: ServerResponse): Context;
    interactionDetails(req: IncomingMessage, res: ServerResponse): Promise<Interaction>;
    interactionResult(
      req: IncomingMessage,
      res: ServerResponse,
      result: InteractionResult,
      options?: { mergeWithLastSubmission?: boolean },
    ): Promise<string>;
    use(middleware: (ctx: Context, next: () => Promise<void>) => Promise<void>): this;
    on(event: "error", listener: (...args: unknown[]) => void): this;
    on(event: "server_error" | "grant.error", listener: (ctx: Context, error: Error) => void): this;
  }

  export namespace interactionPolicy {
    class Check {
      constructor(
        reason: string,
        description: string,
        error: string,
        check: (ctx: Context) => boolean | Promise<boolean>,
      );
    }
    interface Prompt {
      readonly name: string;
      readonly checks: { add(check: Check): void; remove(reason: string): void };
    }
    function base(): { get(name: string): Prompt | undefined };
  }

  export namespace errors {
    class OIDCProviderError extends Error {
      readonly error: string;
      readonly error_description?: string;
    }
    class InvalidGrant extends OIDCProviderError {
      constructor(detail: string);
    }
    class InvalidTarget extends OIDCProviderError {}
    class InvalidClientAuth extends OIDCProviderError {}
    class SessionNotFound extends OIDCProviderError {}
  }
}
