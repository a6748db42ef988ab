/** A throw-away store with an operator in it, and the demo's world as documents with secrets filled in. */
import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { LineCounter, parseAllDocuments } from "yaml";
import { asId, type ObjectId, type TenantId } from "../../src/domain/ids.ts";
import type { Outcome } from "../../src/domain/rejection.ts";
import type { Right } from "../../src/domain/tenant.ts";
import { type Instant, instant } from "../../src/domain/time.ts";
import { exportKinds } from "../../src/exports/kinds.ts";
import { webhookSink } from "../../src/exports/webhook.ts";
import { createAccounts } from "../../src/identity/credentials/accounts.ts";
import { createOneTimeCodes } from "../../src/identity/credentials/one-time-codes.ts";
import { createPasswordHasher } from "../../src/identity/credentials/password-hash.ts";
import { exportSecrets } from "../../src/store/exports.ts";
import { type OpenStore, openStore } from "../../src/store/open-store.ts";
import { withTenant } from "../../src/store/within-tenant.ts";
import { describeWith, targetKinds } from "../../src/targets/kinds.ts";
import { postgresTarget } from "../../src/targets/postgres/postgres-target.ts";
import { applyConfiguration } from "../../src/use-cases/apply/apply-configuration.ts";
import type { ApplyDeps, SecretKeeper } from "../../src/use-cases/apply/apply-deps.ts";
import type { ApplyReport, Change, GivenDocument } from "../../src/use-cases/apply/documents.ts";
import type { Caller } from "../../src/use-cases/ports.ts";
import { storeDirectory } from "../fixtures/prepared.ts";

export const PASSWORD = "correct horse battery";
export const TARGET_SECRET = "open sesame";
export const CLIENT_SECRET = "s".repeat(40);
const WORLD = new URL("../../demo/world/", import.meta.url);

export interface ApplyWorld {
  readonly opened: OpenStore;
  readonly deps: ApplyDeps;
  readonly operator: Caller;
  move(ms: number): void;
  apply(
    caller: Caller,
    documents: readonly GivenDocument[],
    options?: Partial<ApplyOptions>,
  ): Promise<Outcome<ApplyReport>>;
  /** As a person of the demo's world. */
  as(tenant: string, name: string, rights?: readonly Right[]): Promise<Caller>;
  tenantId(name: string): Promise<TenantId>;
  close(): Promise<void>;
}

interface ApplyOptions {
  readonly dryRun: boolean;
  readonly prune: boolean;
  readonly remember: boolean;
}

