/** The seam between the stream of a tenant's log and a system that watches it: what is told of an event, and what the far side said. */
import type { AuditActor, Opening } from "../audit/entry.ts";
import type { TenantId } from "../domain/ids.ts";
import type { JsonObject } from "../domain/target-binding.ts";
import type { Instant } from "../domain/time.ts";
import type { OutboundHttp } from "../outbound/http.ts";

/** One entry of a tenant's log as the tenant's own auditor reads it. A repeat of it has the same id, number and hashes. */
export interface ExportedEvent {
  /** The entry's id, a GUID in lower case: by it a receiver knows a repeat. */
  readonly id: string;
  /** Whose log the entry stands in. */
  readonly tenantId: TenantId;
  readonly tenantName: string;
  /** The entry's number in that log: from 1, without a gap. */
  readonly number: number;
  readonly at: Instant;
  /** A past-tense name out of `EVENT_TYPES`, such as `request.approved`. */
  readonly type: string;
  readonly actor: AuditActor;
  /** For people, as they are called now; null where Curfew itself acted. The other party's people have no name here. */
  readonly actorName: string | null;
  readonly subject: { readonly kind: string; readonly id: string };
  readonly parties: readonly TenantId[];
  /** The access request that the entry belongs to, else the HTTP request. */
  readonly correlationId: string;
  /** What every party may read. Text in it is text from outside: whoever writes a line or a field of it escapes it. */
  readonly facts: JsonObject;
  /** Name of a private fact -> base64url(SHA-256(salt || JCS(value))); docs/audit.md. */
  readonly commitments: Readonly<Record<string, string>>;
  /** This tenant's own private facts, in clear. */
  readonly openings: readonly Opening[];
  /** What happened, for people; no part of what is hashed. */
  readonly sentence: string;
  /** SHA-256(0x00 || JCS(entry)), base64url. */
  readonly leafHash: string;
  /** The chain's link up to here, base64url. */
  readonly linkHash: string;
}

/** One open way to a far side. Never asked twice at once. */
export interface Sender {
  /** How many events it is handed at a time at the most. */
  readonly mostEvents: number;
  /**
   * Whether an entry of the log says what its far side refused for good. Only of a sink that passes such entries over:
   * another would refuse that entry next, without an end.
   */
  readonly refusalIsEntry?: true;
  /**
   * Events of one tenant, at least one, in the order of their numbers and without a gap. Resolves once the far side has
   * answered: what is accepted is never sent again, so `accepted` is said of what the far side has, and of nothing else.
   * A `SinkFault` that is thrown is as `later`; anything else that is thrown is too, and its message is not shown.
   */
  send(events: readonly ExportedEvent[]): Promise<Sent>;
  /** Gives back what it holds; a send that is under way ends soon, as `later`. */
  close(): Promise<void>;
}

export type Sent =
  /** All up to and with this number; the others, if any, are handed over again. */
  | { readonly kind: "accepted"; readonly through: number }
  /** Nothing of it is known to be there: all of it is handed over again, with the same ids. Null: as the stream's back-off says. */
  | { readonly kind: "later"; readonly afterMs: number | null; readonly reason: string }
  /**
   * Those before this number are accepted, and this one never will be. `event`: it is laid aside as a dead letter, and the
   * stream goes on. `sink`: nothing will be accepted before somebody changes something, and the sink is paused, nothing lost.
   */
  | {
      readonly kind: "refused";
      readonly what: "event" | "sink";
      readonly number: number;
      readonly reason: string;
    };

/** Why something was not sent. Its message is shown to whoever owns the sink: it may name a host, and never a secret. */
export class SinkFault extends Error {
  override readonly name = "SinkFault";
}

/** What a kind of sink needs to reach its far side. */
export interface SinkContext {
  /** For this tenant only: where it may not go, nothing is sent. */
  readonly http: OutboundHttp;
  readonly now: () => Instant;
}

export interface SinkIssue {
  /** The member at fault, as in `["address"]`. */
  readonly path: readonly string[];
  readonly message: string;
}

/** A kind of sink that a tenant's administrator sets up, as a document of its own with sealed secrets. */
export interface TenantSinkKind {
  /** Closed name of the kind, such as `webhook`. */
  readonly kind: string;
  /** What people call it. */
  readonly label: string;
  /** JSON Schema (draft 2020-12) of the configuration, secrets included and marked `writeOnly`. */
  readonly schema: JsonObject;
  /**
   * The top-level members of the configuration that are sealed apart from it. Beside the one that Curfew makes stand
   * `previous` and `previousUntil` (RFC 3339) while another one takes its place.
   */
  readonly secrets: readonly string[];
  /** A secret that Curfew makes where nobody gives one: it is shown once, and until there is one nothing is sent. */
  readonly makes?: { readonly secret: string; make(): string };
  /** What is wrong with a configuration, secrets included, empty when nothing is. Never throws. */
  validate(config: JsonObject): readonly SinkIssue[];
  /** Where it sends to, for people; never a secret. Asked without secrets. */
  place(config: JsonObject): string;
  open(config: JsonObject, context: SinkContext): Promise<Sender>;
}

/** A sink of the operator's, which gets the events of every tenant. */
export interface OperatorSink {
  /** Closed name, such as `jsonLines`: there is one of each. */
  readonly kind: string;
  readonly label: string;
  /** Where it sends to, for the operator; never a secret. */
  readonly place: string;
  open(): Promise<Sender>;
}
