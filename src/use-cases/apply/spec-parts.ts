/** The parts that the specs of several kinds are made of. */
import { z } from "zod";
import type { JsonObject } from "../../domain/target-binding.ts";
import { parseTimeZone } from "../../domain/time.ts";
import { conditionFault } from "../../policy/conditions.ts";
import { ticketPatternFault } from "../../policy/ticket-pattern.ts";
import { duration, instant, line, text } from "../values.ts";

const MAX_TEXT = 4_096;
const MAX_REFERENCE = 320;
const MAX_SCOPE = 1_024;
const MAX_LIST = 1_000;
const MAX_SECRET = 65_536;

export const displayNameSchema = line(256).trim().min(1).describe("what people read");
export const descriptionSchema = text(2_048);

/** A name or an id; `user:`, `group:` and `servicePrincipal:` tell principals of one name apart. */
export const referenceSchema = z.string().min(1).max(MAX_REFERENCE).meta({ title: "reference" });
export const scopeReferenceSchema = z
  .string()
  .min(1)
  .max(MAX_SCOPE)
  .meta({ title: "scope", description: "a path, or the name of an application" });
export const referencesSchema = z.array(referenceSchema).max(MAX_LIST);

export const durationSchema = duration.describe("a fixed ISO 8601 duration, such as PT8H or P30D");
export const instantSchema = instant.describe("RFC 3339, such as 2027-01-31T12:00:00Z");

// Checked without an end to the reading, so that a fault deep in a choice keeps its place.
export const timeZoneSchema = z
  .string()
  .max(64)
  .overwrite((text) => parseTimeZone(text) ?? text)
  .refine(
    (text) => parseTimeZone(text) !== null,
    "this is no time zone of the IANA database; write it as Europe/Berlin or UTC",
  )
  .describe("a name of the IANA time zone database, such as Europe/Berlin");

const conditionTextSchema = z
  .string()
  .max(16_384)
  .superRefine((text, context) => {
    const fault = conditionFault(text);
    if (fault !== null) context.addIssue({ code: "custom", message: `not a condition: ${fault}` });
  });

export const conditionsSchema = z
  .array(
    z.union([
      conditionTextSchema,
      z
        .strictObject({ text: conditionTextSchema, timeZone: timeZoneSchema })
        .describe("in a time zone of its own, whatever `timeZone` beside it says"),
    ]),
  )
  .max(20);

export const ticketSchema = z.strictObject({
  required: z.boolean(),
  patterns: z
    .array(
      z
        .string()
        .max(200)
        .superRefine((pattern, context) => {
          const fault = ticketPatternFault(pattern);
          if (fault !== null) context.addIssue({ code: "custom", message: fault });
        }),
    )
    .max(20)
    .default([]),
});

export const approverJustificationSchema = z.enum(["whereAsked", "always", "never"]);
export const requiredSchema = z.int().min(1).max(20);

/** The value itself: a reference to a file or a variable means something only where the command line runs. */
export const secretSchema = z.unknown().transform((given, context): string => {
  const parsed = z.strictObject({ value: z.string().min(1).max(MAX_SECRET) }).safeParse(given);
  if (parsed.success) return parsed.data.value;
  const unresolved = z.union([z.object({ fromEnv: z.unknown() }), z.object({ fromFile: z.unknown() })]);
  const message = unresolved.safeParse(given).success
    ? "`fromEnv` and `fromFile` are resolved by `curfew apply` where it runs, never by the server; send the value as {value: ...}"
    : "a secret is given by reference in a file, as {fromEnv: NAME} or {fromFile: PATH}, and as {value: ...} to the API";
  context.addIssue({ code: "custom", message });
  return z.NEVER;
});

export const emailSchema = z.email().max(254);

const MAX_SUPPORT = 320;
/** Where people are sent for help: nothing that runs or reads when it is followed. */
export const supportSchema = line(MAX_SUPPORT)
  .refine(isContact, "write an e-mail address, or an address that begins with https://")
  .describe("where consumers find help: an e-mail address, or an https address");

function isContact(text: string): boolean {
  if (emailSchema.safeParse(text).success) return true;
  const url = /^https:\/\/[^\s"'<>\\]+$/i.test(text) ? URL.parse(text) : null;
  return url !== null && url.username === "" && url.password === "";
}

/** Base64 of the most that a logo may have, and a little more so that it is refused with a sentence. */
export const logoSchema = z
  .string()
  .max(128 * 1024)
  .describe("a PNG of at most 512 by 512 pixels and 64 KiB, in base64; in a file also {fromPicture: PATH}");
export const actionSchema = z
  .string()
  .min(1)
  .max(MAX_TEXT / 8)
  .regex(/^[A-Za-z0-9*._/-]+$/, "an action is a path such as Microsoft.Storage/*/read");
export const actionsSchema = z.array(actionSchema).max(MAX_LIST);

const MAX_JSON_CHARS = 65_536;

/** Any JSON object of a bounded size; what it must hold is its target's business. */
export const jsonObjectSchema = z
  .record(z.string().max(128), z.unknown())
  .transform((value, context): JsonObject => {
    const text = JSON.stringify(value);
    if (text.length <= MAX_JSON_CHARS) return JSON.parse(text) as JsonObject;
    context.addIssue({ code: "custom", message: `this has at most ${MAX_JSON_CHARS} characters as JSON` });
    return z.NEVER;
  });
