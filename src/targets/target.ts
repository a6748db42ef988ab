/** The port every real system stands behind: how a grant becomes access in it, and how that access ends. */
import type { GrantId } from "../domain/ids.ts";
import type { OpenSessions } from "../domain/open-session.ts";
import type { JsonObject } from "../domain/target-binding.ts";
import type { Clock, Instant } from "../domain/time.ts";
import type { Outbound } from "../outbound/places.ts";
import type { Ending } from "./ending.ts";

export { type FaultKind, TargetFault } from "../domain/target-fault.ts";
export type { Endpoint, Outbound } from "../outbound/places.ts";

/**
 * One kind of target. Every method takes `config` as it was stored, with the values of `schema.secrets` put
 * back in by the caller, and validates it again. Every method but `plan`, `capabilities` and the two
 * validators talks to the target and rejects with a `TargetFault` only, or with what `ctx.onStep` threw.
 */
export interface Target {
  /** Closed name of the kind, as in `TargetDefinition.kind`. */
  readonly kind: string;

  /** The kind's own words, for whoever shows its targets, its access and its secrets. */
  readonly words: KindWords;

  readonly schema: TargetSchema;

  /** What is wrong with a configuration, empty when nothing is. Never throws. */
  validateConfig(config: JsonObject): readonly Issue[];

  /** What is wrong with an entitlement, empty when nothing is. Never throws. */
  validateEntitlement(entitlement: JsonObject): readonly Issue[];

  /** Where a target is, for people of the tenant that owns it; never a secret. Pure; asked without secrets. */
  place(config: JsonObject): string;

  /** What approvers and requesters must know about this target. Pure; asked without secrets as well. */
  capabilities(config: JsonObject): Capabilities;

  /**
   * Names what `grant` would make, so that it can be stored before the first effect. Pure, deterministic and
   * independent of the generation and the window, so that an extended grant keeps its handle. Throws a
   * permanent `TargetFault` for an entitlement that `validateEntitlement` refuses.
   */
  plan(spec: Spec): Handle;

  /** Looks at the target without changing it. An unreachable target is a `Health`, not a fault. */
  check(config: JsonObject, ctx: TargetContext, entitlements?: readonly JsonObject[]): Promise<Health>;

  /**
   * Makes the access real, without a usable secret, its end armed first. Idempotent by grant, subject and
   * entitlement. The same call with a higher generation extends or shortens; a lower one is refused as
   * `conflict`, and so are the same generation with another end and access whose removal has begun.
   */
  grant(spec: Spec, config: JsonObject, ctx: TargetContext): Promise<Granted>;

  /**
   * Makes a secret for access that `grant` made, and returns it once. A second claim voids the first secret
   * and cuts its sessions; the same claim twice is refused as `conflict`. After an ambiguous fault the secret
   * may be open but is known to nobody: issue again under a new claim.
   */
  issueSecret(handle: Handle, config: JsonObject, ctx: TargetContext, claim: SecretClaim): Promise<Secret>;

  /** What the holder of a secret can run as it stands. Pure. */
  readyCommands(secret: Secret): readonly ReadyCommand[];

  /** Ends the access and looks again. Idempotent, and final: a late `grant` finds nothing or is refused. */
  revoke(handle: Handle, config: JsonObject, ctx: TargetContext, options: RevokeOptions): Promise<Revoked>;

  /**
   * For a kind that can bring many ends about at once; without it every end is a `revoke`. Connects, so that the
   * first cut need not wait for that.
   */
  openEnding?(config: JsonObject, ctx: TargetContext): Promise<Ending>;

  /**
   * Who is logged in with what each of these handles names, in their order. A kind without it cannot tell, and so does
   * a fault: nothing is concluded from either. Changes nothing, and says nothing of what is done in a session.
   */
  openSessions?(
    handles: readonly Handle[],
    config: JsonObject,
    ctx: TargetContext,
  ): Promise<readonly OpenSessions[]>;

