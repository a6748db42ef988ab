/** How a temporary role tells whose it is: its name is derived from the grant, its comment says the rest. */
import { z } from "zod";
import { asId, type GrantId, isGuid } from "../../domain/ids.ts";
import { formatInstant, type Instant, parseInstant } from "../../domain/time.ts";
import { type Handle, type Spec, TargetFault } from "../target.ts";
import { parseEntitlement } from "./config.ts";
import { ROLE_NAME, roleNameFor } from "./role-name.ts";

const MAX_DISPLAY = 200;
const MAX_LABEL = 4_000;

export interface PostgresHandle extends Handle {
  readonly grantId: GrantId;
  readonly subjectId: string;
  readonly roleName: string;
  /** The group role that the temporary role is a member of. */
  readonly entitledRole: string;
  /** Where the holder connects; empty for the target's own database. */
  readonly database: string;
}

/** Where its holder connects. */
export function databaseOf({ database }: PostgresHandle, config: { readonly database: string }): string {
  return database === "" ? config.database : database;
}

/** What stands in the comment of a temporary role. */
export interface Label {
  readonly owner: string;
  readonly handle: PostgresHandle;
  readonly generation: number;
  readonly subject: string;
  readonly expiresAt: Instant;
  /** The VALID UNTIL we set: `expiresAt` less the skew measured then. */
  readonly armedUntil: Instant;
  /** Of the claim that opened the log-in; null while it never was. */
  readonly claimId: string | null;
  /** Removal has begun, and is final. */
  readonly ending: boolean;
}

export function planHandle(spec: Spec): PostgresHandle {
  const { role, database = "" } = parseEntitlement(spec.entitlement);
  if (!isGuid(spec.grantId)) throw new TargetFault("permanent", `not a grant's id: \`${spec.grantId}\``);
  const roleName = roleNameFor(spec.grantId, [spec.subject.id, role, database]);
  const { grantId, subject } = spec;
  return parseHandle({ grantId, subjectId: subject.id, roleName, entitledRole: role, database });
}

const handleSchema = z.strictObject({
  grantId: z.guid().transform((text) => asId<GrantId>(text)),
  subjectId: z.string().max(512),
  roleName: z.string().regex(ROLE_NAME),
  entitledRole: z.string().min(1).max(63),
  database: z.string().max(63),
});

/** Throws a permanent `TargetFault` for anything that `planHandle` did not make. */
export function parseHandle(handle: Handle): PostgresHandle {
  const parsed = handleSchema.safeParse(handle);
  if (!parsed.success) throw new TargetFault("permanent", "not a handle of a PostgreSQL target");
  return parsed.data;
}

const instantText = z.string().transform((text, ctx) => {
  const at = parseInstant(text);
  if (at === null) ctx.addIssue("not an instant");
  return at ?? z.NEVER;
});

const labelSchema = z.object({
  curfew: z.literal(1),
  owner: z.string(),
  ...handleSchema.shape,
  generation: z.int(),
  subject: z.string(),
  expiresAt: instantText,
  armedUntil: instantText,
  claimId: z.string().nullable(),
  ending: z.boolean(),
});

export function writeLabel(label: Label): string {
  return JSON.stringify({
    curfew: 1,
    owner: label.owner,
    ...label.handle,
    generation: label.generation,
    subject: displayable(label.subject),
    expiresAt: formatInstant(label.expiresAt),
    armedUntil: formatInstant(label.armedUntil),
    claimId: label.claimId,
    ending: label.ending,
  });
}

/** Null when it is not a label of ours. */
export function readLabel(comment: string | null): Label | null {
  if (comment === null || comment.length > MAX_LABEL || !comment.startsWith('{"curfew":')) return null;
  const parsed = labelSchema.safeParse(parseJson(comment));
  if (!parsed.success) return null;
  const { curfew: _, grantId, subjectId, roleName, entitledRole, database, ...rest } = parsed.data;
  return { handle: { grantId, subjectId, roleName, entitledRole, database }, ...rest };
}

/** The comment of a role that was kept, for whoever wonders: no label, so nothing is done with it any more. */
export function leftNote(handle: PostgresHandle, subject: string): string {
  const who = subject === "" ? "" : ` by ${displayable(subject)}`;
  return `Owns what was made${who} under grant ${handle.grantId}, which is over. Nobody can be it; see Curfew's guide to PostgreSQL.`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function displayable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]/gu, " ").slice(0, MAX_DISPLAY);
}
