/** An operation of Microsoft Graph's contract: where it stands, and what it does with a call. */
import type { Rejection } from "../../domain/rejection.ts";
import type { PimCall } from "../../pim/pim-call.ts";
import type { SurfaceError } from "../odata/errors.ts";

export type Version = "v1.0" | "beta";
export const BOTH: readonly Version[] = ["v1.0", "beta"];
export const BETA: readonly Version[] = ["beta"];

export interface GraphOperation {
  /** A readable name, unique among all operations. */
  readonly id: string;
  readonly method: "GET" | "POST" | "PATCH";
  readonly versions: readonly Version[];
  /** Segments behind the version; `{name}` takes any one, `name()` a function with its arguments. */
  readonly path: readonly string[];
  handle(call: GraphCall): Promise<GraphAnswer>;
}

export interface GraphCall extends PimCall {
  /** What the template's `{name}`s stand for, as written, and a function's arguments by their names in lower case. */
  readonly names: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
  /** The address of this call without its query, for links to further pages. */
  readonly url: string;
  /** The address under which the version is mounted. */
  readonly root: string;
}

export type GraphAnswer =
  | { readonly ok: true; readonly status: number; readonly body: unknown }
  | { readonly ok: false; readonly rejection: Rejection }
  | { readonly ok: false; readonly error: SurfaceError };

export function done(status: number, body?: unknown): GraphAnswer {
  return { ok: true, status, body };
}

/** A value of the path that the template named; its absence is a fault of ours. */
export function nameIn(call: GraphCall, name: string): string {
  const found = call.names[name];
  if (found === undefined) throw new Error(`the template has no {${name}}`);
  return found;
}
