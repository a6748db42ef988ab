/** Bodies as these clients send them: what is known is checked, what is unknown is let be, the first fault is named. */
import type { z } from "zod";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";

export function bodyOf<T>(schema: z.ZodType<T>, body: unknown): Outcome<T> {
  const parsed = schema.safeParse(body ?? {});
  if (parsed.success) return accept(parsed.data);
  const [issue] = parsed.error.issues;
  if (typeof body === "string")
    return reject("invalid_input", "send an object as JSON, with the Content-Type application/json");
  const path = (issue?.path ?? []).map((part) => `/${String(part)}`).join("");
  const name = issue?.path.at(-1);
  const message = name !== undefined && isMissing(issue) ? `\`${String(name)}\` is missing` : issue?.message;
  return reject("invalid_input", message ?? "the body is not what this operation takes", {
    path: path === "" ? "/" : path,
  });
}

function isMissing(issue: z.core.$ZodIssue | undefined): boolean {
  return issue?.code === "invalid_type" && issue.message.endsWith("received undefined");
}
