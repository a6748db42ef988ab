/**
 * What was refused because it is so already, or may have been done though its answer was lost: by this call, by another
 * tab, or by a click before. Where it is so it is an answer and no error. Decided by what the server says now, here for
 * every button; what takes an idempotency key needs none of it (`once.ts`).
 */
import type { Answer, Input, OperationId } from "../../../src/client/client.ts";
import { ApiProblem } from "../../../src/client/problem.ts";
import { bare } from "./isolated.ts";
import { isUnknown } from "./passing.ts";

type Call = <O extends OperationId>(operation: O, input: Input<O>) => Promise<Answer<O>>;
/** Null where it is not as was wanted. */
type Looks = {
  readonly [O in OperationId]?: (
    input: Input<O>,
    call: Call,
    code: string | null,
  ) => Promise<Answer<O> | null>;
};

const REFUSED = [
  "already_decided",
  "already_reviewed",
  "grant_not_active",
  "name_taken",
  "not_found",
  "not_proposed",
  "request_not_pending",
  "review_not_needed",
  "version_conflict",
];

const LOOKS: Looks = {
  async cancelAccessRequest({ path }, call) {
    const request = await call("readAccessRequest", { path });
    return request.state === "canceled" ? request : null;
  },
  async acceptAccessRequest({ path }, call) {
    const request = await call("readAccessRequest", { path });
    const taken = request.proposal === null && !isSame(request.terms, request.asked);
    return taken ? request : null;
  },
  async decideAccessRequest({ path, headers, body }, call) {
    const [request, { principal }] = await Promise.all([
      call("readAccessRequest", { path }),
      call("readMe", {}),
    ]);
    const own = request.decisions.findLast(
      ({ by }) => "objectId" in by && by.objectId === principal.objectId,
    );
    // Of an earlier stage it may read the same: this one moved the request on from what was seen.
    const seen = headers?.["if-match"];
    const isWanted =
      own !== undefined &&
      seen !== `"${request.version}"` &&
      own.decision === body.decision &&
      isSame(own.justification, body.justification ?? null) &&
      isSame({ ...own.terms, ...body.terms }, own.terms);
    return isWanted ? request : null;
  },
  deactivateGrant: overGrant,
  revokeGrant: overGrant,
  async reviewGrant({ path, body }, call) {
    const grant = await call("readGrant", { path });
    const { outcome, justification } = grant.review ?? {};
    return outcome === body.outcome && isSame(justification, body.justification) ? grant : null;
  },
  // Whoever may end it was shown it: what is not there any more has ended.
  endEligibility: async ({ path: { id } }, _, code) => (code === "not_found" ? { id, ended: true } : null),
  async putConfiguration({ path, body }, call) {
    const report = await call("putConfiguration", { path, query: { dryRun: "true" }, body });
    return report.changes.every(({ action }) => action === "unchanged") ? report : null;
  },
  async changeJitPolicy({ path, body }, call) {
    const { jitPolicy, own } = await call("readApplication", { path });
    return jitPolicy !== null && isSame(own?.policy, body) ? { version: jitPolicy.version } : null;
  },
};

/** @returns what is so already, or null: then it is the failure that it was */
export async function alreadyDone<O extends OperationId>(
  operation: O,
  input: Input<O>,
  error: unknown,
  call: Call,
): Promise<Answer<O> | null> {
  const look = LOOKS[operation];
  const code = error instanceof ApiProblem ? error.code : null;
  const mayBeDone = isUnknown(error) || REFUSED.includes(code ?? "");
  return look === undefined || !mayBeDone ? null : look(input, call, code).catch(() => null);
}

async function overGrant({ path }: { readonly path: { id: string } }, call: Call) {
  const grant = await call("readGrant", { path });
  return grant.state === "ended" || grant.state === "deprovisioning" ? grant : null;
}

/** The same members, in whatever order they are named; what was answered is isolated, and what was typed is not. */
function isSame(a: unknown, b: unknown): boolean {
  const textOf = (value: unknown) => bare(JSON.stringify(value ?? null, sorted));
  return textOf(a) === textOf(b);
}

function sorted(_: string, value: unknown): unknown {
  const isRecord = typeof value === "object" && value !== null && !Array.isArray(value);
  return isRecord ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value;
}
