/** What use cases ask of the mail that is planned, and of the addresses that it goes to. */
import type { MailKind, MailState, PlannedMail } from "../domain/mail.ts";
import type { PrincipalRef } from "../domain/principal.ts";
import type { Instant } from "../domain/time.ts";
import type { PageAsk } from "./list-filters.ts";

/** All of the transaction's own tenant; what it plans may be for people of another. */
export interface MailRepository {
  /** One that is planned already stays as it is; where the operator has configured no mail, nothing is planned. */
  plan(mails: readonly PlannedMail[]): Promise<void>;
  /** What this tenant planned on these topics and nobody has accepted yet is never sent, unless it is under way. */
  withdraw(topics: readonly string[]): Promise<void>;
  /** What this tenant planned on these topics and waits still is due then. */
  move(moved: readonly MovedMail[]): Promise<void>;
  /** For people and rules of this tenant, the newest first. */
  list(filter: PageAsk & { readonly to?: PrincipalRef; readonly state?: MailState }): Promise<StoredMail[]>;
}

export interface MovedMail {
  readonly topic: string;
  readonly notBefore: Instant;
}

export interface StoredMail {
  readonly id: string;
  readonly kind: MailKind;
  readonly to: PlannedMail["to"];
  readonly headline: string;
  readonly topic: string | null;
  readonly plannedAt: Instant;
  readonly notBefore: Instant;
  readonly state: MailState;
  readonly attempts: number;
  readonly nextTryAt: Instant;
  /** What the mail server said, or why nobody asked it. */
  readonly lastError: string | null;
  readonly acceptedAt: Instant | null;
}
