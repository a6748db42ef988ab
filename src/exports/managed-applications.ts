/**
 * The lifecycle webhook of managed applications: a publisher hears when one of its offer is deployed, changed or deleted,
 * as Azure has it (Azure managed applications with notifications). It is an export that is handed the publisher's whole
 * log and tells of little in it; all else is passed over. The publisher's log holds nothing of a consumer that is not the
 * publisher's to know (I11), and of an entry only its instant, the application's id and the offer's are sent.
 */
import { isLifecycleEndpoint, LIFECYCLE_KIND, lifecycleUrl } from "../domain/lifecycle-webhook.ts";
import type { JsonObject } from "../domain/target-binding.ts";
import { formatInstant, HOUR_MS } from "../domain/time.ts";
import { type OutboundAnswer, OutboundFault } from "../outbound/http.ts";
import { safeJson } from "./payload.ts";
import type { ExportedEvent, Sender, Sent, SinkContext, SinkIssue, TenantSinkKind } from "./sink.ts";
import { retryAfterMs } from "./webhook.ts";

/** Passing over costs nothing; what is posted ends the batch, so that no more than one event is ever posted again. */
const MOST_EVENTS = 500;
const ANSWER_MS = 15_000;
/** Azure's: who cannot be reached for so long after an event is not told of it any more. */
const TRIED_FOR_MS = 10 * HOUR_MS;
const MOST_CHARS = { offer: 128, address: 2_048, query: 2_048 };

export const managedApplicationsSink: TenantSinkKind = {
  kind: LIFECYCLE_KIND,
  label: "Managed applications",
  schema: {
    type: "object",
    additionalProperties: false,
    required: ["offer", "address"],
    properties: {
      offer: {
        type: "string",
        title: "Offer",
        description: "the name of the offer whose applications are told of",
        minLength: 1,
        maxLength: MOST_CHARS.offer,
      },
      address: {
        type: "string",
        title: "Address",
        description: "https, without a query; `/resource` is appended, as Azure does",
        format: "uri",
        maxLength: MOST_CHARS.address,
      },
      query: {
        type: "string",
        title: "Query",
        description: "what follows the ?, such as sig=TOKEN, by which the receiver knows who posts",
        minLength: 1,
        maxLength: MOST_CHARS.query,
        writeOnly: true,
      },
    },
  },
  secrets: ["query"],
  validate,
  place: ({ address }) => (typeof address === "string" && URL.canParse(address) ? new URL(address).host : ""),
  open: async (config, context) => senderTo(config, context),
};

function validate({ offer, address, query, ...rest }: JsonObject): readonly SinkIssue[] {
  const issues: SinkIssue[] = [];
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined)
    issues.push({
      path: [unknown],
      message: `there is no \`${unknown}\`; there are offer, address and query`,
    });
  if (typeof offer !== "string" || offer === "" || offer.length > MOST_CHARS.offer)
    issues.push({ path: ["offer"], message: "the name of an offer of this organisation" });
  const isQuery = query === undefined || (typeof query === "string" && query !== "");
  if (typeof address !== "string" || !isLifecycleEndpoint({ address, query: null }))
    issues.push({
      path: ["address"],
      message: "an address begins with https:// and has no query, fragment, user name or password",
    });
  else if (!isQuery || !isLifecycleEndpoint({ address, query: query === undefined ? null : String(query) }))
    issues.push({ path: ["query"], message: "what follows the ? of an address, such as sig=TOKEN" });
  return issues;
}