export async function openApplyWorld(): Promise<ApplyWorld> {
  const dataDir = storeDirectory("apply");
  const opened = await openStore({
    dataDir,
    databaseUrl: null,
    keyFile: null,
    log: () => {},
    describeTarget: describeWith([postgresTarget]),
  });
  let movedMs = 0;
  const now = (): Instant => instant(opened.clock.now() + movedMs);
  const deps: ApplyDeps = {
    store: opened.store,
    decisions: opened.decisions,
    clock: { now, bounds: () => ({ earliest: now(), latest: now() }) },
    ids: { next: randomUUID },
    secrets: secretKeeper(opened),
    targetKinds: targetKinds([postgresTarget]),
    exportKinds: exportKinds([webhookSink]),
  };
  const operator = await makeOperator(opened);
  const tenantId = async (name: string) => {
    const found = await opened.store.routes.tenantByName(name);
    if (found === null) throw new Error(`no tenant ${name}`);
    return found;
  };
  return {
    opened,
    deps,
    operator,
    move(ms) {
      movedMs += ms;
    },
    apply: (caller, documents, options = {}) =>
      applyConfiguration(deps, caller, { documents, dryRun: false, prune: false, ...options }),
    async as(tenant, name, rights = []) {
      const id = await tenantId(tenant);
      const [record] = await opened.store.inTenant(id, (tx) => tx.principals.named(name));
      if (record === undefined) throw new Error(`no principal ${tenant}/${name}`);
      return callerOf(id, record.objectId, rights);
    },
    tenantId,
    async close() {
      await opened.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** The demo's world as its files have it, where they have it, with secrets. */
export function demoWorld(): GivenDocument[] {
  return readdirSync(WORLD)
    .sort()
    .flatMap((file) => readDocuments(file, readFileSync(new URL(file, WORLD), "utf8")))
    .filter(({ name }) => name !== "invoice-archive")
    .map(withoutForm)
    .map(withSecrets);
}

/** Offers and their versions are looked at without a form, which has tests of its own, and one offer is enough. */
function withoutForm(document: GivenDocument): GivenDocument {
  if (document.kind !== "ApplicationDefinition") return document;
  const { package: _, logo, ...spec } = document.spec as Record<string, unknown>;
  const { fromPicture } = (logo ?? {}) as { fromPicture?: string };
  const picture = (path: string) => ({ logo: readFileSync(new URL(path, WORLD)).toString("base64") });
  return { ...document, spec: { ...spec, ...(fromPicture === undefined ? {} : picture(fromPicture)) } };
}

export function readDocuments(file: string, text: string): GivenDocument[] {
  const lines = new LineCounter();
  return parseAllDocuments(text, { lineCounter: lines }).map((parsed) => {
    const [start = 0] = parsed.contents?.range ?? [];
    return { ...(parsed.toJS() as GivenDocument), source: { file, line: lines.linePos(start).line } };
  });
}

export function only(documents: readonly GivenDocument[], kind: string, name: string): GivenDocument {
  const found = documents.find((one) => one.kind === kind && one.name === name);
  if (found === undefined) throw new Error(`no document ${kind} ${name}`);
  return found;
}

/** The same document with members of its spec replaced. */
export function changed(document: GivenDocument, spec: Readonly<Record<string, unknown>>): GivenDocument {
  return { ...document, spec: { ...(document.spec as object), ...spec } };
}

export function must(outcome: Outcome<ApplyReport>): readonly Change[] {
  if (!outcome.ok)
    throw new Error(`${outcome.rejection.code} ${outcome.rejection.path}: ${outcome.rejection.message}`);
  return outcome.value.changes;
}

export function refusal(outcome: Outcome<unknown>): {
  code: string;
  message: string;
  path: string | undefined;
} {
  if (outcome.ok) throw new Error("it was accepted");
  const { code, message, path } = outcome.rejection;
  return { code, message, path };
}

export function callerOf(tenantId: TenantId, objectId: ObjectId, rights: readonly Right[]): Caller {
  const session = { amr: ["pwd"], acr: null, acrs: [], authTime: instant(0), ip: null, via: "test" };
  return { ref: { tenantId, objectId }, kind: "user", rights, session, limited: false };
}

function withSecrets(document: GivenDocument): GivenDocument {
  switch (document.kind) {
    case "User":
      return changed(document, { password: { value: PASSWORD } });
    case "ServicePrincipal":
      return changed(document, { clientSecret: { value: CLIENT_SECRET } });
    case "Target":
      return changed(document, { secrets: { password: { value: TARGET_SECRET } } });
    default:
      return document;
  }
}

async function makeOperator(opened: OpenStore): Promise<Caller> {
  const tenantId = asId<TenantId>(randomUUID());
  const objectId = asId<ObjectId>(randomUUID());
  const key = { tenant_id: tenantId, object_id: objectId };
  await withTenant(opened.db, tenantId, async ({ trx }) => {
    await trx
      .insertInto("tenant")
      .values({ tenant_id: tenantId, name: "operations", display_name: "Operations" })
      .execute();
    await trx
      .insertInto("principal")
      .values({ ...key, kind: "user", name: "olga", display_name: "Olga", email: "olga@operations.example" })
      .execute();
    await trx
      .insertInto("tenant_right")
      .values({ ...key, held: "operator" })
      .execute();
  });
  return callerOf(tenantId, objectId, ["operator"]);
}

function secretKeeper({ key }: OpenStore): SecretKeeper {
  const passwords = createPasswordHasher();
  const place = (tenantId: string, id: string) => `target/${tenantId}/${id}`;
  return {
    accounts: createAccounts(passwords, createOneTimeCodes(key)),
    passwordMatches: passwords.matches,
    openSession: () => null,
    openTotp: (ref, sealed) => key.open(`totp ${ref.tenantId}/${ref.objectId}`, sealed),
    sealTarget: (tenantId, id, secrets) => key.seal(place(tenantId, id), JSON.stringify(secrets)),
    openTarget: (tenantId, id, sealed) => JSON.parse(key.open(place(tenantId, id), sealed)),
    ...exportSecrets(key),
  };
}
