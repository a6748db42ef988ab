/** What reaches beyond the store: leases on grants, the targets themselves, and word of what changed. */
import type { ChangeTopic } from "../domain/change-topic.ts";
import type { Entitlement, Grant } from "../domain/grant.ts";
import type { GrantId } from "../domain/ids.ts";
import type { OpenSessions } from "../domain/open-session.ts";
import type { PrincipalRef } from "../domain/principal.ts";
import type { Outcome } from "../domain/rejection.ts";
import type { JsonObject, TargetDefinition } from "../domain/target-binding.ts";
import type { DescribeTarget } from "../domain/target-traits.ts";
import type { Instant } from "../domain/time.ts";
import type { Deps } from "./ports.ts";

/** For the use cases that reach into targets. */
export interface EffectDeps extends Deps {
  readonly gateway: TargetGateway;
  readonly leases: Leases;
  /** Told how long after its end each grant was closed. */
  readonly onExpired?: (latenessMs: number) => void;
  /** Told after each look at targets: how many there are, and of how many the last look failed. */
  readonly onLooked?: (known: number, unreachable: number) => void;
}

/** One holder at a time works on a grant's targets. The lease dies with its holder's connection. */
export interface Leases<K extends string = GrantId> {
  /** Null when somebody else holds it for longer than `waitMs`. */
  withLease<T>(of: K, waitMs: number, work: (lease: Lease) => Promise<T>): Promise<T | null>;
  /** Waits for nobody. */
  takeLeases(of: readonly K[]): Promise<TakenLeases<K>>;
}

export interface Lease {
  isHeld(): boolean;
}

/** Many at once. Whoever took them gives each of them back. */
export interface TakenLeases<K extends string = GrantId> extends Lease {
  /** Those that nobody else held. */
  readonly ids: ReadonlySet<K>;
  release(ids: readonly K[]): Promise<void>;
}

/** The world of targets as a grant's steps need it; what goes wrong there is thrown, as a `TargetFault`. */
export interface TargetGateway {
  /** Names what would be made, before anything is. */
  plan(kind: string, grant: Grant, entitlement: Entitlement): JsonObject;
  /** What its kind says of a target, told without reaching it. */
  readonly traitsOf: DescribeTarget;
  provision(
    grant: Grant,
    entitlement: Entitlement,
    guard: StepGuard,
  ): Promise<{ enforcedUntil: Instant | null }>;
  issueSecret(
    grant: Grant,
    entitlement: Entitlement,
    claimId: string,
    guard: StepGuard,
  ): Promise<IssuedSecret>;
  /** Null when the target was seen without it; otherwise what is left, in words. */
  remove(grant: Grant, entitlement: Entitlement, guard: StepGuard): Promise<string | null>;
  /** Absent where no target can end more than one at a time. */
  readonly together?: EndsTogether;
  /** What a target holds that this installation made, of these grants or of all, and what another hand did to it. */
  observe(target: TargetDefinition, grantIds?: readonly GrantId[]): Promise<Observation>;
  /** Who is logged in there with what each of these holds, in their order; null where its kind cannot tell. */
  sessions(
    target: Pick<TargetDefinition, "tenantId" | "id">,
    held: readonly Entitlement[],
  ): Promise<readonly OpenSessions[] | null>;
  /** Takes out something of ours that no grant needs any more; what is left, in words. */
  removeStray(target: TargetDefinition, item: ObservedAccess, guard: StepGuard): Promise<string | null>;
  /**
   * Reachability, privileges in excess and missing, clock: without changing anything. `proposed`: with this configuration,
   * its secrets in it, instead of the stored one; it reaches where its tenant may, and no further.
   */
  check(
    target: TargetDefinition,
    entitlements: readonly JsonObject[],
    proposed?: JsonObject,
  ): Promise<JsonObject>;
}

/** Many ends in one target at once, under the leases of all their grants. An end that is `left` needs a `remove` of its own. */
export interface EndsTogether {
  /** Whether targets of this kind can do it. */
  serves(target: TargetDefinition): boolean;
  /** Connects ahead of an end that comes in a moment. Never rejects: what is wrong is told by the cut. */
  warm(target: TargetDefinition): Promise<void>;
  /** Whoever is in is out, and stays out. Comes before everything else. */
  cut(target: TargetDefinition, ends: readonly GrantEnd[], guard: StepGuard): Promise<readonly Cut[]>;
  /** Takes it all out; `gone` once the target was seen without it. */
  remove(target: TargetDefinition, ends: readonly GrantEnd[], guard: StepGuard): Promise<readonly Gone[]>;
  /** Lets go of connections that were kept. */
  close(): Promise<void>;
}

export interface GrantEnd {
  readonly grant: Grant;
  readonly entitlement: Entitlement;
}

export type Cut = "cut" | "left";
export type Gone = "gone" | "left";

export interface Observation {
  readonly items: readonly ObservedAccess[];
  /** What another hand did, in words: reported, never undone. */
  readonly drift: readonly string[];
  /** False: nothing may be concluded from an absence. */
  readonly complete: boolean;
}

export interface ObservedAccess {
  readonly grantId: GrantId;
  readonly handle: JsonObject;
  readonly generation: number;
  /** The end that the target holds. */
  readonly enforcedUntil: Instant | null;
  /** Whether the entitlement itself is there, as it was given. */
  readonly present: boolean;
  /** Whether a secret that was given would get in. */
  readonly open: boolean;
  /** In words: what keeps everybody out, and nobody but the target's owner can mend. */
  readonly hindrances: readonly string[];
  readonly drift: readonly string[];
}

/** Given once, and kept nowhere. */
export interface IssuedSecret {
  readonly kind: string;
  /** What people call the kind. */
  readonly label: string;
  /** As programs read them. */
  readonly values: Readonly<Record<string, string | number>>;
  readonly expiresAt: Instant;
  /** As people read them, in the kind's own order. */
  readonly fields: readonly {
    readonly name: string;
    readonly label: string;
    readonly value: string;
    /** Not for whoever looks over a shoulder. */
    readonly masked: boolean;
    readonly copyable: boolean;
  }[];
  /** Lines that can be run as they are. */
  readonly commands: readonly { readonly label: string; readonly line: string }[];
}

/** Tells, within moments and whichever process made it, that a tenant's log grew: of what kind, never what. */
export interface ChangeFeed {
  /** Refused when this caller, or this process, has as many as it may. The value ends it. */
  watch(watcher: PrincipalRef, tell: (topics: readonly ChangeTopic[]) => void): Promise<Outcome<() => void>>;
}

/** Asked before every single effect; false stops there. */
export type StepGuard = () => Promise<boolean>;
