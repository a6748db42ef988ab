/** `login`, `logout`, `logins`, `token`: signing in through a browser, or through a code typed into another device's. */
import { spawn } from "node:child_process";
import { ClientError } from "openid-client";
import { createClient } from "../../client/client.ts";
import { FormSignInError } from "../../client/form-sign-in.ts";
import { ApiProblem } from "../../client/problem.ts";
import type { Tokens } from "../../client/provider.ts";
import { SignInAbandoned, signInByBrowser, signInByDevice } from "../../client/sign-in.ts";
import type { Given } from "../arguments.ts";
import { EXIT, Stop, usage } from "../exit.ts";
import { configFolder, readLogins } from "../sign-in/kept-tokens.ts";
import { chooseServer, currentServer, originOf } from "../sign-in/servers.ts";
import { moment } from "../text/moment.ts";
import type { Context, Run } from "../verb.ts";

export const login: Run = async (context, given) => {
  if ((await context.access()).demo() !== null) throw usage("--as signs in by itself; leave out `login`");
  const tokens = await signIn(context, given);
  const access = await context.access();
  const { baseUrl, fetch } = await access.server();
  const client = createClient({ baseUrl, fetch, token: async () => tokens.accessToken });
  const me = await client.call("readMe", {});
  const who = `${me.principal.displayName} (${me.principal.tenantName})`;
  await access.keep(tokens, who);
  context.screen.json(me);
  context.screen.result(`Signed in at ${baseUrl} as ${who}.`);
  return EXIT.done;
};

export const logout: Run = async (context) => {
  const access = await context.access();
  const left = await access.leave();
  const { baseUrl } = await access.server();
  context.screen.json({ left, server: baseUrl });
  context.screen.result(left ? `Signed out of ${baseUrl}.` : `Nobody was signed in at ${baseUrl}.`);
  const others = readLogins(configFolder(context.env)).length;
  if (others > 0 && access.demo() === null)
    context.screen.progress(`Still signed in elsewhere: ${context.self} logins`);
  return EXIT.done;
};

export const logins: Run = async ({ screen, env }, { words: [chosen] }) => {
  const kept = readLogins(configFolder(env));
  if (chosen !== undefined) {
    const url = originOf(env, chosen);
    if (kept.every((one) => one.url !== url))
      throw new Stop(
        EXIT.signedOut,
        `you are not signed in at ${url}; \`curfew login --url ${url}\` signs you in`,
      );
    chooseServer(env, url);
  }
  const current = currentServer(env);
  screen.json(
    kept.map(({ url, who, signedInAt, caFile }) => ({
      url,
      who,
      signedInAt,
      caFile,
      current: url === current,
    })),
  );
  const now = Date.now();
  const rows = kept.map(({ url, who, signedInAt }) => [
    url === current ? "•" : "",
    url,
    who ?? "-",
    signedInAt === null ? "-" : moment(Date.parse(signedInAt), now),
  ]);
  if (rows.length === 0) screen.progress("Nobody is signed in; `curfew login --url URL` signs you in.");
  else
    screen.table(
      ["", "SERVER", "AS", "SINCE"].map((title) => ({ title })),
      rows,
    );
  return EXIT.done;
};

export const token: Run = async (context) => {
  const found = await (await context.access()).token(false);
  if (found === null) throw new ApiProblem(401, { code: "unauthenticated", detail: "you are not signed in" });
  context.screen.json({ token: found });
  context.screen.result(found);
  return EXIT.done;
};

async function signIn(context: Context, given: Given): Promise<Tokens> {
  const { screen } = context;
  const provider = await (await context.access()).server();
  try {
    if (given.has("device")) {
      const show = (address: string, code: string) => screen.progress(`Open ${address} and type ${code}`);
      return await signInByDevice(provider, show, context.interrupted(), given.text("tenant"));
    }
    return await signInByBrowser(provider, {
      secondFactor: given.has("mfa"),
      acr: given.text("acr"),
      tenant: given.text("tenant"),
      signal: context.interrupted(),
      show(address) {
        screen.progress("Open this address in a browser on this machine:");
        screen.progress(`  ${address}`);
        if (screen.isWatched && !given.has("no-browser")) openBrowser(address);
      },
    });
  } catch (error) {
    throw stopFor(error, context.interrupted().aborted);
  }
}

function stopFor(error: unknown, byHand: boolean): unknown {
  if (byHand) return new Stop(EXIT.interrupted, "the sign-in was stopped");
  if (error instanceof SignInAbandoned) return new Stop(EXIT.ended, error.message);
  if (error instanceof FormSignInError || error instanceof ClientError)
    return new Stop(EXIT.fault, error.message);
  const said = error instanceof Error && "error_description" in error ? error.error_description : null;
  const code = error instanceof Error && "error" in error ? error.error : null;
  if (code === "access_denied")
    return new Stop(EXIT.denied, `the sign-in was not allowed: ${said ?? "denied"}`);
  if (typeof code === "string")
    return new Stop(EXIT.fault, `the server refused the sign-in: ${said ?? code}`);
  return error;
}

/** Whether it opens or not, the address was printed. */
function openBrowser(address: string): void {
  const opener = process.platform === "darwin" ? "open" : "xdg-open";
  const child = spawn(opener, [address], { stdio: "ignore", detached: true });
  child.on("error", () => {});
  child.unref();
}