  /** What the target holds that is ours, and what another hand did to it. Changes nothing. */
  observe(config: JsonObject, ctx: TargetContext, filter?: ObserveFilter): Promise<Observed>;
}

export interface TargetSchema {
  /** JSON Schema (draft 2020-12) of the configuration, secrets included and marked `writeOnly`. */
  readonly config: JsonObject;
  /** JSON Schema (draft 2020-12) of an entitlement. */
  readonly entitlement: JsonObject;
  /** The top-level members of `config` that are sealed apart from it. */
  readonly secrets: readonly string[];
}

export interface KindWords {
  /** What people call the kind. */
  readonly label: string;
  /** What becomes of access at its end, in the few words that a list has room for. */
  readonly atTheEnd: string;
  /** The members of its secrets that people are shown, in the order in which they read them. */
  readonly secret: readonly SecretField[];
  /** Where the owner of such a system reads what to prepare. */
  readonly guide: string;
  /** A document of one target, to be changed and applied. */
  readonly example: string;
}

export interface SecretField {
  readonly name: string;
  readonly label: string;
  /** Not for whoever looks over a shoulder: shown when its holder asks. */
  readonly masked: boolean;
  readonly copyable: boolean;
}

/** A line of a POSIX shell that gets the holder of a secret in, or a connection string. */
export interface ReadyCommand {
  readonly label: string;
  readonly line: string;
}

export interface Issue {
  /** JSON pointer into the validated object. */
  readonly path: string;
  readonly message: string;
}

export interface Capabilities {
  /** Who ends the access when nobody but the target is awake; `timerOnly`: nobody. */
  readonly expiry: "native" | "inTargetSweeper" | "requestTime" | "timerOnly";
  /** Worst case, in milliseconds, between the end and the target's own refusal, as long as `expiryAssumes` holds. */
  readonly expiryLagMs: number;
  /** The target rounds an end down to a multiple of this many milliseconds; so is every end that is decided. */
  readonly granularityMs: number;
  /** From when access is made, or its end is moved, to its end: what is shorter is refused when it is asked for. */
  readonly minTtlMs: number;
  /** As `minTtlMs`, the longest. Null: no limit. */
  readonly maxTtlMs: number | null;
  /** What cuts a session that is open when the end passes, with nobody but the target awake. */
  readonly liveSessionAtExpiry: SessionCut;
  /** What cuts a session that is open when the access is revoked. */
  readonly liveSessionOnRevoke: SessionCut;
  /** False: `observe` is never called, and nothing is concluded from what was not seen. */
  readonly canObserve: boolean;
  /** False: no end is moved later, and asking for that is refused. */
  readonly canExtend: boolean;
  /** False: `issueSecret` is never called, and no surface offers one. */
  readonly issuesSecret: boolean;
  /** Sentences: what must hold for the target's own end to work. */
  readonly expiryAssumes: readonly string[];
}

export type SessionCut = "native" | "onRevoke" | "none";

export interface Spec {
  /** Idempotency key. */
  readonly grantId: GrantId;
  /** Bumped by every extension or shortening; at least 0. */
  readonly generation: number;
  readonly subject: Subject;
  readonly entitlement: JsonObject;
  readonly notBefore: Instant;
  /** Exclusive: at this instant the access is over. */
  readonly expiresAt: Instant;
}

export interface Subject {
  /** Stable: tells the members of a group that hold one grant apart. */
  readonly id: string;
  /** Who holds it, for people who look into the target: safe to show to them. */
  readonly display: string;
}

/** Names everything a grant may have made in a target. Strings and numbers only, stored before the first effect. */
export interface Handle {
  readonly [key: string]: string | number;
}

export interface SecretClaim {
  /** Of the claim that was committed before this call; never reused. */
  readonly id: string;
  /** The grant's generation; another one in the target is refused as `conflict`. */
  readonly generation: number;
}

/**
 * What the kind's clients need to get in. Never stored, never logged. Its members stand beside those that every kind's
 * answer has: none is called `targetKind`, `targetLabel`, `fields` or `commands`.
 */
