/** Signs in the way a browser without scripts does: authorization code with PKCE, and plain forms filled in. */
import { createHash, randomBytes } from "node:crypto";

const REDIRECT_URI = "http://127.0.0.1:1/callback";
const MAX_STEPS = 15;
const MAX_PAGE = 262_144;

export interface FormSignIn {
  /** Where the server is reached; its discovery document says the rest. */
  readonly baseUrl: string;
  readonly email: string;
  readonly password: string;
  /** Chosen where somebody else set the password; without one, such an account gets no further. */
  readonly newPassword?: string;
  /** Asked for when the account has a second factor. */
  readonly code?: () => string | Promise<string>;
  readonly clientId?: string;
  /** Further parameters of the authorization request, such as `acr_values` or `prompt`. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly scope?: string;
  /** For a server with a certificate of its own. */
  readonly fetch?: typeof globalThis.fetch;
  /** Kept between sign-ins, it is one browser. */
  readonly jar?: CookieJar;
}

export interface FormTokens {
  readonly accessToken: string;
  readonly refreshToken: string | null;
  readonly idToken: string | null;
  readonly expiresInSeconds: number;
  /** Headings of the pages on the way. */
  readonly pages: readonly string[];
}

/** The page said no, or something unexpected; the message is what a person would have read. */
export class FormSignInError extends Error {
  override readonly name = "FormSignInError";
  readonly status: number;
  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/** @throws FormSignInError when the sign-in is refused or the server answers something else than a form */
export async function signInByForm(wanted: FormSignIn): Promise<FormTokens> {
  const request = wanted.fetch ?? globalThis.fetch;
  const { authorization_endpoint, token_endpoint } = await discover(wanted.baseUrl, request);
  const verifier = randomBytes(32).toString("base64url");
  const state = randomBytes(16).toString("base64url");
  const clientId = wanted.clientId ?? "curfew-cli";
  const start = new URL(authorization_endpoint);
  start.search = new URLSearchParams({
    response_type: "code",
    client_id: clientId,
    redirect_uri: REDIRECT_URI,
    scope: wanted.scope ?? "openid api",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
    state,
    ...wanted.parameters,
  }).toString();
  const { callback, pages } = await followForms(start, REDIRECT_URI, wanted);
  const answer = callback.searchParams;
  if (answer.get("state") !== state) throw new FormSignInError("the answer belongs to another sign-in", 400);
  const code = answer.get("code");
  if (code === null) {
    throw new FormSignInError(
      answer.get("error_description") ?? answer.get("error") ?? "no code came back",
      400,
    );
  }
  const body = new URLSearchParams({
    grant_type: "authorization_code",
    client_id: clientId,
    redirect_uri: REDIRECT_URI,
    code,
    code_verifier: verifier,
  });
  const tokens = await jsonOf(await request(token_endpoint, { method: "POST", body }));
  return { ...tokensOf(tokens), pages };
}

/** The cookies of one host, by name and path. */
export class CookieJar {
  readonly #cookies = new Map<string, { readonly value: string; readonly path: string }>();

  keep(response: Response): void {
    for (const line of response.headers.getSetCookie()) {
      const [pair = "", ...attributes] = line.split(";").map((part) => part.trim());
      const at = pair.indexOf("=");
      const name = pair.slice(0, at);
      const path = attributes.find((one) => /^path=/i.test(one))?.slice(5) ?? "/";
      const expires = attributes.find((one) => /^expires=/i.test(one))?.slice(8);
      if (expires !== undefined && Date.parse(expires) <= Date.now()) this.#cookies.delete(`${name} ${path}`);
      else this.#cookies.set(`${name} ${path}`, { value: pair, path });
    }
  }

