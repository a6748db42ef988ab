/**
 * Webhooks: each event is a POST of a CloudEvent (CloudEvents 1.0, JSON format, structured mode) that is signed as Standard
 * Webhooks has it (v1: HMAC-SHA256). While a secret takes the place of another both sign, so that a receiver that knows
 * either accepts. `webhook-id` is the entry's id: a repeat has the same.
 */
import { createHmac, randomBytes } from "node:crypto";
import type { JsonObject } from "../domain/target-binding.ts";
import { formatInstant, type Instant, parseInstant } from "../domain/time.ts";
import { type OutboundAnswer, OutboundFault } from "../outbound/http.ts";
import { FORMATS, type Format, fitted, safeJson } from "./payload.ts";
import type { ExportedEvent, Sender, Sent, SinkContext, SinkIssue, TenantSinkKind } from "./sink.ts";

/** So many are sent one after the other before it is stored that they were accepted. */
const MOST_EVENTS = 20;
/** Of what is told of one event; an entry has 64 KiB at the most. */
const DATA_BYTES = 262_144;
const ANSWER_MS = 15_000;
const MOST_URL_CHARS = 2_048;
const SECRET_BYTES = { made: 32, least: 24, most: 64 };
const SECRET_PREFIX = "whsec_";

export const webhookSink: TenantSinkKind = {
  kind: "webhook",
  label: "Webhook",
  schema: {
    type: "object",
    additionalProperties: false,
    required: ["url"],
    properties: {
      url: {
        type: "string",
        title: "Address",
        description: "where each event is posted to, such as https://siem.example.com/curfew",
        format: "uri",
        maxLength: MOST_URL_CHARS,
      },
      format: {
        type: "string",
        title: "Form",
        description: "an entry as the API gives it (curfew), or OCSF 1.8 (ocsf)",
        enum: [...FORMATS],
        default: "curfew",
      },
      signing: {
        type: "string",
        title: "Signing secret",
        description: "left out, Curfew makes one; your own is whsec_ and 24 to 64 bytes as base64",
        writeOnly: true,
      },
    },
  },
  secrets: ["signing"],
  makes: { secret: "signing", make: () => SECRET_PREFIX + randomBytes(SECRET_BYTES.made).toString("base64") },
  validate,
  place: ({ url }) => (typeof url === "string" && URL.canParse(url) ? new URL(url).host : ""),
  open: async (config, context) => senderTo(config, context),
};

function validate({ url, signing, format, ...rest }: JsonObject): readonly SinkIssue[] {
  const issues: SinkIssue[] = [];
  const unknown = Object.keys(rest).find((name) => !["previous", "previousUntil"].includes(name));
  if (unknown !== undefined)
    issues.push({
      path: [unknown],
      message: `a webhook has no \`${unknown}\`; it has url, signing and format`,
    });
  const parsed =
    typeof url === "string" && url.length <= MOST_URL_CHARS && URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !/^https?:$/.test(parsed.protocol) || parsed.hash !== "")
    issues.push({ path: ["url"], message: "an address begins with https://, and has no fragment" });
  else if (parsed.username !== "" || parsed.password !== "")
    issues.push({
      path: ["url"],
      message: "an address holds no user name and no password; what is sent is signed",
    });
  if (format !== undefined && !FORMATS.some((one) => one === format))
    issues.push({ path: ["format"], message: `one of ${FORMATS.join(", ")}` });
  if (signing !== undefined && keyOf(signing) === null)
    issues.push({
      path: ["signing"],
      message: "a signing secret is whsec_ and 24 to 64 bytes as base64; leave it out, and Curfew makes one",
    });
  return issues;
}

function keyOf(secret: unknown): Buffer | null {
  if (typeof secret !== "string" || !/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/.test(secret)) return null;
  const key = Buffer.from(secret.slice(SECRET_PREFIX.length), "base64");
  return key.length >= SECRET_BYTES.least && key.length <= SECRET_BYTES.most ? key : null;
}

