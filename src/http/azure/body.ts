/** Bodies as Azure's clients send them: what is known is checked, what is unknown is let be, the first fault is named. */
import type { z } from "zod";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import { scopeOfId } from "./arm-path.ts";

export function bodyOf<T>(schema: z.ZodType<T>, body: unknown): Outcome<T> {
  const parsed = schema.safeParse(body ?? {});
  if (parsed.success) return accept(parsed.data);
  const [issue] = parsed.error.issues;
  const path = (issue?.path ?? []).map((part) => `/${String(part)}`).join("");
  return reject("invalid_input", issue?.message ?? "the body is not what this operation takes", {
    path: path === "" ? "/" : path,
  });
}

const ROLE_DEFINITION =
  /\/providers\/microsoft\.authorization\/roledefinitions\/([0-9a-f-]{36})$|^([0-9a-f-]{36})$/i;

/** The GUID at the end of a role definition's resource id, or the GUID alone. */
export function roleIdOf(text: string): string | null {
  if (text.length > 1_100) return null;
  const [, ofId, alone] = ROLE_DEFINITION.exec(text) ?? [];
  return (ofId ?? alone)?.toLowerCase() ?? null;
}

/** Whether a text names a resource id that the domain understands as a scope. */
export function isResourceId(text: string): boolean {
  return text.startsWith("/") && scopeOfId(text) !== null;
}
