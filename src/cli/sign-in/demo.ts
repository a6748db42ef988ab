/** The people of a demo that runs on this machine, from its ready file. */
import { join, resolve } from "node:path";
import { TOTP } from "otpauth";
import { signInByForm } from "../../client/form-sign-in.ts";
import type { Provider, Tokens } from "../../client/provider.ts";
import { signInAsWorkload } from "../../client/sign-in.ts";
import { EXIT, Stop, usage } from "../exit.ts";
import { nearest } from "../text/nearest.ts";
import { isLoopback } from "./address.ts";
import { readPrivateJson } from "./private-files.ts";

export interface Demo {
  readonly baseUrl: string;
  /** For what the command line keeps of the demo: its tokens and fetched secrets. */
  readonly folder: string;
  signIn(provider: Provider): Promise<Tokens>;
}

interface Persona {
  readonly email: string;
  readonly password: string;
  readonly totpSecret?: string;
}

interface Workload {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** @throws Stop when no demo of that folder was started on this machine, or it has nobody of that name */
export function openDemo(dataDir: string | null, name: string): Demo {
  const folder = resolve(dataDir ?? "./.curfew-demo");
  const ready = readPrivateJson(join(folder, "ready.json"));
  if (ready === null) {
    throw new Stop(
      EXIT.fault,
      `there is no demo in \`${folder}\`; start one with \`curfew demo\`, or give --data-dir`,
    );
  }
  const baseUrl = textIn(ready, "http");
  if (baseUrl === null || !isLoopback(new URL(baseUrl).hostname)) {
    throw new Stop(EXIT.fault, `\`${folder}\` is not that of a demo on this machine`);
  }
  const personas = recordIn(ready, "personas");
  const workloads = recordIn(ready, "servicePrincipals");
  const persona = personas[name];
  const workload = workloads[name];
  if (isPersona(persona))
    return { baseUrl, folder: join(folder, "cli"), signIn: (provider) => asPersona(provider, persona) };
  if (isWorkload(workload)) {
    const signIn = (provider: Provider) =>
      signInAsWorkload(provider, workload.clientId, workload.clientSecret);
    return { baseUrl, folder: join(folder, "cli"), signIn };
  }
  const known = [...Object.keys(personas), ...Object.keys(workloads)];
  const near = nearest(name, known);
  throw usage(
    `the demo has nobody called \`${name}\`; ${near === null ? `it has ${known.join(", ")}` : `did you mean ${near}?`}`,
  );
}

async function asPersona({ baseUrl, fetch }: Provider, persona: Persona): Promise<Tokens> {
  const { email, password, totpSecret } = persona;
  const code = totpSecret === undefined ? {} : { code: () => new TOTP({ secret: totpSecret }).generate() };
  const tokens = await signInByForm({ baseUrl, email, password, fetch, ...code });
  const { accessToken, refreshToken, expiresInSeconds } = tokens;
  return { accessToken, refreshToken, expiresAt: Date.now() + expiresInSeconds * 1_000 };
}

function isPersona(value: unknown): value is Persona {
  return textIn(value, "email") !== null && textIn(value, "password") !== null;
}

function isWorkload(value: unknown): value is Workload {
  return textIn(value, "clientId") !== null && textIn(value, "clientSecret") !== null;
}

function textIn(value: unknown, name: string): string | null {
  const found = recordOf(value)[name];
  return typeof found === "string" ? found : null;
}

function recordIn(value: unknown, name: string): Readonly<Record<string, unknown>> {
  return recordOf(recordOf(value)[name]);
}

/** Own members only: a name such as `constructor` finds nothing. */
function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? Object.assign(Object.create(null), value) : {};
}
