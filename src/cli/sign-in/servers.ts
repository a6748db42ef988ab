/** Which server is meant: the one that was named, else the one that was chosen last. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Provider } from "../../client/provider.ts";
import { createFetch } from "../../client/send.ts";
import { usage } from "../exit.ts";
import type { Environment } from "../verb.ts";
import { serverOrigin } from "./address.ts";
import { configFolder, readLogin, readLogins, tokenFile } from "./kept-tokens.ts";
import { readPrivateJson, writePrivateJson } from "./private-files.ts";

const DEFAULT_SERVER = "http://127.0.0.1:8080";

export interface Server extends Provider {
  /** Null for none beside the usual ones. */
  readonly caFile: string | null;
}

/** Of several that one is signed in at, each keeps its own certificate authority. */
export function serverMeant(
  env: Environment,
  { url, caFile }: { readonly url: string | null; readonly caFile: string | null },
): Server {
  const folder = configFolder(env);
  const given = url ?? env.CURFEW_URL ?? null;
  const baseUrl = given === null ? (currentServer(env) ?? DEFAULT_SERVER) : originOf(env, given);
  const kept = readLogin(tokenFile(folder, baseUrl), baseUrl);
  const authority = caFile ?? env.CURFEW_CA_FILE ?? kept?.caFile ?? null;
  return {
    baseUrl,
    caFile: authority,
    fetch: createFetch(authority === null ? null : readAuthority(authority)),
  };
}

/** Talked to from now on, where no other is named. */
export function chooseServer(env: Environment, url: string): void {
  writePrivateJson(currentFile(env), { url });
}

export function currentServer(env: Environment): string | null {
  const found = readPrivateJson(currentFile(env));
  if (typeof found !== "object" || found === null || !("url" in found)) return null;
  return typeof found.url === "string" ? serverOrigin(found.url) : null;
}

/** An address, or the host of a server that one is signed in at, with or without its port. */
export function originOf(env: Environment, text: string): string {
  if (/^https?:/i.test(text)) return serverOrigin(text);
  const host = text.toLowerCase();
  const known = readLogins(configFolder(env)).map(({ url }) => url);
  const [only, ...others] = known.filter((url) => [new URL(url).host, new URL(url).hostname].includes(host));
  return only !== undefined && others.length === 0 ? only : serverOrigin(text);
}

function currentFile(env: Environment): string {
  return join(configFolder(env), "current", "server.json");
}

function readAuthority(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw usage(`the certificate authority \`${file}\` cannot be read`);
  }
}
