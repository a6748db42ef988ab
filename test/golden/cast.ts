/** Everyone who may stand before an operation, and the API as each of them calls it: real routes, real store, no listener. */
import { text as readText } from "node:stream/consumers";
import type { FastifyInstance } from "fastify";
import type { PrincipalRef } from "../../src/domain/principal.ts";
import { accept, reject } from "../../src/domain/rejection.ts";
import { createServer } from "../../src/http/server.ts";
import { sequenceAudit } from "../../src/store/sequencer.ts";
import { createMeters } from "../../src/telemetry/meters.ts";
import { applyConfiguration } from "../../src/use-cases/apply/apply-configuration.ts";
import type { GivenDocument } from "../../src/use-cases/apply/documents.ts";
import type { Caller } from "../../src/use-cases/ports.ts";
import { must, OPERATOR, openTestSystem, type TestSystem } from "../fixtures/system.ts";

export const ROLES = [
  "nobody",
  "member",
  "requester",
  "beneficiary",
  "approver",
  "application owner",
  "administrator",
  "auditor",
  "operator",
  "publisher's administrator",
  "stranger",
] as const;
export type Role = (typeof ROLES)[number];

export interface Cast {
  readonly system: TestSystem;
  readonly app: FastifyInstance;
  readonly callers: ReadonlyMap<Role, Caller>;
  caller(role: Role): Caller;
  call(
    role: Role,
    method: "GET" | "POST" | "PUT" | "DELETE",
    url: string,
    body?: unknown,
  ): Promise<{ status: number; body: Reply }>;
  /** By its whole path, on whichever surface. */
  at(role: Role, method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }>;
  close(): Promise<void>;
}

export type Reply = Readonly<Record<string, unknown>> & { readonly code?: string; readonly id?: string };

export async function openCast(given?: TestSystem): Promise<Cast> {
  const system = given ?? (await openTestSystem(null));
  const report = must(
    await applyConfiguration(system.deps, OPERATOR, { documents: MORE, dryRun: false, prune: false }),
  );
  const idOf = (tenant: string, name: string) =>
    report.changes.find((change) => change.tenant === tenant && change.name === name)?.id ??
    system.world.id("User", tenant, name);
  const ref = (tenant: string, name: string): PrincipalRef => ({
    tenantId: (report.changes.find((change) => change.kind === "Tenant" && change.name === tenant)?.id ??
      system.world.tenant(tenant)) as PrincipalRef["tenantId"],
    objectId: idOf(tenant, name) as PrincipalRef["objectId"],
  });
  const callers = new Map<Role, Caller>([
    ["member", callerOf(system, ref("contoso", "mia"))],
    ["requester", callerOf(system, ref("fabrikam", "frank"))],
    [
      "beneficiary",
      {
        ...callerOf(system, system.world.ref("ServicePrincipal", "fabrikam", "fabrikam-deploy")),
        kind: "servicePrincipal",
      },
    ],
    ["approver", callerOf(system, ref("contoso", "casey"))],
    ["application owner", callerOf(system, ref("contoso", "oscar"))],
    ["administrator", callerOf(system, ref("contoso", "carol"), ["administrator"])],
    ["auditor", callerOf(system, ref("contoso", "aude"), ["auditor"])],
    ["operator", callerOf(system, ref("contoso", "omar"), ["operator"])],
    ["publisher's administrator", callerOf(system, ref("fabrikam", "fiona"), ["administrator"])],
    ["stranger", callerOf(system, ref("northwind", "nora"), ["administrator"])],
  ]);
  const app = await createServer({
    context: {
      deps: system.deps,
      changes: system.changes,
      keys: system.keys,
      exports: system.exports.installation,
    },
    origins: ["http://localhost"],
    authenticate: async (authorization) => {
      const caller = callers.get((authorization ?? "") as Role);
      return caller === undefined ? reject("unauthenticated", "sign in first") : accept(caller);
    },
    authenticateSession: async () => reject("unauthenticated", "sign in first"),
    portal: null,
    health: { ready: async () => {}, metrics: async () => "" },
    trustedProxy: null,
    tls: null,
    log: null,
    calls: { meters: createMeters(), joinsTraces: false, closedEarly: () => {} },
    identity: () => {},
  });
  // Nobody makes all these calls from one address: the limit for each is not what is looked at here.
  let calls = 0;
  const nextAddress = () => `127.0.${Math.floor(calls++ / 1_000)}.1`;
  await sequenceAudit(system.opened.db, () => system.opened.clock.now());
  return {
    system,
    app,
    callers,
    caller(role) {
      const found = callers.get(role);
      if (found === undefined) throw new Error(`nobody plays the ${role}`);
      return found;
    },
    async call(role, method, url, body) {
      const response = await app.inject({
        method,
        remoteAddress: nextAddress(),
        url: `/api/v1${url}`,
        headers: {
          ...(role === "nobody" ? {} : { authorization: role }),
          "content-type": "application/json",
        },
        ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
        payloadAsStream: true,
      });
      const stream = response.stream();
      if (response.headers["content-type"] === "text/event-stream") {
        stream.destroy();
        return { status: response.statusCode, body: {} };
      }
      const answered = await readText(stream);
      return { status: response.statusCode, body: answered === "" ? {} : JSON.parse(answered) };
    },
    async at(role, method, path, body) {
      const response = await app.inject({
        method: method as "GET",
        remoteAddress: nextAddress(),
        url: path,
        headers: {
          ...(role === "nobody" ? {} : { authorization: role }),
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
      });
      return { status: response.statusCode, body: response.body === "" ? undefined : response.json() };
    },
    async close() {
      await app.close();
      await system.remove();
    },
  };
}

function callerOf(system: TestSystem, ref: PrincipalRef, rights: Caller["rights"] = []): Caller {
  return { ...system.person("contoso", "carol"), ref, rights };
}

const user = (tenant: string, name: string, rights: string[] = []): GivenDocument => ({
  kind: "User",
  tenant,
  name,
  spec: { displayName: name, email: `${name}@${tenant}.example`, rights },
});

const MORE: GivenDocument[] = [
  { kind: "Tenant", name: "northwind", spec: { displayName: "Northwind" } },
  user("northwind", "nora", ["administrator"]),
  user("contoso", "mia"),
  user("contoso", "oscar"),
  user("contoso", "aude", ["auditor"]),
  user("contoso", "omar", ["operator"]),
  {
    kind: "Application",
    tenant: "contoso",
    name: "ledger",
    spec: {
      publisher: "fabrikam",
      offer: "orders-platform",
      subscription: "contoso-production",
      resourceGroup: "applications",
      managedResourceGroup: "ledger-managed",
      owners: ["oscar"],
      jit: { enabled: true, mode: "manual", approvers: ["casey"], emergencyAllowed: true },
    },
  },
];
