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
import type { Context, Verb } from "../verb.ts";

export const login: Verb = {
  name: "login",
  summary: "sign in through a browser; --device where there is none",
  form: "[--mfa] [--device]",
  flags: {
    mfa: { type: "switch", help: "with a second factor, as some roles demand" },
    acr: { type: "text", value: "CONTEXT", help: "in an authentication context that a role demands" },
    device: {
      type: "switch",
      help: "show a code to type into a browser elsewhere, where the server allows it",
    },
    "no-browser": { type: "switch", help: "only print the address" },
  },
  words: [0, 0],
  notes: ["A service principal needs no login: set CURFEW_CLIENT_ID and CURFEW_CLIENT_SECRET."],
  async run(context, given) {
    if (context.access.demo() !== null) throw usage("--as signs in by itself; leave out `login`");
    const tokens = await signIn(context, given);
    await context.access.keep(tokens);
    const { baseUrl, fetch } = await context.access.server();
    const client = createClient({ baseUrl, fetch, token: async () => tokens.accessToken });
    const me = await client.call("readMe", {});
    context.screen.json(me);
    context.screen.result(
      `Signed in at ${baseUrl} as ${me.principal.displayName} (${me.principal.tenantName}).`,
    );
    return EXIT.done;
  },
};

export const logout: Verb = {
  name: "logout",
  summary: "forget the sign-in kept on this machine",
  form: "",
  flags: {},
  words: [0, 0],
  async run(context) {
    const left = await context.access.leave();
    context.screen.json({ left });
    context.screen.result(left ? "Signed out." : "Nobody was signed in.");
    return EXIT.done;
  },
};

export const token: Verb = {
  name: "token",
  summary: "print an access token, for scripts and for clients of Azure and Graph",
  form: "",
  flags: {},
  words: [0, 0],
  notes: ["It is good for ten minutes at most. Keep it out of files and logs."],
  async run(context) {
    const found = await context.access.token(false);
    if (found === null)
      throw new ApiProblem(401, { code: "unauthenticated", detail: "you are not signed in" });
    context.screen.json({ token: found });
    context.screen.result(found);
    return EXIT.done;
  },
};

async function signIn(context: Context, given: Given): Promise<Tokens> {
  const { screen } = context;
  const provider = await context.access.server();
  try {
    if (given.has("device")) {
      const show = (address: string, code: string) => screen.progress(`Open ${address} and type ${code}`);
      return await signInByDevice(provider, show, context.interrupted());
    }
    return await signInByBrowser(provider, {
      secondFactor: given.has("mfa"),
      acr: given.text("acr"),
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
