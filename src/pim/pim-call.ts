/** What a call to any of the surfaces of Privileged Identity Management stands on, whichever of them it came through. */
import type { Outcome } from "../domain/rejection.ts";
import type { ApplyDeps } from "../use-cases/apply/apply-deps.ts";
import type { Caller, EffectDeps } from "../use-cases/ports.ts";

export interface PimCall {
  readonly deps: EffectDeps & ApplyDeps;
  readonly caller: Caller;
  queued<T>(work: () => Promise<Outcome<T>>): Promise<Outcome<T>>;
}
