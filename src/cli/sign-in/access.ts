/** Which server this command talks to, and as whom. */
import { join, resolve } from "node:path";
import { ResponseBodyError, WWWAuthenticateChallengeError } from "openid-client";
import { FormSignInError } from "../../client/form-sign-in.ts";
import type { Tokens } from "../../client/provider.ts";
import { createFetch } from "../../client/send.ts";
import { refresh, revoke, signInAsWorkload } from "../../client/sign-in.ts";
import { EXIT, Stop, usage } from "../exit.ts";
import type { Screen } from "../screen.ts";
import type { Environment } from "../verb.ts";
import { serverOrigin } from "./address.ts";
import { type Demo, openDemo } from "./demo.ts";
import { configFolder, forgetLogin, keepLogin, oneAtATime, readLogin, tokenFile } from "./kept-tokens.ts";
import { chooseServer, type Server, serverMeant } from "./servers.ts";

/** A token is renewed so long before its end, so that whoever is given one has the time to use it. */
const EARLY_MS = 60_000;

export interface Chosen {
  readonly url: string | null;
  readonly caFile: string | null;
  readonly as: string | null;
  readonly dataDir: string | null;
}

export interface Access {
  server(): Promise<Server>;
  /** See `ClientOptions.token`. */
  readonly token: (refused: boolean) => Promise<string | null>;
  /** Null outside the demo. */
  demo(): Demo | null;
  /** Keeps what a person signed in with, and the server as the one to talk to from now on; other servers' stay. */
  keep(tokens: Tokens, who: string): Promise<void>;
  /** Forgets what is kept for this server; false when nothing was. */
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
  const server = once(() => serverOf(env, chosen, demo()));
  const keeper = once(() => keeperOf(env, chosen, demo(), server()));
  return {
    server: async () => server(),
    demo,
    token: (refused) => freshToken(keeper(), refused, screen),
    async keep(tokens, who) {
      const { baseUrl: url, caFile } = server();
      const file = tokenFile(configFolder(env), url);
      const signedInAt = new Date().toISOString();
      const authority = caFile === null ? null : resolve(caFile);
      await oneAtATime(file, async () =>
        keepLogin(file, { ...tokens, url, caFile: authority, who, signedInAt }),
      );
      chooseServer(env, url);
    },
    async leave() {
      const { file, read, forget } = keeper();
      if (file === null) return false;
      const left = await oneAtATime(file, async () => {
        const kept = read();
        if (kept !== null) forget(kept);
        return kept;
      });
      if (left !== null && left.refreshToken !== null) await revoke(server(), left.refreshToken);
      return left !== null;
    },
  };
}

/** Where a token comes from, and where it is kept in between. */
interface Keeper {
  /** Null: for as long as this command runs. */
  readonly file: string | null;
  read(): Tokens | null;
  keep(tokens: Tokens): void;
  /** Nothing, where something else is kept by now. */
  forget(seen: Tokens): void;
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

function serverOf(env: Environment, chosen: Chosen, demo: Demo | null): Server {
  if (demo === null) return serverMeant(env, chosen);
  return { baseUrl: serverOrigin(demo.baseUrl), fetch: createFetch(null), caFile: null };
}

function keeperOf(env: Environment, { as }: Chosen, demo: Demo | null, server: Server): Keeper {
  if (demo !== null) {
    return inFile(join(demo.folder, `${as}.token.json`), server, () => demo.signIn(server));
  }
  const { CURFEW_CLIENT_ID: id, CURFEW_CLIENT_SECRET: secret } = env;
  if (id !== undefined && secret !== undefined) {
    return inMemory(() => signInAsWorkload(server, id, secret));
  }
  const file = tokenFile(configFolder(env), server.baseUrl);
  return inFile(file, server, async (kept) =>
    kept?.refreshToken ? refresh(server, kept.refreshToken) : null,
  );
}

function inFile(file: string, { baseUrl: url, caFile }: Server, renew: Keeper["renew"]): Keeper {
  const read = () => readLogin(file, url);
  const fresh = { url, caFile, who: null, signedInAt: null };
  return {
    file,
    read,
    keep: (tokens) => keepLogin(file, { ...(read() ?? fresh), ...tokens }),
    forget: ({ accessToken }) => {
      if (read()?.accessToken === accessToken) forgetLogin(file);
    },
    renew,
  };
}

function inMemory(renew: Keeper["renew"]): Keeper {
  let held: Tokens | null = null;
  const hold = (tokens: Tokens | null) => {
    held = tokens;
  };
  return { file: null, read: () => held, keep: hold, forget: () => hold(null), renew };
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
    if (tokens !== null) {
      keeper.keep(tokens);
      return tokens.accessToken;
    }
    if (now === null) return null;
    keeper.forget(now);
    const other = keeper.read();
    if (other !== null && isFresh(other)) return other.accessToken;
    screen.progress("curfew: your sign-in is over");
    return null;
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
      throw new Stop(EXIT.signedOut, `the demo refused the sign-in: ${error.message}`);
    if (error instanceof WWWAuthenticateChallengeError) {
      throw new Stop(EXIT.signedOut, "the server refused the sign-in: the client id or its secret is wrong");
    }
    if (!(error instanceof ResponseBodyError)) throw error;
    if (error.error === "invalid_grant") return null;
    const isAway = error.error === "temporarily_unavailable";
    const what = isAway ? "cannot take the sign-in just now" : "refused the sign-in";
    throw new Stop(EXIT.fault, `the server ${what}: ${error.error_description ?? error.error}`);
  }
}