function senderTo(config: JsonObject, { http, now }: SinkContext): Sender {
  const stopping = new AbortController();
  return {
    mostEvents: MOST_EVENTS,
    async send(events) {
      let through: number | null = null;
      for (const event of events) {
        const said = await post(event);
        // Those before it are there, and stored as such first.
        if (said !== null) return through === null ? said : { kind: "accepted", through };
        through = event.number;
      }
      return { kind: "accepted", through: through as number };
    },
    close: async () => stopping.abort(),
  };

  /** Null where it was accepted. */
  async function post(event: ExportedEvent): Promise<Sent | null> {
    const body = cloudEvent(event, config.format === "ocsf" ? "ocsf" : "curfew");
    const { number } = event;
    try {
      const answer = await http.send({
        method: "POST",
        url: String(config.url),
        headers: {
          ...signed(event.id, body, config, now()),
          "content-type": "application/cloudevents+json; charset=utf-8",
        },
        body,
        timeoutMs: ANSWER_MS,
        signal: stopping.signal,
      });
      return saidBy(answer, number);
    } catch (error) {
      if (!(error instanceof OutboundFault)) throw error;
      if (error.kind === "forbidden") return { kind: "refused", what: "sink", number, reason: error.message };
      return { kind: "later", afterMs: null, reason: error.message };
    }
  }
}

export function cloudEvent(event: ExportedEvent, format: Format): string {
  const at = formatInstant(event.at);
  const context = {
    specversion: "1.0",
    id: event.id,
    source: `/tenants/${event.tenantId}`,
    type: `curfew.${event.type}`,
    subject: `${event.subject.kind}/${event.subject.id}`,
    time: at,
    // The extension of CloudEvents for an order: digits that sort as text as they do as numbers.
    sequence: String(event.number).padStart(16, "0"),
    datacontenttype: "application/json",
  };
  return `${safeJson(context).slice(0, -1)},"data":${fitted(event, { format, mostBytes: DATA_BYTES }).text}}`;
}

/** Standard Webhooks: what is signed is `id.timestamp.body`; the timestamp is of this try, in seconds. */
function signed(id: string, body: string, config: JsonObject, at: Instant): Record<string, string> {
  const timestamp = String(Math.floor(at / 1_000));
  const until = typeof config.previousUntil === "string" ? parseInstant(config.previousUntil) : null;
  const keys = [keyOf(config.signing), until !== null && at < until ? keyOf(config.previous) : null];
  const signatures = keys.flatMap((key) =>
    key === null
      ? []
      : [`v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")}`],
  );
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signatures.join(" ") };
}

/** Of an event itself: something about its content or its size. */
const ABOUT_THE_EVENT = [400, 409, 411, 412, 413, 422];
const PASSES = [408, 423, 425, 429];

function saidBy({ status, headers }: OutboundAnswer, number: number): Sent | null {
  if (status >= 200 && status < 300) return null;
  if (status >= 500 || PASSES.includes(status))
    return { kind: "later", afterMs: retryAfterMs(headers["retry-after"]), reason: `it answers ${status}` };
  if (ABOUT_THE_EVENT.includes(status))
    return { kind: "refused", what: "event", number, reason: `it answers ${status}` };
  return {
    kind: "refused",
    what: "sink",
    number,
    reason: `it answers ${status}${MEANS[status] ?? (status < 400 ? ", a redirect, which is not followed: name the place itself" : "")}`,
  };
}

const MEANS: Readonly<Record<number, string>> = {
  401: ": it does not accept the signature, or wants something else",
  403: ": it does not let Curfew in",
  404: ": there is nothing at this address",
  405: ": it takes no POST at this address",
  410: ", gone: it wants no more of it",
};

/** In seconds, or null; a date is not asked for by anybody who limits rates. */
export function retryAfterMs(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) * 1_000 : null;
}
