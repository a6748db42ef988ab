/** Who did it and whose logs it goes into, from the server's own context (I14). */
import type { Caller } from "./caller.ts";
import type { Actor, DomainEvent, EventType } from "./event.ts";
import type { TenantId } from "./ids.ts";
import type { JsonObject } from "./target-binding.ts";

/** What an event is about: the subject, the tenant that owns it, the other party, the request it belongs to. */
export interface About {
  readonly kind: string;
  readonly id: string;
  readonly tenantId: TenantId;
  readonly otherTenantId: TenantId | null;
  readonly correlationId: string;
}

/**
 * INVARIANT I11: the other party learns that somebody of the owning tenant acted, not who; the name is a private fact
 * to which its log holds a commitment.
 */
export function stamp(type: EventType, about: About, caller: Caller, facts: JsonObject): DomainEvent {
  const named: Actor = { kind: caller.kind, ref: caller.ref, via: caller.session.via };
  if (about.otherTenantId === null || caller.ref.tenantId !== about.tenantId)
    return event(type, about, named, facts);
  return {
    ...event(type, about, { kind: "party", tenantId: about.tenantId, via: caller.session.via }, facts),
    privateFacts: { tenantId: about.tenantId, facts: { actor: caller.ref.objectId } },
  };
}

/** The same as the other party's log has it, which this is all of: that somebody of the owning tenant did it, and to whom. */
export function stampForParty(
  type: EventType,
  about: About,
  caller: Caller,
  { to, facts }: { readonly to: TenantId; readonly facts: JsonObject },
): DomainEvent {
  const actor: Actor = { kind: "party", tenantId: about.tenantId, via: caller.session.via };
  return { ...event(type, about, actor, facts), parties: [to] };
}

export function stampSystem(type: EventType, about: About, facts: JsonObject): DomainEvent {
  return event(type, about, { kind: "system", via: "curfew" }, facts);
}

function event(type: EventType, about: About, actor: Actor, facts: JsonObject): DomainEvent {
  const parties = about.otherTenantId === null ? [about.tenantId] : [about.tenantId, about.otherTenantId];
  return {
    type,
    subject: { kind: about.kind, id: about.id },
    actor,
    parties,
    facts,
    correlationId: about.correlationId,
  };
}
