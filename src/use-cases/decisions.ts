/**
 * Facts in, decision out, one write. A decision names what it is about; the store reads the moment, and the books as of
 * that moment; a pure function decides; what it would change is written only if all it was decided on still holds, and
 * decided again where it does not.
 */
import type { AccessRequest } from "../domain/access-request.ts";
import type { Caller } from "../domain/caller.ts";
import type { Grant } from "../domain/grant.ts";
import type { AccessRequestId, GrantId, RoleDefinitionId, TenantId } from "../domain/ids.ts";
import type { PrincipalRef } from "../domain/principal.ts";
import type { Outcome, Rejection } from "../domain/rejection.ts";
import type { Scope } from "../domain/scope.ts";
import type { Instant } from "../domain/time.ts";
import type { HeldWindow } from "../policy/activation.ts";
import type { Book } from "../policy/book/book.ts";
import type { Books } from "../policy/book/books.ts";
import type { AssignFacts } from "../policy/decisions/assign.ts";
import type { Decided, Refused } from "../policy/decisions/change.ts";
import type { Hanging } from "../policy/decisions/end.ts";
import type { AskFacts } from "../policy/decisions/prepare.ts";
import type { Batches } from "./batches.ts";
import type { Standing } from "./identity-ports.ts";
import type { Alongside } from "./surface-resources.ts";

/** Somebody whose token was verified and whose standing is not known yet: the moment reads it. */
export interface Presented {
  readonly ref: PrincipalRef;
  /** The client that the token was given to. */
  readonly via: string;
  admit(standing: Standing | null): Outcome<Caller>;
  /** Where no moment is read: the standing is asked for by itself. */
  admitNow(): Promise<Outcome<Caller>>;
}

/** Who calls: admitted already, or to be admitted by the moment. */
export type Who = Caller | Presented;

export interface Moment {
  readonly caller: Caller;
  readonly books: Books;
  readonly now: Instant;
}

/** What somebody who asks holds and asked for, in the tenant that owns the scope. */
export interface AskMoment extends Moment, AskFacts {
  readonly home: TenantId;
}

/** A request and what hangs on it; null where there is none of that id. */
export interface RequestMoment extends Moment {
  readonly request: AccessRequest | null;
  /** The grant that it would extend. */
  readonly extending: Grant | null;
  /** The beneficiary's windows at the scope. */
  readonly held: readonly HeldWindow[];
}

/** A grant and what hangs on it; null where there is none of that id. */
export interface GrantMoment extends Moment, AskFacts {
  readonly grant: Grant | null;
  /** The request that led to it. */
  readonly request: AccessRequest | null;
  readonly hanging: Hanging;
}

export interface AssignMoment extends Moment, AssignFacts {
  readonly home: TenantId;
}

export interface CheckMoment extends Moment {
  /** Open grants of the principals at the scopes that were asked about. */
  readonly grants: readonly Grant[];
}

export interface AskAbout {
  readonly home: TenantId;
  readonly beneficiary: PrincipalRef;
  readonly scope: Scope;
  readonly roleDefinitionIds: readonly RoleDefinitionId[];
}

export interface AssignAbout {
  readonly home: TenantId;
  readonly beneficiary: PrincipalRef;
  readonly scope: Scope;
  /** Of an assignment that is to be taken the place of. */
  readonly replaces: GrantId | null;
}

/** Which grants a check needs: of whom, once the book of their tenant is known (null: there is none), and at which scopes. */
export type CheckAbout = (book: Book | null) => {
  readonly principals: readonly PrincipalRef[];
  readonly scopeKeys: readonly string[];
};

/** The caller's own key of a submission: the same call again gets the same answer. */
export interface Repeatable {
  readonly key: string;
  readonly fingerprint: string;
}

export interface StoredAnswer {
  readonly status: number;
  readonly body: string;
}

export interface Made<T, M extends Moment = Moment> {
  readonly value: T;
  /** The moment it was decided at. */
  readonly moment: M;
}

/** Where a key was used before, its answer; else what was decided just now. */
export type Answered<T, M extends Moment> = { readonly kept: StoredAnswer } | Made<T, M>;

export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false;
      readonly rejection: Rejection;
      /** What is written of the refusal, and who was refused. */
      readonly refused?: Refused & { readonly caller: Caller };
    };

export interface Options<T> {
  /** What a surface keeps, in the same transaction. */
  readonly also?: Alongside<T> | undefined;
}

export interface RepeatOptions<T, M extends Moment> extends Options<T> {
  readonly repeat?: Repeatable;
  /** The answer that is kept under the key, made of what was decided and stored with it. */
  readonly answer?: (made: Made<T, M>) => StoredAnswer;
}

export interface GrantOptions<T> extends RepeatOptions<T, GrantMoment> {
  /** Whether more time is asked for, so that windows and earlier asks are looked at too. */
  readonly asking?: boolean;
}

/** A question with the answer of the moment to look at: nothing is stored. */
export interface Looks {
  toAsk(who: Who, about: AskAbout): Promise<Outcome<AskMoment>>;
  atRequest(who: Who, id: AccessRequestId): Promise<Outcome<RequestMoment>>;
  atGrant(who: Who, id: GrantId): Promise<Outcome<GrantMoment>>;
  toAssign(who: Who, about: AssignAbout): Promise<Outcome<AssignMoment>>;
  /** `of`: the tenant of whoever is asked about. */
  toCheck(who: Who, home: TenantId, of: TenantId, about: CheckAbout): Promise<Outcome<CheckMoment>>;
}

export interface Decisions extends Looks {
  /** What the worker decides, many at once. */
  readonly batches: Batches;
  /** The books of these tenants as they are now. */
  books(tenantIds: readonly TenantId[]): Promise<Books>;
  ask<T>(
    who: Who,
    about: AskAbout,
    decide: (moment: AskMoment) => Decided<T>,
    options?: RepeatOptions<T, AskMoment>,
  ): Promise<Result<Answered<T, AskMoment>>>;
  assign<T>(
    who: Who,
    about: AssignAbout,
    decide: (moment: AssignMoment) => Decided<T>,
    options?: RepeatOptions<T, AssignMoment>,
  ): Promise<Result<Answered<T, AssignMoment>>>;
  onRequest<T>(
    who: Who,
    id: AccessRequestId,
    decide: (moment: RequestMoment) => Decided<T>,
    options?: Options<T>,
  ): Promise<Result<Made<T, RequestMoment>>>;
  onGrant<T>(
    who: Who,
    id: GrantId,
    decide: (moment: GrantMoment) => Decided<T>,
    options?: GrantOptions<T>,
  ): Promise<Result<Answered<T, GrantMoment>>>;
}
