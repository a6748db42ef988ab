/** Collects everything that is wrong with a set of documents, so that a person can repair it in one go. */
import type { z } from "zod";
import { type RejectionCode, reject } from "../../domain/rejection.ts";
import type { RuleOutcome } from "../../domain/rule.ts";
import type { Source } from "./documents.ts";

const MAX_REPORTED = 20;

export interface Fault {
  readonly code: RejectionCode;
  /** `file:line:pointer`, or a JSON pointer into the input. */
  readonly path: string;
  readonly message: string;
  /** The rule it breaks, where it is one of the role's settings. */
  readonly rule?: RuleOutcome;
}

/** The part of a document that says where it stands. */
export interface Placed {
  readonly source: Source | null;
  readonly index: number;
}

export function faultPath({ source, index }: Placed, pointer: string): string {
  return source === null ? `/documents/${index}${pointer}` : `${source.file}:${source.line}:${pointer}`;
}

/** One rejection for all of them: the first fault's code and path, every fault's sentence. */
export function rejectAll(faults: readonly Fault[]): ReturnType<typeof reject> {
  const [first] = faults;
  if (first === undefined) return reject("invalid_input", "there is something wrong with the documents");
  const broken = faults.flatMap(({ rule }) => rule ?? []);
  const more = { path: first.path, ...(broken.length > 0 ? { rules: broken } : {}) };
  if (faults.length === 1) return reject(first.code, first.message, more);
  const shown = faults.slice(0, MAX_REPORTED).map(({ path, message }) => `${path}: ${message}`);
  const rest = faults.length - shown.length;
  const tail = rest > 0 ? [`and ${rest} more`] : [];
  const message = [`${faults.length} faults, nothing was stored`, ...shown, ...tail].join("\n");
  return reject(first.code, message, more);
}

/** A schema's issues as pointers and sentences; an unknown field is named by its own path. */
export function schemaFaults(error: z.ZodError, under: string): { pointer: string; message: string }[] {
  return error.issues.flatMap((issue) => {
    const pointer = `${under}${issue.path.map((part) => `/${escapePointer(String(part))}`).join("")}`;
    if (issue.code !== "unrecognized_keys") return [{ pointer, message: lowerFirst(issue.message) }];
    return issue.keys.map((key) => ({
      pointer: `${pointer}/${escapePointer(key)}`,
      message: `unknown field \`${key.slice(0, 80)}\`; remove it or correct its spelling`,
    }));
  });
}

export function escapePointer(part: string): string {
  return part.slice(0, 128).replaceAll("~", "~0").replaceAll("/", "~1");
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
