/** The API as pages use it: typed by openapi.json, signed in by the browser's own cookie, cached by operation. */
import {
  keepPreviousData,
  type UseInfiniteQueryResult,
  type UseMutationResult,
  type UseQueryResult,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { useMemo, useState } from "react";
import {
  type Answer,
  createClient,
  type Input,
  type OperationId,
  type Tagged,
} from "../../../src/client/client.ts";
import { revealedIn } from "../../../src/client/plain-text.ts";
import { ApiProblem } from "../../../src/client/problem.ts";
import { alreadyDone } from "./already.ts";
import { changedBy } from "./depends.ts";
import { bare, bareAddress, isolatedIn } from "./isolated.ts";
import { once, wasSent } from "./once.ts";
import { isUnknown, Unreachable } from "./passing.ts";
import { readAgain } from "./reread.ts";
import { reportSignedIn, reportSignedOut } from "./signed-out.ts";

export type { Answer, Input, OperationId, Tagged } from "../../../src/client/client.ts";
export { ApiProblem } from "../../../src/client/problem.ts";

export type ItemOf<O extends OperationId> = Answer<O> extends { items: (infer T)[] } ? T : never;

/** Longer than the server lets anything take. */
const NO_ANSWER_MS = 60_000;

/** @throws Unreachable */
async function reach(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
  try {
    const signal = AbortSignal.timeout(NO_ANSWER_MS);
    return await fetch(input, { ...init, credentials: "same-origin", signal });
  } catch (error) {
    throw new Unreachable({ cause: error });
  }
}

const client = createClient({
  baseUrl: location.origin,
  fetch: (input, init) => reach(bareAddress(String(input)), sent(init)),
  token: null,
  // The page says that it waits while it does: see `health.ts`.
  tries: 1,
  read: shown,
});

/** What others wrote comes in here and nowhere else: it is shown as what it is, and turns nothing around it. */
function shown<T>(body: T): T {
  return isolatedIn(revealedIn(body));
}

function sent(init: RequestInit | undefined): RequestInit | undefined {
  return typeof init?.body === "string" ? { ...init, body: bare(init.body) } : init;
}

/** The server's time, to the second, in epoch milliseconds. */
export const serverNow = client.now;

/** Tells the app when the sign-in has ended. @throws ApiProblem, Unreachable */
export async function call<O extends OperationId>(operation: O, input: Input<O>): Promise<Answer<O>> {
  return (await callTagged(operation, input)).answer;
}

async function callTagged<O extends OperationId>(operation: O, input: Input<O>): Promise<Tagged<Answer<O>>> {
  try {
    const answer = await client.callTagged(operation, input);
    reportSignedIn();
    return answer;
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw new Unreachable({ cause: error });
    if (error.code === "unauthenticated") reportSignedOut();
    throw error;
  }
}

interface Session {
  readonly signedIn: boolean;
  /** What `readMe` would answer. */
  readonly me?: Answer<"readMe">;
}

/**
 * Whether anybody is signed in, and who. Nobody is no error, and an outage is not nobody. The page's own first lines ask
 * for it, while this program is on its way.
 * @throws ApiProblem, Unreachable
 */
export async function readSession(): Promise<Session> {
  const response = await reach("/auth/session");
  if (!response.ok) throw new ApiProblem(response.status, null);
  try {
    return shown((await response.json()) as Session);
  } catch (error) {
    throw new Unreachable({ cause: error });
  }
}

/** What an operation answers, kept and read again when the server says that something changed. */
export function useApi<O extends OperationId>(
  operation: O,
  input: Input<O>,
  options: { enabled?: boolean; keepPrevious?: boolean } = {},
): UseQueryResult<Answer<O>, Error> {
  const query = useQuery({
    queryKey: [operation, input],
    queryFn: () => call(operation, input),
    enabled: options.enabled ?? true,
    ...(options.keepPrevious === true ? { placeholderData: keepPreviousData } : {}),
  });
  return keptOver(query as UseQueryResult<Answer<O>, Error>);
}

/** What is read to be changed and written back: with its ETag, so that nobody's change is lost. */
export function useApiTagged<O extends OperationId>(
  operation: O,
  input: Input<O>,
  options: { enabled?: boolean } = {},
): UseQueryResult<Tagged<Answer<O>>, Error> {
  const query = useQuery({
    queryKey: [operation, input, "tagged"],
    queryFn: () => callTagged(operation, input),
    enabled: options.enabled ?? true,
  });
  return keptOver(query as UseQueryResult<Tagged<Answer<O>>, Error>);
}

/** What a page has stays while reading it once more fails for a reason that says nothing of it: that is no error there. */
function keptOver<Q extends { readonly data: unknown; readonly error: Error | null }>(query: Q): Q {
  const { data, error } = query;
  const saysNothing = isUnknown(error) || (error instanceof ApiProblem && error.code === "unauthenticated");
  return data === undefined || error === null || !saysNothing
    ? query
    : Object.create(query, { error: { value: null, enumerable: true } });
}

interface Paged {
  readonly items: readonly unknown[];
  readonly nextCursor: string | null;
}

/** A list page by page: `items` so far, and `fetchNextPage` while `hasNextPage`. */
export function useApiPages<O extends OperationId>(
  operation: O,
  input: Input<O>,
  options: { enabled?: boolean } = {},
): { readonly items: ItemOf<O>[]; readonly query: UseInfiniteQueryResult<unknown, Error> } {
  const query = useInfiniteQuery({
    queryKey: [operation, input, "pages"],
    enabled: options.enabled ?? true,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) => call(operation, withCursor(input, pageParam)) as Promise<Paged>,
    getNextPageParam: (last: Paged) => last.nextCursor,
    // Comparing thousands of items with what was there costs more frames than drawing those in sight again.
    structuralSharing: false,
  });
  const pages = query.data?.pages;
  const items = useMemo(() => (pages?.flatMap((page) => page.items) ?? []) as ItemOf<O>[], [pages]);
  return { items, query: keptOver(query) };
}

