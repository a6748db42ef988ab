/** `login`, `logout`, `token`: signing in through a browser, or through a code typed into another device's. */
import { spawn } from "node:child_process";
import { ClientError } from "openid-client";
import { createClient } from "../../client/client.ts";
import { FormSignInError } from "../../client/form-sign-in.ts";
import { ApiProblem } from "../../client/problem.ts";
import type { Tokens } from "../../client/provider.ts";
import { SignInAbandoned, signInByBrowser, signInByDevice } from "../../client/sign-in.ts";
import type { Given } from "../arguments.ts";
import { EXIT, Stop, usage } from "../exit.ts";
import type { Context, Run } from "../verb.ts";

export const login: Run = async (context, given) => {
  if ((await context.access()).demo() !== null) throw usage("--as signs in by itself; leave out `login`");
  const tokens = await signIn(context, given);
  await (await context.access()).keep(tokens);
  const { baseUrl, fetch } = await (await context.access()).server();
  const client = createClient({ baseUrl, fetch, token: async () => tokens.accessToken });
  const me = await client.call("readMe", {});
  context.screen.json(me);
  context.screen.result(
    `Signed in at ${baseUrl} as ${me.principal.displayName} (${me.principal.tenantName}).`,
  );
  return EXIT.done;
};

export const logout: Run = async (context) => {
  const left = await (await context.access()).leave();
  context.screen.json({ left });
  context.screen.result(left ? "Signed out." : "Nobody was signed in.");
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
