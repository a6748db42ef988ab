/** Microsoft Graph's surface, as far as Privileged Identity Management goes: its addresses, its versions, its envelope of errors. */
import type { FastifyRequest } from "fastify";
import { type Call, type Operation, refuse } from "../odata/operation.ts";
import { clientsId, type Match, namesIn, type Part, type Surface } from "../odata/surface.ts";
import { BOTH } from "./versions.ts";

/** The version is the path's first segment; an operation's template begins behind it. */
export type GraphCall = Call;
export type GraphOperation = Operation<GraphCall>;

export const GRAPH: Surface<GraphCall, Match<GraphCall>> = {
  name: "Graph",
  async load() {
    const { GRAPH_OPERATIONS } = await import("./operations.ts");
    return (segments) => {
      const parts = segments.slice(1).flatMap(partsOf);
      return GRAPH_OPERATIONS.flatMap((operation) => {
        const names = namesIn(operation.path, parts);
        return names === null ? [] : { operation, names };
      });
    };
  },
  urls: BOTH.map((version) => `/${version}/*`),
  versionOf: ([version = null]) => version,
  parameters: [],
  unserved: (versions) =>
    refuse(404, "ResourceNotFound", `this is served under /${versions.join(" and /")} only`),
  codes: { badAddress: "BadRequest", nothingThere: "ResourceNotFound" },
  complete: (call) => call,
  headersOf: (request) => ({ "odata-version": "4.0", ...idsOf(request) }),
  // Every refusal of an ask is a 400 with its code, as Graph has it.
  refusalOf: ({ status, code, message }, request) => ({
    status: status === 409 ? 400 : status,
    body: {
      error: {
        code,
        message,
        innerError: { date: new Date().toISOString().slice(0, 19), ...idsOf(request) },
      },
    },
  }),
};

function idsOf(request: FastifyRequest) {
  const given = clientsId(request, "client-request-id");
  return { "request-id": request.id, "client-request-id": given ?? request.id };
}

const NAMESPACE = /^microsoft\.graph\./i;
// A workload has one id here, by either name.
const KEY_NAME = /^(?:id|appId)=/i;

/** `set('key')` and `set(appId='key')` are a set and a key; `name(on='principal')` calls a function. */
function partsOf(segment: string): Part[] {
  const open = segment.indexOf("(");
  if (open <= 0 || !segment.endsWith(")")) return [{ text: segment, args: null }];
  const text = segment.slice(0, open).replace(NAMESPACE, "");
  const inner = segment.slice(open + 1, -1);
  const key = inner.replace(KEY_NAME, "");
  if (key !== "" && !key.includes("="))
    return [
      { text, args: null },
      { text: unquoted(key), args: null },
    ];
  const args: Record<string, string> = {};
  for (const pair of inner.split(",").filter((one) => one !== "")) {
    const [name = "", value = ""] = pair.split("=");
    args[name.trim().toLowerCase()] = unquoted(value.trim());
  }
  return [{ text, args }];
}

function unquoted(text: string): string {
  return text.replace(/^'(.*)'$/, "$1");
}