function withCursor<O extends OperationId>(input: Input<O>, cursor: string | null): Input<O> {
  const { query = {} } = input as { query?: object };
  return (cursor === null ? input : { ...input, query: { ...query, cursor } }) as Input<O>;
}

/** What is so already is no error, whatever became of its answer. @throws ApiProblem, Unreachable */
async function change<O extends OperationId>(operation: O, input: Input<O>): Promise<Answer<O>> {
  try {
    return await call(operation, input);
  } catch (error) {
    const done = await alreadyDone(operation, input, error, call);
    if (done === null) throw error;
    return done;
  }
}

type ApiCall<O extends OperationId> = UseMutationResult<Answer<O>, Error, Input<O>> & {
  /** Whether this very call went out before and its answer was lost, or came in another tab: send it, and it is found. */
  readonly sentBefore: (input: Input<O>) => boolean;
};

/**
 * A change; afterwards everything shown that it could have changed is read again, once. It is safe against double clicks,
 * lost answers and second tabs by itself (`once`): callers give no idempotency key.
 * @param done runs once it is done, also when whoever asked for it is not on the page any more, as the callbacks of
 *   `mutate` do not: it forgets a draft, or shows what is shown once
 */
export function useApiCall<O extends OperationId>(
  operation: O,
  done?: (answer: Answer<O>, input: Input<O>) => void,
): ApiCall<O> {
  const queries = useQueryClient();
  const [begun] = useState(() => ({ at: Date.now() }));
  const mutation = useMutation({
    mutationFn: (input: Input<O>) => once(operation, input, begun.at, (sent) => change(operation, sent)),
    // Offline, a click says so; it does not happen by itself when nobody looks any more.
    networkMode: "always",
    // An answer may hold what is shown once.
    gcTime: 0,
    onSuccess: (answer, input) => {
      begun.at = Date.now();
      done?.(answer, input);
    },
    // Not waited for: what comes after a change does not hang on what else is read again.
    onSettled: (_answer, _error, input) => readAgain(queries, changedBy(operation, input)),
  });
  return { ...mutation, sentBefore: (input) => wasSent(operation, input, begun.at) };
}
