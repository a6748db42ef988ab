/** What was not expected: malformed input by path, a database that is away as 503, everything else loudly as 500. */
import type { FastifyError, FastifyInstance, FastifyRequest } from "fastify";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import { type Fault, sendProblem } from "./problem.ts";

// What passes by itself: nothing is known to be wrong with the call.
const PASSING_NAMES = ["DatabaseAway", "ClockUnmeasured", "VersionConflict"];
// Given up by the server after a while, conflicts that tries did not resolve (CU: of ours), and PostgreSQL that has no room.
const PASSING_CODES = /^(57014|55P03|40001|40P01|53|CU)/;
const RETRY_AFTER_S = "2";

export function handleFaults(app: FastifyInstance): void {
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const fault = faultOf(error, request);
    if (fault.status === 503) reply.header("retry-after", RETRY_AFTER_S);
    return sendProblem(reply, fault);
  });
}

/** Logs what only the operator may read of it. */
export function faultOf(error: FastifyError, request: FastifyRequest): Fault {
  if (hasZodFastifySchemaValidationErrors(error)) return invalid(error);
  const status = error.statusCode ?? 500;
  if (status === 429) return { status, code: "too_many_requests", message: error.message };
  if (status >= 400 && status < 500)
    return { status, code: "invalid_input", message: error.message, more: { path: "/" } };
  // Thrown before any work, by what watches over the load.
  if (status === 503)
    return { status, code: "unavailable", message: "too much is under way just now; try again in a moment" };
  if (error.name === "ClockSuspected")
    return { status: 503, code: "clock_suspected", message: error.message };
  if (isPassing(error)) {
    const message = "the database cannot answer just now; try again in a moment";
    return { status: 503, code: "unavailable", message };
  }
  if (error.name === "TargetFault") {
    // What the target said names its owner's hosts and roles: it stays in the log.
    request.log.warn({ err: error }, "a target failed");
    const passes = "kind" in error && error.kind === "retryable";
    const next = passes ? "try again in a moment" : "its owner has to look why";
    return { status: 502, code: "target_failed", message: `the target did not do it; ${next}` };
  }
  request.log.error({ err: error }, "broken invariant");
  const message = `this is a fault of Curfew; its log has more under ${request.id}`;
  return { status: 500, code: "internal", message };
}

function invalid(
  error: FastifyError & { validation: readonly SchemaFault[]; validationContext?: string },
): Fault {
  const [first] = error.validation;
  const where = `${error.validationContext ?? "body"}${first?.instancePath ?? ""}`;
  return {
    status: 400,
    code: "invalid_input",
    message: `${where}: ${first?.message ?? "not valid"}`,
    more: {
      path: first?.instancePath === "" ? "/" : first?.instancePath,
      faults: error.validation
        .slice(0, 20)
        .map(({ instancePath, message }) => ({ path: instancePath, message })),
    },
  };
}

interface SchemaFault {
  readonly instancePath: string;
  readonly message?: string | undefined;
}

function isPassing({ name, code = "" }: Error & { code?: string }): boolean {
  return PASSING_NAMES.includes(name) || PASSING_CODES.test(code);
}
