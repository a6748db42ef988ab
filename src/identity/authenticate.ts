/** Who calls: one issuer, one audience, one kind of token; and where that principal stands now, asked on every call. */
import { createHash } from "node:crypto";
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from "jose";
import { asId, isGuid, type ObjectId, type TenantId } from "../domain/ids.ts";
import { accept, type Outcome, reject } from "../domain/rejection.ts";
import { instant, SECOND_MS } from "../domain/time.ts";
import type { Presented } from "../use-cases/decisions.ts";
import type { IdentityStore, Standing } from "../use-cases/identity-ports.ts";
import type { Caller } from "../use-cases/ports.ts";
import { SIGNING_ALGORITHM } from "./provider/signing-key.ts";
import { API_AUDIENCE, API_SCOPE } from "./provider/token-claims.ts";
import { standsBehind } from "./sign-in/proof.ts";

const MAX_TOKEN = 8_192;
const ACCESS_TOKEN_TYPE = "at+jwt";

/** The clock of this process, by which the OpenID provider counts: codes, sessions and tokens. */
export interface OwnTime {
  /** Throws, to be answered with 503, while nothing may be begun or told to be over by it. */
  requireOwn(): void;
  /** Epoch milliseconds: by it, or by the time that was believed last while it shows another. */
  ownNow(): number;
}

export interface Authenticate {
  (authorization: string | undefined, from: { readonly ip: string | null }): Promise<Outcome<Caller>>;
  /** The token is one of ours; where its principal stands now is for a moment to say. */
  present(
    authorization: string | undefined,
    from: { readonly ip: string | null },
  ): Promise<Outcome<Presented>>;
  /** From now on these keys vouch for tokens, and no other. */
  trust(jwks: JSONWebKeySet): void;
}

export function createAuthenticate(deps: {
  readonly issuer: string;
  readonly jwks: JSONWebKeySet;
  readonly identities: IdentityStore;
  readonly time: OwnTime;
}): Authenticate {
  let verified = keptTokens(createLocalJWKSet(deps.jwks), deps.issuer);
  const present: Authenticate["present"] = async (authorization, { ip }) => {
    const token = bearerToken(authorization);
    if (token === null) return reject("unauthenticated", "send a bearer token in the Authorization header");
    const claims = await verified(token, deps.time.ownNow());
    if (claims === null)
      return reject("unauthenticated", "the token is not valid here or has expired; sign in again");
    const { sub, tid, client_id: via } = claims;
    if (!isId(sub) || !isId(tid) || typeof via !== "string" || !scopesOf(claims).includes(API_SCOPE)) {
      return reject("unauthenticated", "the token is not one for the API; ask for the scope `api`");
    }
    const ref = { tenantId: asId<TenantId>(tid), objectId: asId<ObjectId>(sub) };
    const admit = (standing: Standing | null): Outcome<Caller> => {
      if (!standsBehind(standing, claims.cred)) return GONE;
      return accept(callerOf(claims, { ref, kind: standing.kind, standing, via, ip }));
    };
    return accept({ ref, via, admit, admitNow: async () => admit(await deps.identities.standing(ref, via)) });
  };
  const authenticate = async (...given: Parameters<typeof present>): Promise<Outcome<Caller>> => {
    const presented = await present(...given);
    return presented.ok ? presented.value.admitNow() : presented;
  };
  const trust = (jwks: JSONWebKeySet): void => {
    verified = keptTokens(createLocalJWKSet(jwks), deps.issuer);
  };
  return Object.assign(authenticate, { present, trust });
}

const GONE = reject(
  "unauthenticated",
  "the account behind the token was closed or has changed; sign in again",
);

/** RFC 6750, header form only. */
function bearerToken(authorization: string | undefined): string | null {
  if (authorization === undefined || authorization.length > MAX_TOKEN) return null;
  return /^Bearer ([\w.~+/-]+=*)$/i.exec(authorization)?.[1] ?? null;
}

// Verifying a signature costs as much as everything else of a check.
const MOST_KEPT = 10_000;

/** Verified once and kept by its hash until it expires: the same words prove the same thing again. */
function keptTokens(keys: ReturnType<typeof createLocalJWKSet>, issuer: string) {
  const kept = new Map<string, JWTPayload>();
  return async (token: string, nowMs: number): Promise<JWTPayload | null> => {
    const hash = createHash("sha256").update(token).digest("base64url");
    const known = kept.get(hash);
    if (known !== undefined) {
      // As `jwtVerify` reads it: expired from the second that it names on.
      return (known.exp ?? 0) > Math.floor(nowMs / SECOND_MS) ? known : null;
    }
    const claims = await verify(token, nowMs, { keys, issuer });
    if (claims === null) return null;
    kept.set(hash, claims);
    const [oldest] = kept.keys();
    if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
    return claims;
  };
}

/**
 * RFC 9068, section 4. Expiry is read on this machine's clock, the one that the tokens were stamped on; neither
 * allows any slack.
 */
async function verify(
  token: string,
  nowMs: number,
  { keys, issuer }: { readonly keys: ReturnType<typeof createLocalJWKSet>; readonly issuer: string },
): Promise<JWTPayload | null> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience: API_AUDIENCE,
      currentDate: new Date(nowMs),
      typ: ACCESS_TOKEN_TYPE,
      algorithms: [SIGNING_ALGORITHM],
      requiredClaims: ["exp", "iat", "sub", "client_id", "jti"],
    });
    return payload;
  } catch (error) {
    if (error instanceof errors.JOSEError) return null;
    throw error;
  }
}

function callerOf(
  claims: JWTPayload,
  who: {
    readonly ref: Caller["ref"];
    readonly kind: Caller["kind"];
    readonly standing: Standing;
    readonly via: string;
    readonly ip: string | null;
  },
): Caller {
  const { auth_time: authTime, acr } = claims;
  return {
    ref: who.ref,
    kind: who.kind,
    rights: who.standing.rights,
    session: {
      amr: textsOf(claims.amr),
      acr: typeof acr === "string" ? acr : null,
      acrs: textsOf(claims.acrs),
      authTime: typeof authTime === "number" ? instant(authTime * SECOND_MS) : null,
      ip: who.ip,
      via: who.via,
    },
    limited: claims.limited === true,
  };
}

function isId(value: unknown): value is string {
  return typeof value === "string" && isGuid(value);
}

function scopesOf({ scope }: JWTPayload): string[] {
  return typeof scope === "string" ? scope.split(" ") : [];
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}
