/** What use cases ask of the mail that is planned, and of the addresses that it goes to. */
import type { TenantId } from "../domain/ids.ts";
import type { MailAddress, MailKind, MailState, PlannedMail } from "../domain/mail.ts";
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
  /** Of these, what waits still, with all that it takes to send it. */
  toSend(ids: readonly string[]): Promise<MailToSend[]>;
  /** What came of it; one that is not waiting any more is left as it is, but where it was accepted. */
  settle(id: string, came: CameOfMail): Promise<void>;
  /** Nobody was asked about these: they are due as before. */
  giveBack(ids: readonly string[]): Promise<void>;
  /** Whether the operator has configured mail at all. */
  isOn(): Promise<boolean>;
  settings(): Promise<MailSettings>;
  setSettings(settings: MailSettings): Promise<void>;
  /** By address. */
  addresses(filter: {
    readonly limit: number;
    readonly after: string;
    readonly switchedOff?: boolean;
  }): Promise<StoredAddress[]>;
  address(address: string, lock?: "lock"): Promise<StoredAddress | null>;
  addressById(id: string, lock: "lock"): Promise<StoredAddress | null>;
  saveAddress(address: Omit<StoredAddress, "id" | "person">): Promise<void>;
  /** From then on whoever holds what `tokenHash` is the SHA-256 of may do this one thing. */
  keepLink(link: MailLink & { readonly tokenHash: Buffer; readonly until: Instant }): Promise<void>;
}

export interface MailLink {
  /** In small letters. */
  readonly address: string;
  readonly purpose: "confirm" | "stop_digests";
}

/** As a tenant has them; null is as if it had none. */
export interface MailSettings {
  readonly subjectPrefix: string | null;
  /** Plain text, at the end of each mail. */
  readonly footer: string | null;
  readonly replyTo: string | null;
}

export interface StoredAddress extends MailAddress {
  readonly id: string;
  /** Whose it is; null where a rule alone names it. */
  readonly person: { readonly objectId: string; readonly displayName: string } | null;
  readonly ruleOf: string | null;
  /** When, and how often, it was asked to be confirmed. */
  readonly askedAt: Instant | null;
  readonly asked: number;
}

export interface MailToSend extends PlannedMail {
  readonly attempts: number;
  readonly tenantName: string;
  readonly settings: MailSettings;
  readonly name: string | null;
  /** As it is written, where there is one. */
  readonly writtenTo: string | null;
  readonly gone: boolean;
  readonly address: StoredAddress | null;
  /** By whose clock it is put into words; null: by UTC. */
  readonly timeZone: string | null;
  readonly locale: string | null;
}

export type CameOfMail =
  | { readonly state: "sent"; readonly at: Instant }
  | { readonly state: "withdrawn" | "refused" | "given_up"; readonly error: string }
  | { readonly state: "waiting"; readonly nextTryAt: Instant; readonly error: string };

/** A mail on its way, in facts; `mail/` puts it into words. */
export interface MailOnItsWay extends MailToSend {
  readonly writtenTo: string;
  /** What its own links are made of, where it has such. */
  readonly tokens: { readonly confirm: string | null; readonly stopDigests: string | null };
}

/** `unreachable`: nobody was asked about this one, and there is no use in asking about the next. */
export type Delivery =
  | { readonly outcome: "accepted" }
  | { readonly outcome: "refused"; readonly error: string; readonly ofAddress: boolean }
  | { readonly outcome: "later" | "unreachable"; readonly error: string };

/** The way to the operator's mail server. */
export interface Mailer {
  deliver(mail: MailOnItsWay): Promise<Delivery>;
  newToken(): { readonly token: string; readonly hash: Buffer };
  /** What is open is closed. Used again it opens anew. */
  rest(): void;
}

/** Where mail is due, across tenants: ids only. */
export interface DueMail {
  /** Nobody else is given them until `takenTo`. */
  mail(
    until: Instant,
    most: { readonly ofOne: number; readonly inAll: number },
    takenTo: Instant,
  ): Promise<readonly { readonly tenantId: TenantId; readonly id: string }[]>;
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