  headerFor(url: URL): string {
    const fits = (path: string) =>
      path === "/" || url.pathname === path || url.pathname.startsWith(`${path.replace(/\/$/, "")}/`);
    return [...this.#cookies.values()]
      .filter((cookie) => fits(cookie.path))
      .map((cookie) => cookie.value)
      .join("; ");
  }
}

interface Discovery {
  readonly authorization_endpoint: string;
  readonly token_endpoint: string;
}

async function discover(baseUrl: string, request: typeof globalThis.fetch): Promise<Discovery> {
  const found = await jsonOf(await request(new URL("/.well-known/openid-configuration", baseUrl)));
  const { authorization_endpoint, token_endpoint } = found;
  if (typeof authorization_endpoint !== "string" || typeof token_endpoint !== "string") {
    throw new FormSignInError("the server's discovery document names no endpoints", 502);
  }
  return { authorization_endpoint, token_endpoint };
}

/** What filling in forms needs to know. */
export type FormAnswers = Pick<FormSignIn, "email" | "password" | "newPassword" | "code" | "fetch" | "jar">;

/**
 * Follows redirects and fills in forms until the server leads to `redirectUri`, which is not fetched.
 * @throws FormSignInError with what the page said
 */
export async function followForms(
  start: URL,
  redirectUri: string,
  wanted: FormAnswers,
): Promise<{ readonly callback: URL; readonly pages: readonly string[] }> {
  const request = wanted.fetch ?? globalThis.fetch;
  const jar = wanted.jar ?? new CookieJar();
  const pages: string[] = [];
  let url = start;
  let body: URLSearchParams | null = null;
  for (let step = 0; step < MAX_STEPS; step++) {
    const response: Response = await request(url, {
      redirect: "manual",
      headers: { cookie: jar.headerFor(url), accept: "text/html" },
      ...(body === null ? {} : { method: "POST", body }),
    });
    jar.keep(response);
    const location = response.headers.get("location");
    if (location !== null) {
      await response.body?.cancel();
      const next: URL = new URL(location, url);
      if (next.href.startsWith(redirectUri)) return { callback: next, pages };
      url = next;
      body = null;
      continue;
    }
    const page = (await response.text()).slice(0, MAX_PAGE);
    pages.push(headingOf(page));
    ({ url, body } = await fillIn(page, url, response.status, wanted));
  }
  throw new FormSignInError(`the sign-in did not end after ${MAX_STEPS} steps`, 500);
}

async function fillIn(page: string, at: URL, status: number, wanted: FormAnswers) {
  const alert = /role="alert">([^<]*)</.exec(page)?.[1];
  const form = /<form\b[^>]*action="([^"]*)"[^>]*>([\s\S]*?)<\/form>/.exec(page);
  if (alert !== undefined || form === null || status >= 400) {
    throw new FormSignInError(decode(alert ?? headingOf(page)), status);
  }
  const [, action = "", inner = ""] = form;
  const body = new URLSearchParams();
  for (const [input] of inner.matchAll(/<input\b[^>]*>/g)) {
    body.set(attribute(input, "name"), await valueFor(input, wanted));
  }
  // A browser sends the button that was pressed: the first one.
  const button = /<button\b[^>]*>/.exec(inner)?.[0] ?? "";
  if (attribute(button, "name") !== "") body.set(attribute(button, "name"), attribute(button, "value"));
  return { url: new URL(decode(action), at), body };
}

async function valueFor(input: string, wanted: FormAnswers): Promise<string> {
  switch (attribute(input, "name")) {
    case "email":
      return wanted.email;
    case "password":
      return wanted.password;
    case "code":
      if (wanted.code === undefined) throw new FormSignInError("the account asks for a code", 403);
      return wanted.code();
    case "newPassword":
      if (wanted.newPassword !== undefined) return wanted.newPassword;
      throw new FormSignInError(
        "somebody else set this password; sign in with it in a browser once, and choose your own there",
        403,
      );
    default:
      return attribute(input, "value");
  }
}

function attribute(tag: string, name: string): string {
  return decode(new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? "");
}

function headingOf(page: string): string {
  return decode(/<h1>([^<]*)/.exec(page)?.[1] ?? "a page without a heading");
}

function decode(text: string): string {
  return text.replace(/&#(\d{1,7});/g, (_, code: string) => String.fromCodePoint(Number(code)));
}

async function jsonOf(response: Response): Promise<Record<string, unknown>> {
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok || typeof body !== "object" || body === null) {
    const said =
      body !== null && typeof body === "object" && "error_description" in body ? body.error_description : "";
    throw new FormSignInError(`${response.url} answered ${response.status} ${said}`.trim(), response.status);
  }
  return { ...body };
}

function tokensOf(tokens: Record<string, unknown>) {
  const text = (name: string) => (typeof tokens[name] === "string" ? tokens[name] : null);
  const accessToken = text("access_token");
  if (accessToken === null) throw new FormSignInError("the server sent no access token", 502);
  return {
    accessToken,
    refreshToken: text("refresh_token"),
    idToken: text("id_token"),
    expiresInSeconds: Number(tokens.expires_in),
  };
}
