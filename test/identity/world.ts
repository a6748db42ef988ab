/** A real store, a real server on a port of its own, and two tenants with people and workloads in them. */
import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import fastify, { type FastifyInstance } from "fastify";
import { asId, type ObjectId, type TenantId } from "../../src/domain/ids.ts";
import type { PrincipalRef } from "../../src/domain/principal.ts";
import { type Clock, instant } from "../../src/domain/time.ts";
import { createIdentity, type Identity } from "../../src/identity/create-identity.ts";
import { identityStore } from "../../src/store/identity/identity-store.ts";
import { type OpenStore, openStore } from "../../src/store/open-store.ts";
import { withTenant } from "../../src/store/within-tenant.ts";
import type { IdentityStore } from "../../src/use-cases/identity-ports.ts";
import type { LeftOut } from "../../src/use-cases/ports.ts";
import { storeDirectory } from "../fixtures/prepared.ts";

export const PASSWORD = "correct horse battery";

export interface World {
  readonly opened: OpenStore;
  readonly clock: MovableClock;
  readonly lines: string[];
  close(): Promise<void>;
}

export interface Running {
  readonly baseUrl: string;
  readonly identity: Identity;
  readonly app: FastifyInstance;
  close(): Promise<void>;
}

/** The database's clock, and how far the test has moved it. */
export interface MovableClock extends Clock {
  move(ms: number): void;
}

export async function openWorld(): Promise<World> {
  const dataDir = storeDirectory("identity");
  const lines: string[] = [];
  const opened = await openStore({ dataDir, databaseUrl: null, keyFile: null, log: () => {} });
  let movedMs = 0;
  return {
    opened,
    lines,
    clock: {
      now: () => instant(opened.clock.now() + movedMs),
      move(ms) {
        movedMs += ms;
      },
    },
    async close() {
      await opened.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export interface ServeOptions {
  readonly deviceFlow?: boolean;
  /** Beside the issuer's own. */
  readonly origins?: readonly string[];
  readonly trustProxy?: boolean;
  /** Stands between sign-in and what it asks of the store. */
  readonly between?: (real: IdentityStore) => IdentityStore;
  readonly leftOut?: LeftOut;
}

/** The issuer must be known before anything is mounted, so the socket listens first. */
export async function serve(world: World, options: ServeOptions = {}): Promise<Running> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { opened, clock, lines } = world;
  const { between = (real) => real } = options;
  const identity = await createIdentity({
    issuer: baseUrl,
    origins: [baseUrl, ...(options.origins ?? [])],
    store: opened.store,
    identities: between(identityStore(opened.db)),
    key: opened.key,
    clock,
    time: opened.clock,
    deviceFlow: options.deviceFlow ?? false,
    log: (line) => lines.push(line),
    leftOut: options.leftOut,
  });
  const app = fastify({
    trustProxy: options.trustProxy ?? false,
    serverFactory: (handler) => server.on("request", handler),
  });
  await identity.register(app);
  await app.ready();
  return {
    baseUrl,
    identity,
    app,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await app.close();
      await identity.close();
    },
  };
}

export async function makeTenant({ opened }: World, name: string): Promise<TenantId> {
  const tenantId = asId<TenantId>(randomUUID());
  await withTenant(opened.db, tenantId, ({ trx }) =>
    trx.insertInto("tenant").values({ tenant_id: tenantId, name, display_name: name }).execute(),
  );
  return tenantId;
}

export async function makePrincipal(
  { opened }: World,
  tenantId: TenantId,
  kind: "user" | "servicePrincipal",
  name: string,
): Promise<PrincipalRef> {
  const ref = { tenantId, objectId: asId<ObjectId>(randomUUID()) };
  const email = kind === "user" ? `${name}@${tenantId.slice(0, 8)}.example` : null;
  await withTenant(opened.db, tenantId, ({ trx }) =>
    trx
      .insertInto("principal")
      .values({
        tenant_id: tenantId,
        object_id: ref.objectId,
        kind,
        name,
        display_name: name,
        email,
        linked_tenant_id: null,
        linked_object_id: null,
      })
      .execute(),
  );
  return ref;
}

export interface Person {
  readonly ref: PrincipalRef;
  readonly email: string;
  readonly password: string;
}

export function credentials({ email, password }: Person): { email: string; password: string } {
  return { email, password };
}

export async function makePerson(
  world: World,
  { identity }: Running,
  tenantId: TenantId,
  name: string,
): Promise<Person> {
  const ref = await makePrincipal(world, tenantId, "user", name);
  const email = `${name}@${tenantId.slice(0, 8)}.example`;
  const hashed = await identity.accounts.hashPassword(PASSWORD);
  if (!hashed.ok) throw new Error(hashed.rejection.message);
  const answer = await world.opened.store.inTenant(tenantId, (tx) =>
    tx.accounts.setPassword(ref, email, hashed.value),
  );
  if (answer !== "set") throw new Error(answer);
  return { ref, email, password: PASSWORD };
}

export async function makeWorkload(
  world: World,
  { identity }: Running,
  tenantId: TenantId,
  clientId: string,
): Promise<{ readonly ref: PrincipalRef; readonly clientId: string; readonly secret: string }> {
  const ref = await makePrincipal(world, tenantId, "servicePrincipal", clientId);
  const { secret, hash } = identity.accounts.newClientSecret();
  const answer = await world.opened.store.inTenant(tenantId, (tx) =>
    tx.accounts.setClientSecret(ref, clientId, hash),
  );
  if (answer !== "set") throw new Error(answer);
  return { ref, clientId, secret };
}
