/** What lists of requests and grants are asked by. Whatever a caller may not see, or did not ask for, the store leaves out. */
import type { RequestState } from "../domain/access-request.ts";
import type { Grant, GrantState } from "../domain/grant.ts";
import type { AccessRequestId, ApplicationId, GrantId, RoleDefinitionId } from "../domain/ids.ts";
import type { PrincipalRef } from "../domain/principal.ts";
import type { ScopeFamily } from "../domain/scope.ts";
import type { Instant } from "../domain/time.ts";

/** Behind what a list goes on: the thing of this id, and of this instant (or number) where the list is in the order of one. */
export interface Position {
  readonly at: number | null;
  readonly id: string;
}

export interface PageAsk {
  readonly limit: number;
  readonly after?: Position;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Where the next page begins; null at the end. */
  readonly after: Position | null;
}

/** In one of these states at an instant: by the clock, whatever the worker has marked since. */
export interface StatesAt<S extends string> {
  readonly anyOf: readonly S[];
  readonly at: Instant;
}

export interface RequestFilter extends PageAsk {
  readonly ids?: readonly AccessRequestId[];
  readonly states?: StatesAt<RequestState["name"]>;
  readonly requester?: PrincipalRef;
  readonly scopeKey?: string;
  readonly roleDefinitionId?: RoleDefinitionId;
  readonly decidedBy?: PrincipalRef;
  readonly from?: Instant;
  readonly to?: Instant;
  readonly applicationIds?: readonly ApplicationId[];
  /** Key of a scope: there and below it. */
  readonly under?: string;
  /** Key of a scope: there, below it and above it. */
  readonly concerning?: string;
  readonly about?: ScopeFamily;
  /** Only what this caller may see. */
  readonly seenBy?: Sight;
  /**
   * Pending, of this tenant, with a seat for any of these, of then: who may decide today is not for the store to say. In
   * the order in which they must be decided.
   */
  readonly waitingFor?: readonly PrincipalRef[];
}

/** Of whom requests are seen: asked by or for them, naming them or a group that holds them, of what they own. */
export interface Sight {
  readonly person: PrincipalRef;
  readonly holders: readonly PrincipalRef[];
  readonly applicationIds: readonly ApplicationId[];
}

export interface GrantFilter extends PageAsk {
  readonly ids?: readonly GrantId[];
  readonly states?: StatesAt<GrantState["name"]>;
  readonly beneficiaries?: readonly PrincipalRef[];
  readonly requestId?: AccessRequestId;
  readonly requestIds?: readonly AccessRequestId[];
  readonly underGrantId?: GrantId;
  readonly applicationId?: ApplicationId;
  readonly applicationIds?: readonly ApplicationId[];
  readonly about?: ScopeFamily;
  /** That nobody has closed yet: those past their end among them, until the worker comes. */
  readonly unclosed?: true;
  readonly kind?: Grant["kind"];
  /** Emergencies that nobody has reviewed. */
  readonly unreviewed?: true;
  /** Key of a scope: there and below it. */
  readonly under?: string;
  /** Key of a scope: held there, below it or above it. */
  readonly concerning?: string;
}
