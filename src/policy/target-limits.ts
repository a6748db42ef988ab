/** What the targets that a role leads to allow: how long access may last in them, whether its end may be moved, and where ends fall. */
import type { Grant } from "../domain/grant.ts";
import type { RoleDefinitionId } from "../domain/ids.ts";
import { bindingServes } from "../domain/target-binding.ts";
import type { TargetTraits } from "../domain/target-traits.ts";
import { type Instant, instant } from "../domain/time.ts";
import type { Book } from "./book/book.ts";

/** A target that holding a role leads to. */
export interface BoundTarget {
  readonly roleDefinitionId: RoleDefinitionId;
  /** Null where its kind is not known here: nothing can be opened in it. */
  readonly traits: TargetTraits | null;
}

export type HeldAt = Pick<Grant, "scope" | "managedScope" | "kind">;

/** By the bindings of today, one for each target and role. `book`: of the tenant that owns the scope. */
export function boundTargets(
  book: Book,
  roleDefinitionIds: readonly RoleDefinitionId[],
  { scope, managedScope, kind }: HeldAt,
): readonly BoundTarget[] {
  const standing = kind === "standing";
  return roleDefinitionIds.flatMap((roleDefinitionId) => {
    const serving = book
      .bindingsOf(roleDefinitionId)
      .filter((binding) => bindingServes(binding, { roleDefinitionId, scope, managedScope, standing }));
    const targets = new Set(serving.map(({ targetId }) => targetId));
    return [...targets].map((id) => ({ roleDefinitionId, traits: book.traitsOf(id) }));
  });
}

/**
 * Rounded down as each of the targets would: what a grant promises is what its targets hold. With several, to what all
 * of them can hold.
 */
export function heldEnd(endsAt: Instant, targets: readonly BoundTarget[]): Instant {
  const stepMs = targets.reduce((step, { traits }) => commonMultiple(step, traits?.granularityMs ?? 1), 1);
  return instant(endsAt - (endsAt % stepMs));
}

function commonMultiple(a: number, b: number): number {
  const [one, other] = [Math.max(1, Math.trunc(a)), Math.max(1, Math.trunc(b))];
  return (one / greatestDivisor(one, other)) * other;
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}
