/** An operation of Azure's contract: where it stands, and what it does with a call. */
import type { Outcome, Rejection } from "../../domain/rejection.ts";
import type { Scope } from "../../domain/scope.ts";
import type { ApplyDeps } from "../../use-cases/apply/apply-deps.ts";
import type { Caller, EffectDeps } from "../../use-cases/ports.ts";
import type { SurfaceError } from "../odata/errors.ts";

export type Namespace = "Microsoft.Solutions" | "Microsoft.Authorization" | "Microsoft.Resources";

export interface ArmOperation {
  /** Microsoft's operationId. */
  readonly id: string;
  readonly method: "GET" | "PUT" | "PATCH" | "POST" | "DELETE";
  /** Null for paths without a provider. */
  readonly namespace: Namespace | null;
  /** What stands before the provider. */
  readonly at: "tenant" | "subscription" | "resourceGroup" | "scope";
  /** Segments behind the namespace (or the whole path, without one); `{name}` takes any one. */
  readonly path: readonly string[];
  readonly versions: readonly string[];
  /** Whether it reads `$filter`; where it does not, one that was sent is refused rather than ignored. */
  readonly filters?: true;
  handle(call: ArmCall): Promise<ArmAnswer>;
}

export interface ArmCall {
  readonly deps: EffectDeps & ApplyDeps;
  readonly caller: Caller;
  /** Before the provider, as the domain knows it. */
  readonly scope: Scope;
  /** What the templates' `{name}`s stand for, as written. */
  readonly names: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
  header(name: string): string | undefined;
  /** The address of this call without its query, for links to further pages. */
  readonly url: string;
  readonly apiVersion: string;
  /** One change of a tenant's configuration at a time. */
  inTurn<T>(work: () => Promise<Outcome<T>>): Promise<Outcome<T>>;
}

export type ArmAnswer =
  | {
      readonly ok: true;
      readonly status: number;
      readonly body: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly ok: false; readonly rejection: Rejection }
  | { readonly ok: false; readonly error: SurfaceError };

export function done(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): ArmAnswer {
  return { ok: true, status, body, headers };
}

/** What only the surface itself can refuse: its versions, its links, its own words. */
export function refuse(status: number, code: string, message: string): ArmAnswer {
  return { ok: false, error: { status, code, message } };
}

export function badRequest(message: string): ArmAnswer {
  return refuse(400, "InvalidRequestContent", message);
}

/** Answers with the value, or with the rejection as it is. */
export async function answered<T>(
  outcome: Outcome<T>,
  shape: (value: T) => ArmAnswer | Promise<ArmAnswer>,
): Promise<ArmAnswer> {
  return outcome.ok ? shape(outcome.value) : outcome;
}

/** A value of the path that the template named; its absence is a fault of ours. */
export function nameIn(call: ArmCall, name: string): string {
  const found = call.names[name];
  if (found === undefined) throw new Error(`the template has no {${name}}`);
  return found;
}
