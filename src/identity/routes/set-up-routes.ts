/** Set-up as a form and as JSON; gone once there is an administrator. */
import type { FastifyInstance, FastifyReply } from "fastify";
import type { Rejection } from "../../domain/rejection.ts";
import { messagePage } from "../pages/page.ts";
import { setUpDonePage, setUpPage } from "../pages/set-up-page.ts";
import type { NewInstallation, SetUp } from "../set-up/set-up.ts";
import { answer, field, formRoutes } from "./forms.ts";

const MAX_BODY_BYTES = 16 * 1024;
const HIDDEN = { hide: true };
/** Many passwords are being hashed. */
const RETRY_AFTER_SECONDS = 2;

export async function setUpRoutes(app: FastifyInstance, setUp: SetUp): Promise<void> {
  await formRoutes(app, (scope) => {
    scope.get("/setup", { schema: HIDDEN }, async (_request, reply) => {
      if (!(await setUp.isNeeded())) return answer(reply, DONE_BEFORE);
      return answer(reply, setUpPage({ problem: null, tenantName: "", displayName: "", email: "" }));
    });
    scope.post("/setup", { schema: HIDDEN }, async (request, reply) => {
      const given = {
        tenantName: field(request, "tenantName"),
        displayName: field(request, "displayName"),
        email: field(request, "email"),
        password: field(request, "password"),
      };
      const rejection = await trySetUp(setUp, field(request, "token"), given);
      if (rejection === null) return answer(reply, setUpDonePage());
      const status = STATUS[rejection.code] ?? 400;
      if (status === 409 && rejection.code === "forbidden") return answer(reply, DONE_BEFORE);
      const wait = status === 429 ? { retryAfterSeconds: RETRY_AFTER_SECONDS } : {};
      return answer(reply, setUpPage({ ...given, problem: rejection.message, status, ...wait }));
    });
  });
  app.post("/api/v1/setup", { schema: HIDDEN, bodyLimit: MAX_BODY_BYTES }, async ({ body }, reply) => {
    if (typeof body !== "object" || body === null || !("token" in body) || typeof body.token !== "string") {
      const message = "send `token`, `tenantName`, `displayName`, `email` and `password` as JSON";
      return problem(reply, { code: "invalid_input", message, path: "/token" });
    }
    const { token, ...given } = body;
    // The shape is checked where it is spent; until then it is whatever came.
    const rejection = await trySetUp(setUp, token, given as NewInstallation);
    if (rejection !== null) return problem(reply, rejection);
    return reply.code(201).header("cache-control", "no-store").send({ completed: true });
  });
}

const DONE_BEFORE = messagePage(
  "Nothing to set up",
  ["This installation has its administrator. Sign in instead."],
  404,
);

const STATUS: Partial<Record<Rejection["code"], number>> = {
  unauthenticated: 401,
  forbidden: 409,
  name_taken: 409,
  too_many_requests: 429,
};

async function trySetUp(setUp: SetUp, token: string, given: NewInstallation): Promise<Rejection | null> {
  const outcome = await setUp.spend(token, given);
  return outcome.ok ? null : outcome.rejection;
}

/** RFC 9457. */
function problem(reply: FastifyReply, { code, message, path }: Rejection): FastifyReply {
  const status = STATUS[code] ?? 400;
  if (status === 429) reply.header("retry-after", String(RETRY_AFTER_SECONDS));
  const title = "the installation was not set up";
  return reply
    .code(status)
    .header("cache-control", "no-store")
    .type("application/problem+json")
    .send(
      JSON.stringify({
        type: `urn:curfew:problem:${code}`,
        title,
        status,
        code,
        detail: message,
        ...(path === undefined ? {} : { path }),
        requestId: reply.request.id,
      }),
    );
}
