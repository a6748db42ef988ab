/** A browser without scripts, one step at a time: it keeps cookies, sends forms and follows nothing by itself. */
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { CookieJar } from "../../src/client/form-sign-in.ts";

export const REDIRECT_URI = "http://127.0.0.1:49152/callback";

export interface Seen {
  readonly url: URL;
  readonly status: number;
  readonly location: string | null;
  readonly headers: Headers;
  readonly text: string;
}

const CALLBACK = "/auth/callback";

export class Browser {
  readonly #jar = new CookieJar();
  readonly #baseUrl: string;
  readonly #origin: string | undefined;
  /** Where it comes from, for a server behind a proxy. */
  address: string | null = null;

  /** `origin` is what the browser says of the page that a form is on; its own site when not given. */
  constructor(baseUrl: string, origin?: string) {
    this.#baseUrl = baseUrl;
    this.#origin = origin;
  }

  static at(baseUrl: string, address: string): Browser {
    return Object.assign(new Browser(baseUrl), { address });
  }

  get jar(): CookieJar {
    return this.#jar;
  }

  async get(path: string): Promise<Seen> {
    return this.#send(new URL(path, this.#baseUrl), {});
  }

  async post(path: string, fields: Readonly<Record<string, string>>): Promise<Seen> {
    const origin = this.#origin ?? this.#baseUrl;
    const body = new URLSearchParams(fields);
    return this.#send(new URL(path, this.#baseUrl), { method: "POST", body, headers: { origin } });
  }

  /** Follows redirects within the server, up to where a client's answer arrives; one that leads elsewhere is left. */
  async follow(seen: Seen): Promise<Seen> {
    let at = seen;
    for (let hop = 0; at.location !== null && at.url.pathname !== CALLBACK && hop < 10; hop++) {
      const next = new URL(at.location, at.url);
      if (next.origin !== this.#baseUrl) return at;
      at = await this.#send(next, {});
    }
    return at;
  }

  async #send(url: URL, init: { method?: string; body?: URLSearchParams; headers?: Record<string, string> }) {
    const from = this.address === null ? {} : { "x-forwarded-for": this.address };
    const headers = { ...init.headers, ...from, cookie: this.#jar.headerFor(url), accept: "text/html" };
    const response = await fetch(url, { ...init, headers, redirect: "manual" });
    this.#jar.keep(response);
    const { status } = response;
    const text = await response.text();
    return { url, status, location: response.headers.get("location"), headers: response.headers, text };
  }
}

export interface Started {
  readonly path: string;
  readonly verifier: string;
}

/** An authorization request of the command line's, changed as the test wishes. */
export function authorizationRequest(changes: Readonly<Record<string, string | null>> = {}): Started {
  const verifier = randomBytes(32).toString("base64url");
  const query = new URLSearchParams({
    client_id: "curfew-cli",
    redirect_uri: REDIRECT_URI,
    response_type: "code",
    scope: "openid api",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
    state: "kept",
  });
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) query.delete(name);
    else query.set(name, value);
  }
  return { path: `/oauth/authorize?${query}`, verifier };
}

export function formAction(seen: Seen): string {
  const action = /<form[^>]*action="([^"]+)"/.exec(seen.text)?.[1];
  assert.ok(action, `no form on ${seen.url.pathname}: ${seen.status} ${seen.text.slice(0, 200)}`);
  return action;
}

/** Where a page that refreshes itself goes next. */
export function againAt(seen: Seen): string {
  const at = /http-equiv="refresh" content="\d+; url=([^"]+)"/.exec(seen.text)?.[1];
  assert.ok(at, `nothing is waited for on ${seen.url.pathname}: ${headingOn(seen)}`);
  return at;
}

export function hiddenField(seen: Seen, name: string): string {
  return new RegExp(`name="${name}" value="([^"]*)"`).exec(seen.text)?.[1] ?? "";
}

export function alertOn(seen: Seen): string | undefined {
  return /role="alert">([^<]*)</.exec(seen.text)?.[1];
}

export function headingOn(seen: Seen): string | undefined {
  return /<h1>([^<]*)</.exec(seen.text)?.[1];
}

/** The parameters that the client got back. */
export function answerIn(seen: Seen): URLSearchParams {
  const location = seen.location ?? "";
  assert.ok(location.startsWith(REDIRECT_URI), `not back at the client: ${seen.status} ${location}`);
  return new URL(location).searchParams;
}

export async function redeem(
  baseUrl: string,
  fields: Readonly<Record<string, string>>,
): Promise<{ readonly status: number; readonly body: Record<string, unknown> }> {
  const response = await fetch(`${baseUrl}/oauth/token`, {
    method: "POST",
    body: new URLSearchParams({ client_id: "curfew-cli", ...fields }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
