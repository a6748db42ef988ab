/** Mails for tests: one of each kind, as whoever plans them would, and the way to send one without a database. */
import type { TenantId } from "../../src/domain/ids.ts";
import { asId } from "../../src/domain/ids.ts";
import type { MailFact, MailKind, MailMessage } from "../../src/domain/mail.ts";
import { HOUR_MS, instant } from "../../src/domain/time.ts";
import type { MailOnItsWay } from "../../src/use-cases/ports.ts";

export const NOON = instant(Date.UTC(2026, 11, 1, 12));
export const TENANT = asId<TenantId>("11111111-1111-4111-8111-111111111111");
export const MAIL_ID = "22222222-2222-4222-8222-222222222222";
export const REQUEST_ID = "33333333-3333-4333-8333-333333333333";

export const FACTS: readonly MailFact[] = [
  { label: "who", value: { text: "Frank Fischer" } },
  { label: "what", value: { text: "Contributor" } },
  { label: "where", value: { text: "Contoso/orders" } },
  { label: "why", value: { text: "fix order 4711\nThe customer waits." } },
  { label: "howLong", value: { durationMs: HOUR_MS } },
  { label: "window", value: { from: NOON, to: instant(NOON + HOUR_MS) } },
  { label: "oldEnd", value: { instant: instant(NOON + HOUR_MS) } },
  { label: "newEnd", value: { instant: instant(NOON + 11 * HOUR_MS + 20_000) } },
];

export function aMail(
  more: Partial<Omit<MailOnItsWay, "message">> & { readonly message?: Partial<MailMessage> } = {},
): MailOnItsWay {
  const { message, ...others } = more;
  return {
    id: MAIL_ID,
    tenantId: TENANT,
    to: { person: asId("44444444-4444-4444-8444-444444444444") },
    kind: "decision_wanted",
    message: {
      headline: "Frank asks for Contributor on Contoso/orders for 1 h",
      facts: FACTS,
      link: `/requests/${REQUEST_ID}`,
      note: null,
      ...message,
    },
    thread: asId(REQUEST_ID),
    topic: null,
    notBefore: NOON,
    urgent: false,
    attempts: 0,
    tenantName: "Contoso",
    settings: { subjectPrefix: null, footer: null, replyTo: null },
    name: "Casey Clark",
    writtenTo: "casey@contoso.example",
    gone: false,
    address: null,
    timeZone: "Europe/Berlin",
    locale: null,
    tokens: { confirm: null, stopDigests: null },
    ...others,
  };
}

export function headlineOf(kind: MailKind): string {
  return `${kind.replaceAll("_", " ")}: Contributor on Contoso/orders`;
}
