/** The header `x-ms-justification`: for operations of Azure's contract that have no field for one. */
import { accept, type Outcome, type Rejection, reject } from "../../domain/rejection.ts";
import { text } from "../../use-cases/values.ts";
import type { ArmCall } from "./surface.ts";

const HEADER = "x-ms-justification";
const MAX_ESCAPED = 24_000;
const justification = text(4_000);

/** Percent-encoded UTF-8 (RFC 3986, section 2.1); null where there is none. */
export function justificationOf(call: ArmCall): Outcome<string | null> {
  const given = call.header(HEADER);
  if (given === undefined || given.trim() === "") return accept(null);
  const decoded = given.length > MAX_ESCAPED ? null : unescaped(given);
  const parsed = justification.safeParse(decoded);
  if (parsed.success) return accept(parsed.data);
  const what =
    decoded === null ? "percent-encoded UTF-8 of at most 4000 characters" : parsed.error.issues[0]?.message;
  return reject("invalid_input", `the header ${HEADER} is not valid: ${what}`, {
    path: `/headers/${HEADER}`,
  });
}

/** A rule that asks for one says where it goes. */
export function withHeaderHint(rejection: Rejection): Rejection {
  const asks = rejection.rules?.some(
    ({ rule, outcome }) => rule === "JustificationRule" && outcome === "unsatisfied",
  );
  const decides = rejection.path === "/justification";
  if (!asks && !decides) return rejection;
  const hint = `this operation has no field for it: send it in the header ${HEADER}, percent-encoded UTF-8`;
  if (decides) return { ...rejection, message: `${rejection.message}; ${hint}` };
  const rules = (rejection.rules ?? []).map((one) =>
    one.rule === "JustificationRule" && one.outcome === "unsatisfied"
      ? { ...one, message: `${one.message}; ${hint}` }
      : one,
  );
  return { ...rejection, rules };
}

function unescaped(given: string): string | null {
  try {
    return decodeURIComponent(given);
  } catch {
    return null;
  }
}
