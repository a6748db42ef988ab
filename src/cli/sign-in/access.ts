/** Which server this command talks to, and as whom. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ResponseBodyError, WWWAuthenticateChallengeError } from "openid-client";
import { FormSignInError } from "../../client/form-sign-in.ts";
import type { Provider, Tokens } from "../../client/provider.ts";
import { createFetch } from "../../client/send.ts";
import { refresh, revoke, signInAsWorkload } from "../../client/sign-in.ts";
import { EXIT, Stop, usage } from "../exit.ts";
import type { Screen } from "../screen.ts";
import type { Environment } from "../verb.ts";
import { serverOrigin } from "./address.ts";
import { type Demo, openDemo } from "./demo.ts";
import { configFolder, forgetTokens, keepTokens, oneAtATime, readTokens, tokenFile } from "./kept-tokens.ts";
import { readPrivateJson, writePrivateJson } from "./private-files.ts";

const DEFAULT_SERVER = "http://127.0.0.1:8080";
const EARLY_MS = 15_000;

export interface Chosen {
  readonly url: string | null;
  readonly caFile: string | null;
  readonly as: string | null;
  readonly dataDir: string | null;
}

export interface Access {
  server(): Promise<Provider>;
  /** See `ClientOptions.token`. */
  readonly token: (refused: boolean) => Promise<string | null>;
  /** Null outside the demo. */
  demo(): Demo | null;
  /** Keeps what a person signed in with, and the server as the one to talk to from now on. */
  keep(tokens: Tokens): Promise<void>;
  /** Forgets what is kept; false when nothing was. */
  leave(): Promise<boolean>;
}

/** Reads nothing before it is needed, so that help works everywhere. */
export function createAccess(env: Environment, screen: Screen, chosen: Chosen): Access {
  const once = <T>(make: () => T) => {
    let made: { value: T } | null = null;
    return () => {
      made ??= { value: make() };
      return made.value;
    };
  };
  const demo = once(() => demoOf(chosen));
  const provider = once(() => providerOf(env, chosen, demo()));
  const keeper = once(() => keeperOf(env, chosen, demo(), provider()));
  return {
    server: async () => provider(),
    demo,
    token: (refused) => freshToken(keeper(), refused, screen),
    async keep(tokens) {
      const { baseUrl } = provider();
      keepTokens(tokenFile(configFolder(env), baseUrl), tokens);
      const caFile = chosen.caFile ?? env.CURFEW_CA_FILE ?? null;
      writePrivateJson(join(configFolder(env), "current", "server.json"), { url: baseUrl, caFile });
    },
    async leave() {
      const { file } = keeper();
      const kept = keeper().read();
      if (file === null || kept === null) return false;
      forgetTokens(file);
      if (kept.refreshToken !== null) await revoke(provider(), kept.refreshToken);
      return true;
    },
  };
}

/** Where a token comes from, and where it is kept in between. */
interface Keeper {
  /** Null: for as long as this command runs. */
  readonly file: string | null;
  read(): Tokens | null;
  keep(tokens: Tokens): void;
  /** Null when nobody can be signed in without a person. */
  renew(kept: Tokens | null): Promise<Tokens | null>;
}

function demoOf({ as, dataDir, url }: Chosen): Demo | null {
  if (as === null) {
    if (dataDir !== null) throw usage("--data-dir names a demo's folder; it goes with --as");
    return null;
  }
  if (url !== null) throw usage("--as speaks to the demo on this machine; leave out --url");
  return openDemo(dataDir, as);
}

function providerOf(env: Environment, chosen: Chosen, demo: Demo | null): Provider {
  if (demo !== null) return { baseUrl: serverOrigin(demo.baseUrl), fetch: createFetch(null) };
  const given = chosen.url ?? env.CURFEW_URL ?? null;
  const current = given === null ? currentServer(env) : null;
  const caFile = chosen.caFile ?? env.CURFEW_CA_FILE ?? current?.caFile ?? null;
  return {
    baseUrl: serverOrigin(given ?? current?.url ?? DEFAULT_SERVER),
    fetch: createFetch(caFile === null ? null : readCa(caFile)),
  };
}

function keeperOf(env: Environment, { as }: Chosen, demo: Demo | null, provider: Provider): Keeper {
  if (demo !== null) {
    return inFile(join(demo.folder, `${as}.token.json`), () => demo.signIn(provider));
  }
  const { CURFEW_CLIENT_ID: id, CURFEW_CLIENT_SECRET: secret } = env;
  if (id !== undefined && secret !== undefined) {
    return inMemory(() => signInAsWorkload(provider, id, secret));
  }
  const file = tokenFile(configFolder(env), provider.baseUrl);
  return inFile(file, async (kept) => (kept?.refreshToken ? refresh(provider, kept.refreshToken) : null));
}

function inFile(file: string, renew: Keeper["renew"]): Keeper {
  return { file, read: () => readTokens(file), keep: (tokens) => keepTokens(file, tokens), renew };
}

function inMemory(renew: Keeper["renew"]): Keeper {
  let held: Tokens | null = null;
  const keep = (tokens: Tokens) => {
    held = tokens;
  };
  return { file: null, read: () => held, keep, renew };
}

async function freshToken(keeper: Keeper, refused: boolean, screen: Screen): Promise<string | null> {
  const { file } = keeper;
  const kept = keeper.read();
  if (kept !== null && !refused && isFresh(kept)) return kept.accessToken;
  const renewNow = async () => {
    const now = keeper.read();
    // Another command may have renewed it while this one waited.
    if (now !== null && now.accessToken !== kept?.accessToken && isFresh(now)) return now.accessToken;
    const tokens = await renewed(keeper, now);
    if (tokens !== null) keeper.keep(tokens);
    else if (now !== null && file !== null) {
      forgetTokens(file);
      screen.progress("curfew: your sign-in is over");
    }
    return tokens?.accessToken ?? null;
  };
  return file === null ? renewNow() : oneAtATime(file, renewNow);
}

function isFresh({ expiresAt }: Tokens): boolean {
  return Date.now() < expiresAt - EARLY_MS;
}

/** A refusal of the authorization server ends the sign-in; anything else is a fault. */
async function renewed(keeper: Keeper, kept: Tokens | null): Promise<Tokens | null> {
  try {
    return await keeper.renew(kept);
  } catch (error) {
    if (error instanceof FormSignInError)
      throw new Stop(EXIT.fault, `the demo refused the sign-in: ${error.message}`);
    if (error instanceof WWWAuthenticateChallengeError) {
      throw new Stop(EXIT.fault, "the server refused the sign-in: the client id or its secret is wrong");
    }
    if (!(error instanceof ResponseBodyError)) throw error;
    if (error.error === "invalid_grant") return null;
    const isAway = error.error === "temporarily_unavailable";
    const what = isAway ? "cannot take the sign-in just now" : "refused the sign-in";
    throw new Stop(EXIT.fault, `the server ${what}: ${error.error_description ?? error.error}`);
  }
}

function currentServer(env: Environment): { url: string; caFile: string | null } | null {
  const found = readPrivateJson(join(configFolder(env), "current", "server.json"));
  if (typeof found !== "object" || found === null || !("url" in found) || typeof found.url !== "string")
    return null;
  return {
    url: found.url,
    caFile: "caFile" in found && typeof found.caFile === "string" ? found.caFile : null,
  };
}

function readCa(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw usage(`the certificate authority \`${file}\` cannot be read`);
  }
}
