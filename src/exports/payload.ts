/** What a far side is sent of an event: Curfew's own form or OCSF's, as JSON on one line, cut to a bound where that is needed. */
import { revealed } from "../domain/plain-text.ts";
import type { Json, JsonObject } from "../domain/target-binding.ts";
import { formatInstant } from "../domain/time.ts";
import { type Cut, shorter, toldCut } from "./cut.ts";
import { ocsfOf } from "./ocsf.ts";
import type { ExportedEvent } from "./sink.ts";

export const FORMATS = ["curfew", "ocsf"] as const;
export type Format = (typeof FORMATS)[number];

export interface Fitted {
  readonly payload: JsonObject;
  readonly text: string;
  /** Empty where nothing is missing. */
  readonly cut: readonly Cut[];
}

export interface Bound {
  /** Of the text in UTF-8. */
  readonly mostBytes: number;
  readonly format: Format;
  /** `safeJson` by default. */
  readonly textOf?: (value: Json) => string;
}

/**
 * As the log has it, with the member `cut` only where something did not fit. Ids and hashes are never cut.
 * @throws RangeError where not even these fit, which 8 KiB are enough for unless an entry has dozens of commitments
 */
export function fitted(event: ExportedEvent, { mostBytes, format, textOf = safeJson }: Bound): Fitted {
  const whole = format === "ocsf" ? ocsfOf(event, []) : ownForm(event);
  const text = textOf(whole);
  if (Buffer.byteLength(text) <= mostBytes) return { payload: whole, text, cut: [] };
  for (const shortened of shorter(event)) {
    const { cut } = shortened;
    const payload =
      format === "ocsf" ? ocsfOf(shortened.event, cut) : { ...ownForm(shortened.event), cut: toldCut(cut) };
    const fits = textOf(payload);
    if (Buffer.byteLength(fits) <= mostBytes) return { payload, text: fits, cut };
  }
  throw new RangeError(`ids and hashes of event \`${event.id}\` alone are longer than ${mostBytes} bytes`);
}

/** The entry with its names of today, its place in the chain and its hashes: docs/guides/exports-format.md. */
export function ownForm(event: ExportedEvent): JsonObject {
  const { actor, subject, openings, ...rest } = event;
  return {
    id: rest.id,
    type: rest.type,
    at: formatInstant(rest.at),
    number: rest.number,
    tenantId: rest.tenantId,
    tenantName: rest.tenantName,
    actor: { ...actor },
    actorName: rest.actorName,
    subject: { ...subject },
    parties: [...rest.parties],
    correlationId: rest.correlationId,
    sentence: rest.sentence,
    facts: rest.facts,
    openings: openings.map((opening) => ({ ...opening })) as readonly Json[],
    commitments: { ...rest.commitments },
    leafHash: rest.leafHash,
    linkHash: rest.linkHash,
  };
}

/**
 * JSON on one line that nobody's terminal acts on: control characters, what is not seen and what turns the order of reading
 * around are written as escapes. Read again, it is the same value.
 */
export function safeJson(value: Json): string {
  return revealed(JSON.stringify(value));
}

/** The same in printable ASCII alone. */
export function asciiJson(value: Json): string {
  return JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
