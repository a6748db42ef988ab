/**
 * What a surface's caller made a change depend on (If-Match, If-None-Match). It is asked in the transaction that makes the
 * change, of what is there once nobody else can change it: what was true when somebody looked may not be any more.
 */
import { type AccessRequestId, type ApplicationId, asId, type OfferId } from "../domain/ids.ts";
import { accept, type Outcome, reject } from "../domain/rejection.ts";
import { type Scope, sameScope } from "../domain/scope.ts";
import type { Tx } from "./ports.ts";
import { type Alongside, asking, nothingAlongside } from "./surface-resources.ts";

/**
 * Of the object, and of what a surface keeps of it: 0 where that is nothing. What is made again under a name that was given
 * up begins at the same versions, and is another object.
 */
export type Versions = readonly [subjectId: string, object: number, kept: number];

/** A resource as its caller found it. */
export interface Sighted {
  readonly kind: "application" | "applicationDefinition" | "jitRequest";
  readonly id: string;
  /** Null where nothing was there. */
  readonly subjectId: string | null;
}

export interface Precondition extends Sighted {
  /** Whether the change may be made of what is at these versions by now; null where nothing is there. */
  isMet(versions: Versions | null): boolean;
}

/** Before everything else that a surface does beside a change. */
export function provided<T>(
  precondition: Precondition | null,
  also: Alongside<T> = nothingAlongside,
): Alongside<T> {
  return precondition === null ? also : asking((tx) => requireMet(tx, precondition), also);
}

/**
 * Applications and definitions are changed in their owner's turn. A request changes as its row does: a decision compares
 * that at its commit, everybody else holds it.
 */
export async function requireMet(tx: Tx, precondition: Precondition, hold?: "lock"): Promise<Outcome<void>> {
  const { kind, id } = precondition;
  if (kind !== "jitRequest") await tx.takeTurns([tx.tenantId], []);
  await tx.resources.claim(kind, id);
  return precondition.isMet(await versionsOf(tx, precondition, hold)) ? accept(undefined) : CHANGED;
}

const CHANGED = reject(
  "version_conflict",
  "it changed since you looked, or is not there; look again before changing it",
);

async function versionsOf(tx: Tx, { kind, id, subjectId }: Sighted, hold?: "lock"): Promise<Versions | null> {
  const kept =
    subjectId === null ? await tx.resources.find(kind, id) : (await tx.resources.of(kind, [subjectId]))[0];
  const subject =
    subjectId ?? kept?.subjectId ?? (kind === "application" ? await applicationAt(tx, id) : null);
  const version = subject === null ? null : await VERSIONS[kind](tx, subject, hold);
  return subject === null || version === null ? null : [subject, version, kept?.version ?? 0];
}

/** One that was deployed on another surface has nothing kept of it. */
async function applicationAt(tx: Tx, id: string): Promise<string | null> {
  return (await tx.applications.own()).find(({ scope }) => sameScope(scope, id as Scope))?.id ?? null;
}

type VersionOf = (tx: Tx, subjectId: string, hold?: "lock") => Promise<number | null>;

const VERSIONS: Readonly<Record<Sighted["kind"], VersionOf>> = {
  async application(tx, id) {
    const found = await tx.applications.find(asId<ApplicationId>(id));
    return found === null || found.deletedAt !== null ? null : found.version;
  },
  applicationDefinition: async (tx, id) =>
    (await tx.applications.offer(tx.tenantId, asId<OfferId>(id)))?.offer.latestVersion ?? null,
  jitRequest: async (tx, id, hold) =>
    (await tx.requests.find(asId<AccessRequestId>(id), hold))?.version ?? null,
};