function senderTo(config: JsonObject, { http, now }: SinkContext): Sender {
  const stopping = new AbortController();
  const url = lifecycleUrl({
    address: String(config.address),
    query: typeof config.query === "string" ? config.query : null,
  });
  return {
    mostEvents: MOST_EVENTS,
    refusalIsEntry: true,
    async send(events) {
      let through = 0;
      for (const event of events) {
        const told = notificationsOf(event, String(config.offer));
        let refused: Sent | null = null;
        for (const one of told) {
          const said = await post(event, one);
          if (said === null) continue;
          // What was passed over is behind us, whatever becomes of this one.
          if (said.kind === "later") return through > 0 ? { kind: "accepted", through } : said;
          refused = said;
          if (said.kind === "refused" && said.what === "sink") break;
        }
        // Who does not want one of them may want the other: both were sent.
        if (refused !== null) return refused;
        through = event.number;
        if (told.length > 0) break;
      }
      return { kind: "accepted", through };
    },
    close: async () => stopping.abort(),
  };

  /** Null where it was accepted. */
  async function post({ id, at, number }: ExportedEvent, told: Notification): Promise<Sent | null> {
    const notLater = (reason: string, afterMs: number | null): Sent =>
      now() - at < TRIED_FOR_MS
        ? { kind: "later", afterMs, reason }
        : { kind: "refused", what: "event", number, reason: `${reason}, 10 hours after it happened` };
    try {
      const answer = await http.send({
        method: "POST",
        url,
        headers: {
          "content-type": "application/json; charset=utf-8",
          // Azure has no id; a repeat is known by it.
          "webhook-id": `${id}.${told.provisioningState.toLowerCase()}`,
        },
        body: safeJson({ ...told }),
        timeoutMs: ANSWER_MS,
        signal: stopping.signal,
      });
      return saidBy(answer, number, notLater);
    } catch (error) {
      if (!(error instanceof OutboundFault)) throw error;
      if (error.kind === "forbidden") return { kind: "refused", what: "sink", number, reason: error.message };
      return notLater(error.message, null);
    }
  }
}

/** Azure tries again after 429, 500 and above, and where nobody is there; what else is no success is not tried again. */
function saidBy(
  { status, headers }: OutboundAnswer,
  number: number,
  notLater: (reason: string, afterMs: number | null) => Sent,
): Sent | null {
  if (status >= 200 && status < 300) return null;
  const reason = `it answers ${status}`;
  if (status === 429 || status >= 500) return notLater(reason, retryAfterMs(headers["retry-after"]));
  return { kind: "refused", what: "event", number, reason };
}

/** The body, as Azure's for applications of a service catalog. */
export interface Notification {
  readonly eventType: "PUT" | "PATCH" | "DELETE";
  readonly applicationId: string;
  readonly eventTime: string;
  readonly provisioningState: "Accepted" | "Succeeded" | "Deleting" | "Deleted";
  readonly applicationDefinitionId: string;
}

type Told = readonly [Notification["eventType"], ...Notification["provisioningState"][]];

/** What Azure does in steps is done at once here: both of its steps are told, in their order. */
const TOLD: Readonly<Record<string, Told>> = {
  "application.deployed": ["PUT", "Accepted", "Succeeded"],
  "application.policy_changed": ["PATCH", "Succeeded"],
  "application.deleted": ["DELETE", "Deleting", "Deleted"],
  // Of an application and with an offer in it: its consumer accepted another version.
  "configuration.changed": ["PUT", "Accepted", "Succeeded"],
};

/** What an entry of the publisher's log tells of an application of this offer; empty for all else. */
export function notificationsOf(
  { type, subject, facts, at, tenantId }: ExportedEvent,
  offer: string,
): readonly Notification[] {
  const told = TOLD[type];
  const of = facts.offer;
  if (told === undefined || subject.kind !== "application" || typeof facts.scope !== "string") return [];
  if (typeof of !== "object" || of === null || Array.isArray(of)) return [];
  const { publisher, name, definition } = of as JsonObject;
  if (typeof name !== "string" || typeof definition !== "string") return [];
  // The log also has what its tenant runs of other publishers' offers, which may have the same name.
  if (publisher !== tenantId || name.toLowerCase() !== offer.toLowerCase()) return [];
  const [eventType, ...states] = told;
  return states.map((provisioningState) => ({
    eventType,
    applicationId: facts.scope as string,
    eventTime: formatInstant(at),
    provisioningState,
    applicationDefinitionId: definition,
  }));
}
