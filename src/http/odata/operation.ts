/** An operation of Azure's or Graph's contract: where it stands, and what it does with a call. */
import type { Outcome, Rejection } from "../../domain/rejection.ts";
import type { PimCall } from "../../pim/pim-call.ts";
import type { QueryOption } from "./address.ts";
import type { SurfaceError } from "./errors.ts";
import type { Takes } from "./takes.ts";

export interface Operation<C extends Call> {
  /** Unique among all of its surface's; of Azure's contract, Microsoft's operationId. */
  readonly id: string;
  readonly method: "GET" | "PUT" | "PATCH" | "POST" | "DELETE";
  readonly versions: readonly string[];
  /** Segments of the path; `{name}` takes any one, `name()` a function with its arguments. */
  readonly path: readonly string[];
  /** Whether it compares If-Match and If-None-Match with what is there; where it does not, either is refused. */
  readonly conditional?: true;
  /** The query options that it reads: every other one is refused rather than ignored. */
  readonly options?: readonly QueryOption[];
  /** What becomes of the properties of its body; without it there are none. */
  readonly takes?: Takes;
  handle(call: C): Promise<Answer>;
}

export interface Call extends PimCall {
  /** The id of the operation, by which a list's cursors are known. */
  readonly operation: string;
  readonly version: string;
  /** What the template's `{name}`s stand for, as written, and a function's arguments by their names in lower case. */
  readonly names: Readonly<Record<string, string>>;
  /** In one spelling, each name once, and none that the operation does not read. */
  readonly query: URLSearchParams;
  readonly body: unknown;
  header(name: string): string | undefined;
  /** The address of this installation, and that of this call without its query. */
  readonly origin: string;
  readonly url: string;
}

export type Answer =
  | {
      readonly ok: true;
      readonly status: number;
      readonly body: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly ok: false; readonly rejection: Rejection }
  | Refusal;

/** What only the surface itself can refuse: its versions, its links, its own words. */
export interface Refusal {
  readonly ok: false;
  readonly error: SurfaceError;
}

export function done(status: number, body?: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { ok: true, status, body, headers };
}

export function refuse(status: number, code: string, message: string): Refusal {
  return { ok: false, error: { status, code, message } };
}

export function badRequest(message: string): Refusal {
  return refuse(400, "InvalidRequestContent", message);
}

/** Answers with the value, or with the rejection as it is. */
export async function answered<T>(
  outcome: Outcome<T>,
  shape: (value: T) => Answer | Promise<Answer>,
): Promise<Answer> {
  return outcome.ok ? shape(outcome.value) : outcome;
}

/** A value of the path that the template named; its absence is a fault of ours. */
export function nameIn({ names }: Pick<Call, "names">, name: string): string {
  const found = names[name];
  if (found === undefined) throw new Error(`the template has no {${name}}`);
  return found;
}