export interface Secret {
  readonly [key: string]: string | number;
  /** Epoch milliseconds: when the target itself stops accepting it. */
  readonly expiresAt: Instant;
}

export interface Granted {
  readonly handle: Handle;
  readonly outcome: "created" | "unchanged" | "updated";
  /** Read back from the target, never later than asked; null when the target holds no end. */
  readonly enforcedUntil: Instant | null;
}

export interface RevokeOptions {
  /** False leaves open sessions alone; they are then reported as residual. */
  readonly cutSessions: boolean;
}

export interface Revoked {
  /** `residual`: something is left, see `residual`; call again, and tell both parties. */
  readonly outcome: "removed" | "absent" | "residual";
  readonly sessionsCut: number;
  /** Empty unless the outcome is `residual`. */
  readonly residual: readonly Residual[];
}

export interface Residual {
  /** A word of the kind's own. */
  readonly kind: string;
  /** What is left, for people. */
  readonly detail: string;
  /** Who gave it, when another hand did. */
  readonly givenBy: string | null;
}

export interface ObserveFilter {
  readonly grantIds: readonly GrantId[];
}

export interface Observed {
  readonly items: readonly ObservedItem[];
  /** What another hand did beside our items: reported, never removed. Left out when a filter is given. */
  readonly drift: readonly Drift[];
  /** False: something may be there that is not listed, so nothing may be concluded from its absence. */
  readonly complete: boolean;
  readonly at: Instant;
}

export interface ObservedItem {
  /** Enough to revoke it, also when its grant is not known any more. */
  readonly handle: Handle;
  readonly grantId: GrantId;
  readonly generation: number;
  readonly subjectId: string;
  /** Whether the entitlement itself is there, as we gave it. */
  readonly present: boolean;
  /** Whether a secret that was given would get in. */
  readonly open: boolean;
  /** Sentences: what keeps everybody out that `grant` cannot mend; each says what to do. Empty when nothing does. */
  readonly hindrances: readonly string[];
  /** The end the target holds now; null when it holds none. */
  readonly enforcedUntil: Instant | null;
  readonly sessions: number;
  readonly drift: readonly Drift[];
}

export interface Drift {
  /** A word of the kind's own. */
  readonly code: string;
  /** What is different, for people. */
  readonly detail: string;
}

export interface Health {
  /** Whether `grant` would be tried: reachable, of a supported version, not ours, in time, privileged enough. */
  readonly ok: boolean;
  readonly reachable: boolean;
  readonly version: string | null;
  /** What we may do and need not: to be taken away. */
  readonly excess: readonly string[];
  /** What we need and may not: with it missing, `ok` is false. */
  readonly missing: readonly string[];
  /** Sentences about everything else that is wrong; those that refuse a grant have `refuses: true`. */
  readonly findings: readonly Finding[];
  /** Whether the target's own end can be relied on. */
  readonly expiry: "enforced" | "bypassable" | "unverified";
  /** Null when it was not measured. */
  readonly clockSkew: ClockSkew | null;
  readonly at: Instant;
}

export interface Finding {
  readonly refuses: boolean;
  readonly detail: string;
}

/** The target's clock minus ours lies within these bounds, in milliseconds. */
export interface ClockSkew {
  readonly earliestMs: number;
  readonly latestMs: number;
}

export interface TargetContext {
  readonly clock: Clock;
  readonly outbound: Outbound;
  /** Stable id of whoever labels objects in the target (this installation); objects of another are never touched. */
  readonly owner: string;
  /** How the systems that hold Curfew's own data name themselves: never a target. */
  readonly forbiddenSystemIdentifiers: readonly string[];
  /**
   * Called and awaited before every effect, with the step's stable name. Throwing stops there, and what was
   * thrown is passed on: for a lease to be looked at again, and for crash tests.
   */
  readonly onStep?: (step: string) => void | Promise<void>;
}
