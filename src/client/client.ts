/** The API's client: every operation of openapi.json by its id, with its types. */
import type { Operations } from "./api-types.d.ts";
import { OPERATIONS } from "./operations.ts";
import { ApiProblem } from "./problem.ts";

export type Fetch = typeof globalThis.fetch;

export type OperationId = keyof Operations & keyof typeof OPERATIONS;
export type Input<O extends OperationId> = Operations[O]["input"];
export type Answer<O extends OperationId> = Operations[O]["answer"];

const MAX_TRIES = 4;
const MAX_PAUSE_MS = 5_000;
const MAX_PAGES = 10_000;
const PAGE = 200;

export interface Client {
  /** @throws ApiProblem when the server refuses, Unreachable when it does not answer */
  call<O extends OperationId>(operation: O, input: Input<O>): Promise<Answer<O>>;
  /** As `call`, with what `if-match` takes when this is written back. */
  callTagged<O extends OperationId>(operation: O, input: Input<O>): Promise<Tagged<Answer<O>>>;
  /** The server's time as of its last answer, in epoch milliseconds; this machine's before the first. */
  now(): number;
}

export interface Tagged<T> {
  readonly answer: T;
  /** Null where the answer has none. */
  readonly etag: string | null;
}

export interface ClientOptions {
  readonly baseUrl: string;
  readonly fetch: Fetch;
  /**
   * A bearer token. `refused`: the last one was turned down, and another may help; null when there is none.
   * Null in place of the function where `fetch` itself carries the sign-in, as a browser's does.
   */
  readonly token: ((refused: boolean) => Promise<string | null>) | null;
  /** How often something is read while the server is busy, before that is told; 4 when not given. */
  readonly tries?: number;
  /** What every answer goes through before it is given, refusals too. */
  readonly read?: (body: unknown) => unknown;
}

export function createClient(options: ClientOptions): Client {
  const { baseUrl, fetch, token, tries: most = MAX_TRIES, read = (body) => body } = options;
  let aheadMs = 0;
  const attempt = async (operation: OperationId, input: AnyInput, bearer: string | null) => {
    const response = await fetch(addressOf(baseUrl, operation, input), requestOf(operation, input, bearer));
    aheadMs = aheadOf(response) ?? aheadMs;
    return { response, body: read(await bodyOf(response)) };
  };
  const client: Client = {
    now: () => Date.now() + aheadMs,
    call: async (operation, input) => (await client.callTagged(operation, input)).answer,
    async callTagged(operation, input) {
      let bearer = token === null ? null : await token(false);
      for (let tries = 1; ; tries++) {
        if (bearer === null && token !== null)
          throw new ApiProblem(401, { code: "unauthenticated", detail: "you are not signed in" });
        const { response, body } = await attempt(operation, input, bearer);
        if (response.ok && typeof body === "object" && body !== null)
          return { answer: body as Answer<typeof operation>, etag: response.headers.get("etag") };
        const problem = new ApiProblem(response.status, body);
        if (tries >= most) throw problem;
        if (token !== null && problem.code === "unauthenticated" && tries === 1) bearer = await token(true);
        else if (isPassing(operation, response)) await wait(pauseOf(response));
        else throw problem;
      }
    },
  };
  return client;
}

/** Every item of a list, page by page. */
export async function* allOf<T>(
  page: (query: { limit: number; cursor?: string }) => Promise<{ items: T[]; nextCursor: string | null }>,
): AsyncGenerator<T> {
  let cursor: string | null = null;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const found: { items: T[]; nextCursor: string | null } = await page({
      limit: PAGE,
      ...(cursor === null ? {} : { cursor }),
    });
    yield* found.items;
    if (found.nextCursor === null) return;
    cursor = found.nextCursor;
  }
  throw new Error(`the list has more than ${MAX_PAGES * PAGE} items; narrow it`);
}

/** All of a list that is short enough to be held. */
export async function wholeOf<T>(page: Parameters<typeof allOf<T>>[0]): Promise<T[]> {
  const items: T[] = [];
  for await (const item of allOf(page)) items.push(item);
  return items;
}

interface AnyInput {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
}

function addressOf(baseUrl: string, operation: OperationId, { path = {}, query = {} }: AnyInput): URL {
  const route = OPERATIONS[operation].path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(path[name] ?? ""),
  );
  const url = new URL(route, baseUrl);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return url;
}

function requestOf(
  operation: OperationId,
  { headers = {}, body }: AnyInput,
  bearer: string | null,
): RequestInit {
  const sent = new Headers({ accept: "application/json" });
  if (bearer !== null) sent.set("authorization", `Bearer ${bearer}`);
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) sent.set(name, value);
  if (body === undefined) return { method: OPERATIONS[operation].method, headers: sent };
  sent.set("content-type", "application/json");
  return { method: OPERATIONS[operation].method, headers: sent, body: JSON.stringify(body) };
}

async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Reading again is always safe; whatever changes something is sent once. */
function isPassing(operation: OperationId, { status }: Response): boolean {
  return OPERATIONS[operation].method === "GET" && (status === 503 || status === 429);
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function pauseOf(response: Response): number {
  const seconds = Number(response.headers.get("retry-after") ?? 1);
  return Math.min(MAX_PAUSE_MS, (Number.isFinite(seconds) && seconds > 0 ? seconds : 1) * 1_000);
}

/** How far the server's clock is ahead of ours: to the second, which is how a `date` header tells it. */
function aheadOf(response: Response): number | null {
  const at = Date.parse(response.headers.get("date") ?? "");
  if (Number.isNaN(at)) return null;
  const here = Date.now();
  return at <= here && here < at + 1_000 ? 0 : at - here;
}
