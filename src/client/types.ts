/** The things that answers are made of, by the names people use. */
import type { Answer, Input } from "./client.ts";

export type { AccessRequest, Grant, Me } from "./api-types.d.ts";
export type Preview = Answer<"previewAccessRequest">;
export type Ask = Input<"previewAccessRequest">["body"];
export type Eligibility = Answer<"listMyEligibilities">["items"][number];
export type Person = Answer<"listPrincipals">["items"][number];
export type Notification = Answer<"listMyNotifications">["items"][number];
export type AuditRow = Answer<"listAuditEntries">["items"][number];
export type ConfigurationDocument = Answer<"listConfiguration">["items"][number];
