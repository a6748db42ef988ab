/** What was not expected: malformed input by path, a database that is away as 503, everything else loudly as 500. */
import type { FastifyError, FastifyInstance } from "fastify";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import { sendProblem } from "./problem.ts";

const AWAY = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOENT",
  "57P01",
  "57P03",
  "53300",
  "08006",
  "08001",
  "57014",
]);
const RETRY_AFTER_S = "2";

export function handleFaults(app: FastifyInstance): void {
  app.setNotFoundHandler((_request, reply) =>
    sendProblem(reply, 404, "not_found", "there is nothing at this address"),
  );
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    if (hasZodFastifySchemaValidationErrors(error)) {
      const [first] = error.validation;
      const where = `${error.validationContext ?? "body"}${first?.instancePath ?? ""}`;
      return sendProblem(reply, 400, "invalid_input", `${where}: ${first?.message ?? "not valid"}`, {
        path: first?.instancePath === "" ? "/" : first?.instancePath,
        faults: error.validation
          .slice(0, 20)
          .map(({ instancePath, message }) => ({ path: instancePath, message })),
      });
    }
    const status = error.statusCode ?? 500;
    if (status === 429) return sendProblem(reply, 429, "too_many_requests", error.message);
    if (status >= 400 && status < 500)
      return sendProblem(reply, status, "invalid_input", error.message, { path: "/" });
    if (isAway(error)) {
      reply.header("retry-after", RETRY_AFTER_S);
      return sendProblem(
        reply,
        503,
        "unavailable",
        "the database cannot answer just now; try again in a moment",
      );
    }
    if (error.name === "TargetFault") {
      // What the target said names its owner's hosts and roles: it stays in the log.
      request.log.warn({ err: error }, "a target failed");
      return sendProblem(reply, 502, "target_failed", "the target did not do it; try again in a moment");
    }
    request.log.error({ err: error }, "broken invariant");
    return sendProblem(
      reply,
      500,
      "internal",
      `this is a fault of Curfew; its log has more under ${request.id}`,
    );
  });
}

function isAway(error: Error & { code?: string }): boolean {
  if (error.name === "ClockUnmeasured" || error.name === "VersionConflict") return true;
  if (error.message.includes("timeout exceeded when trying to connect")) return true;
  return (
    (error.code !== undefined && AWAY.has(error.code)) ||
    error.message === "Connection terminated unexpectedly"
  );
}
