/** Bodies as these clients send them: what is known is checked, what is unknown is let be, the first fault is named. */
import type { z } from "zod";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";

export function bodyOf<T>(schema: z.ZodType<T>, body: unknown): Outcome<T> {
  const parsed = schema.safeParse(body ?? {});
  if (parsed.success) return accept(parsed.data);
  const [issue] = parsed.error.issues;
  const path = (issue?.path ?? []).map((part) => `/${String(part)}`).join("");
  return reject("invalid_input", issue?.message ?? "the body is not what this operation takes", {
    path: path === "" ? "/" : path,
  });
}
