/** What a contract test needs to know of a target beside the target itself, and the verbs it speaks. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { asId, type GrantId } from "../../src/domain/ids.ts";
import type { JsonObject } from "../../src/domain/target-binding.ts";
import { addMs, type Clock, HOUR_MS, type Instant, instant } from "../../src/domain/time.ts";
import {
  type Handle,
  type Secret,
  type Spec,
  type Target,
  type TargetContext,
  TargetFault,
} from "../../src/targets/target.ts";

export interface TargetHarness {
  readonly target: Target;
  readonly config: JsonObject;
  readonly entitlement: JsonObject;
  context(more?: Partial<TargetContext>): TargetContext;
  /** Tries the secret as its holder's client would, and uses the entitlement. */
  attempt(secret: Secret): Promise<"in" | "refused">;
  /** Gets in with the secret and stays. */
  openSession(secret: Secret): Promise<OpenSession>;
  /** Looks around the target, not through it. */
  look(handle: Handle): Promise<Sight>;
  /** What a person with power over the target does behind our back. */
  readonly byHand: {
    moveEnd(handle: Handle, to: Instant): Promise<void>;
    takeEntitlement(handle: Handle): Promise<void>;
    /** Gives something that we may not take away; returns how to take it. */
    giveForGood(handle: Handle): Promise<() => Promise<void>>;
    /** Gives us more power than we need; returns how to take it. */
    giveUsPower(): Promise<() => Promise<void>>;
    /** Takes power from us that we need; returns how to give it back. */
    takeOurPower(): Promise<() => Promise<void>>;
  };
  /** A configuration that leads nowhere. */
  readonly deadConfig: JsonObject;
  /** Identifiers of the cluster itself, as if it were our own. */
  readonly ownIdentifiers: readonly string[];
  /** Everything the target logs about what it is asked. */
  log(): string;
  close(): Promise<void>;
}

export interface OpenSession {
  isAlive(): Promise<boolean>;
  close(): Promise<void>;
}

export interface Sight {
  readonly exists: boolean;
  /** Someone with the right secret would get in. */
  readonly open: boolean;
  readonly entitled: boolean;
  readonly endsAt: Instant | null;
}

export const systemClock: Clock = { now: () => instant(Date.now()) };

export class Crash extends Error {}

export function specOf(harness: Pick<TargetHarness, "entitlement">, more: Partial<Spec> = {}): Spec {
  const now = systemClock.now();
  return {
    grantId: newGrantId(),
    generation: 1,
    subject: { id: randomUUID(), display: "frank@fabrikam.example" },
    entitlement: harness.entitlement,
    notBefore: now,
    expiresAt: addMs(now, HOUR_MS),
    ...more,
  };
}

export function newGrantId(): GrantId {
  return asId<GrantId>(randomUUID());
}

export function grant(harness: TargetHarness, spec: Spec) {
  return harness.target.grant(spec, harness.config, harness.context());
}

export function issue(
  harness: TargetHarness,
  handle: Handle,
  claim: { id?: string; generation?: number } = {},
) {
  const whole = { id: randomUUID(), generation: 1, ...claim };
  return harness.target.issueSecret(handle, harness.config, harness.context(), whole);
}

export function revoke(harness: TargetHarness, handle: Handle) {
  return harness.target.revoke(handle, harness.config, harness.context(), { cutSessions: true });
}

export async function remove(harness: TargetHarness, handle: Handle): Promise<void> {
  const { outcome, residual } = await revoke(harness, handle);
  assert.deepEqual({ outcome, residual }, { outcome: "removed", residual: [] });
  assert.equal((await harness.look(handle)).exists, false);
}

export async function refuses(
  work: Promise<unknown>,
  kind: TargetFault["kind"],
  message = /./,
): Promise<void> {
  const fault = await faultOf(work);
  assert.equal(fault.kind, kind, fault.message);
  assert.match(fault.message, message);
}

export async function faultOf(work: Promise<unknown>): Promise<TargetFault> {
  const thrown = await work.then(
    () => assert.fail("was not refused"),
    (error: unknown) => error,
  );
  assert.ok(thrown instanceof TargetFault, String(thrown));
  return thrown;
}

export async function exists(harness: TargetHarness, spec: Spec): Promise<boolean> {
  return (await harness.look(harness.target.plan(spec))).exists;
}

export async function driftCodes(harness: TargetHarness): Promise<string[]> {
  const { items } = await harness.target.observe(harness.config, harness.context());
  return items.flatMap((item) => item.drift.map((drift) => drift.code));
}
