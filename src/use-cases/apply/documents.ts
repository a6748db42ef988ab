/** Configuration documents: their envelope, the kinds in the order in which they can be made, and what an apply reports. */
import { z } from "zod";
import { isGuid } from "../../domain/ids.ts";
import { isPlainLine, NOT_PLAIN } from "../../domain/plain-text.ts";
import type { Touched } from "./touched.ts";

/** Later kinds refer to earlier ones: made in this order, removed in the reverse. */
export const KINDS = [
  "Tenant",
  "Subscription",
  "User",
  "ServicePrincipal",
  "Group",
  "RoleDefinition",
  "Tier",
  "ApplicationDefinition",
  "Application",
  "RoleSettings",
  "Eligibility",
  "Target",
  "Binding",
  "Export",
] as const;
export type Kind = (typeof KINDS)[number];

export const API_VERSION = "curfew/v1";
export const MAX_DOCUMENTS = 5_000;
export const MAX_NAME_LENGTH = 128;
const NAME = /^[\p{L}\p{N}](?:[\p{L}\p{N}_.()@+' -]*[\p{L}\p{N}_)])?$/u;

export const tenantNameSchema = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
    "a tenant's name has 1 to 63 lower-case letters, digits and hyphens",
  )
  .refine((name) => !isGuid(name), "a name must not look like an id");

export const nameSchema = z
  .string()
  .max(MAX_NAME_LENGTH)
  .regex(NAME, "a name has letters, digits, spaces and `_ . - ( ) @ + '`, and begins with a letter or digit")
  .refine(isPlainLine, NOT_PLAIN)
  .refine((name) => !isGuid(name), "a name must not look like an id");

export const guidSchema = z
  .string()
  .regex(
    /^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/,
    "an id is a GUID of 32 hexadecimal digits and 4 hyphens",
  )
  .transform((id) => id.toLowerCase());

const sourceSchema = z.strictObject({
  file: z.string().min(1).max(1_024),
  line: z.int().min(1).max(10_000_000),
});

/** Everything about a document but its spec, which belongs to its kind. */
export const envelopeSchema = z.strictObject({
  apiVersion: z.literal(API_VERSION).optional(),
  kind: z.enum(KINDS),
  tenant: tenantNameSchema.optional(),
  name: nameSchema,
  id: guidSchema.optional(),
  spec: z.record(z.string(), z.unknown()).default({}),
  source: sourceSchema.optional(),
});

/** As it comes from outside; nothing of it is believed before it was checked. */
export interface GivenDocument {
  readonly apiVersion?: string;
  readonly kind: string;
  readonly tenant?: string;
  readonly name: string;
  readonly id?: string;
  readonly spec?: unknown;
  readonly source?: Source;
}

/** Where a person finds the document. */
export interface Source {
  readonly file: string;
  readonly line: number;
}

/** A document whose envelope was checked. */
export interface Document {
  readonly kind: Kind;
  /** The tenant's name; null means the caller's own. */
  readonly tenant: string | null;
  readonly name: string;
  readonly id: string | null;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly source: Source | null;
  readonly index: number;
}

export interface ApplyInput {
  readonly documents: readonly GivenDocument[];
  readonly dryRun: boolean;
  /** Also removes what earlier applies made in the tenants named by the documents, and is gone from them. */
  readonly prune: boolean;
  /** False for a change of a single object through the API, which no later `prune` may undo. Default true. */
  readonly remember?: boolean;
  /** Ids of waiting requests and of rules that it may leave without anybody to decide. */
  readonly acknowledge?: readonly string[];
  /** For one document. */
  readonly onlyIf?: OnlyIf | undefined;
}

/** Only if the object is there, and its spec by its digest still one of these (If-Match); or only if there is none. */
export type OnlyIf = "*" | "absent" | readonly string[];

export interface Change {
  readonly action: "create" | "update" | "delete" | "unchanged";
  readonly kind: Kind;
  /** The tenant's name. */
  readonly tenant: string;
  readonly name: string;
  readonly id: string;
  /** What an update changes: names only. */
  readonly fields?: readonly string[];
  /** What a person must know about this change, in plain words. */
  readonly note?: string;
}

export interface ApplyReport {
  readonly changes: readonly Change[];
  /** False for a dry run. */
  readonly applied: boolean;
  /** What the changes do to access that is open, to requests that wait and to other rules. */
  readonly touched: Touched;
}

/** Names are one name whatever their case. */
export function nameKey(name: string): string {
  return name.toLowerCase();
}
