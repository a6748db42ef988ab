/** What one fact says to whom, before it is known how they want to hear it. */
import type { AccessRequest } from "../../domain/access-request.ts";
import type { Grant } from "../../domain/grant.ts";
import type { AccessRequestId, GrantId } from "../../domain/ids.ts";
import type { MailFact } from "../../domain/mail.ts";
import type { NotificationRule } from "../../domain/notification-rules.ts";
import type { PrincipalRef } from "../../domain/principal.ts";
import type { Instant } from "../../domain/time.ts";
import type { Fact } from "../batches.ts";
import type { Row } from "./matrix.ts";

export interface News {
  readonly row: Row;
  readonly to: readonly PrincipalRef[];
  /** Who gets it by mail, where that is not everybody whom the portal tells. */
  readonly mailTo?: readonly PrincipalRef[];
  /** One sentence. */
  readonly text: (reader: PrincipalRef) => string;
  /** The same without instants, which a mail says in its reader's own time. */
  readonly headline?: (reader: PrincipalRef) => string;
  readonly facts: (reader: PrincipalRef) => readonly MailFact[];
  readonly note?: string;
  /** A path of the portal. */
  readonly link: string | null;
  readonly requestId: AccessRequestId | null;
  readonly grantId: GrantId | null;
  /** Which of the nine rules rules the mail; null: none does. */
  readonly rule: NotificationRule | null;
  readonly topic?: string;
  /** Where it is not due when it happened, or a while after. */
  readonly notBefore?: Instant;
  /** What it tells of, where several facts lead to one and the same mail. */
  readonly once?: string;
  /** What was done in one go is one mail for each reader, which says how much more there is. */
  readonly together?: string;
}

export interface ToldOf {
  readonly news: readonly News[];
  /** What approvers were told, that they are wanted, becomes this. */
  readonly retold?: {
    readonly request: AccessRequest;
    readonly to: readonly PrincipalRef[];
    readonly text: string;
  };
  /** Topics of mail that is needless by now. */
  readonly withdrawn?: readonly string[];
}

export const NOTHING: ToldOf = { news: [] };

export interface OfRequest extends Fact {
  readonly request: AccessRequest;
}
export interface OfGrant extends Fact {
  readonly grant: Grant;
}
