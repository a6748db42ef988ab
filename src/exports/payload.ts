/** What a far side is sent of an event: Curfew's own form or OCSF's, as JSON on one line, cut to a bound where that is needed. */
import { revealed } from "../domain/plain-text.ts";
import type { Json, JsonObject } from "../domain/target-binding.ts";
import { formatInstant } from "../domain/time.ts";
import { type Cut, firstThatFits, toldCut } from "./cut.ts";
import { ocsfOf } from "./ocsf.ts";
import type { ExportedEvent } from "./sink.ts";

export const FORMATS = ["curfew", "ocsf"] as const;
export type Format = (typeof FORMATS)[number];

export interface Fitted {
  readonly payload: JsonObject;
  readonly text: string;
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
 * As the log has it, and told of wherever something did not fit.
 * @throws RangeError where not even ids and hashes fit: 8 KiB are enough for those that Curfew makes
 */
export function fitted(event: ExportedEvent, { mostBytes, format, textOf = safeJson }: Bound): Fitted {
  const made = firstThatFits(
    event,
    (shortened) => {
      const payload = formOf(format, shortened.event, shortened.cut);
      return { payload, text: textOf(payload), cut: shortened.cut };
    },
    ({ text }) => Buffer.byteLength(text) <= mostBytes,
  );
  if (made === null)
    throw new RangeError(
      `ids and hashes of event \`${event.id}\` alone are longer than ${mostBytes} bytes; raise the most bytes of a message, here and at the far side`,
    );
  return made;
}

function formOf(format: Format, event: ExportedEvent, cut: readonly Cut[]): JsonObject {
  switch (format) {
    case "curfew":
      return cut.length === 0 ? ownForm(event) : { ...ownForm(event), cut: toldCut(cut) };
    case "ocsf":
      return ocsfOf(event, cut);
    default: {
      const unknown: never = format;
      throw new Error(`no form \`${unknown}\``);
    }
  }
}

/** What the API's list of entries gives, and whose log it is: leaf and link can be computed from it again (docs/audit.md). */
export function ownForm(event: ExportedEvent): JsonObject {
  const { id, number, tenantId, tenantName, leafHash, linkHash, openings, sentence, actorName } = event;
  const { actor, at, commitments, correlationId, facts, parties, subject, type } = event;
  return {
    ...{ id, sequence: number, tenantName, sentence, actorName },
    // The members of the entry in the order of its canonical form.
    entry: {
      ...{
        actor: { ...actor },
        at: formatInstant(at),
        commitments: { ...commitments },
        correlationId,
        facts,
        id,
      },
      ...{ parties: [...parties], subject: { ...subject }, tenantId, type, v: 1 },
    },
    ...{ leafHash, linkHash, openings: openings.map((opening) => ({ ...opening })) as readonly Json[] },
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
