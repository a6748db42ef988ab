/**
 * Configuration as code: brings tenants to what the documents say. All or nothing, in one transaction; applied twice
 * it changes nothing the second time; it obeys the guards that everybody obeys.
 */
import { z } from "zod";
import type { TenantId } from "../../domain/ids.ts";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import { mayConfigure } from "../../policy/authority.ts";
import type { Caller } from "../ports.ts";
import { type Alongside, nothingAlongside } from "../surface-resources.ts";
import type { ApplyDeps } from "./apply-deps.ts";
import {
  type ApplyRun,
  type Concerned,
  countAdministrators,
  keepAdministrators,
  mayMoveAdministrators,
  noteChange,
  requireUnchanged,
  runInOneTransaction,
  takeTurns,
  withContext,
} from "./apply-run.ts";
import { foreignTenantFault, unseenTenant } from "./authorize-apply.ts";
import { deriveId } from "./derive-id.ts";
import { type ApplyInput, type ApplyReport, KINDS, type Kind, MAX_DOCUMENTS, nameKey } from "./documents.ts";
import { faultPath, rejectAll, schemaFaults } from "./faults.ts";
import type { DocumentSteps, ObjectIdentity } from "./kind.ts";
import { isRefusedAnyway, standsAs } from "./left-alone.ts";
import { identityOf, idNotFree } from "./object-identity.ts";
import { onRecord } from "./on-record.ts";
import { type OpenDocument, openDocuments, prepareAll } from "./open-documents.ts";
import { markLeaving, pruneLeaves, pruneRest } from "./prune.ts";
import { tenantOf } from "./references.ts";
import { acknowledgeSchema, type BooksBefore } from "./touched.ts";

export type { ApplyInput, ApplyReport, Change, GivenDocument } from "./documents.ts";

const inputSchema = z.strictObject({
  documents: z.array(z.unknown()).min(1, "give at least one document").max(MAX_DOCUMENTS),
  dryRun: z.boolean(),
  prune: z.boolean(),
  remember: z.boolean().optional(),
  acknowledge: acknowledgeSchema.optional(),
  onlyIf: z.union([z.enum(["*", "absent"]), z.array(z.string())]).optional(),
});

export function applyConfiguration(
  deps: ApplyDeps,
  caller: Caller,
  input: ApplyInput,
  also: Alongside<ApplyReport> = nothingAlongside,
): Promise<Outcome<ApplyReport>> {
  const attempt = { dryRun: input.dryRun, objects: input.documents };
  return onRecord(deps, caller, attempt, () => applyInput(deps, caller, input, also));
}

async function applyInput(
  deps: ApplyDeps,
  caller: Caller,
  input: ApplyInput,
  also: Alongside<ApplyReport>,
): Promise<Outcome<ApplyReport>> {
  const allowed = mayConfigure(caller);
  if (!allowed.ok) return allowed;
  const opened = await openInput(deps, caller, input);
  if (!opened.ok) return opened;
  const { open } = opened.value;
  const names = new Set(open.map(({ document }) => promiseKey(document.kind, document.name)));
  const promised = (kind: Kind, name: string) => names.has(promiseKey(kind, name));
  const { dryRun, acknowledge } = input;
  const options = { deps, caller, dryRun, promised, acknowledge, also };
  const run = (trial: boolean) =>
    runInOneTransaction({ ...options, trial }, (one) => applyAll(one, opened.value, input));
  if (!dryRun && open.some(({ steps }) => steps.prepare !== undefined)) {
    // What takes long is done for what will be stored, and for nothing that is refused.
    const tried = await run(true);
    if (!tried.ok) return tried;
    await prepareAll(deps, open, (tenant) => deps.store.routes.tenantByName(tenant));
  }
  return run(false);
}

interface Opened {
  readonly open: readonly OpenDocument[];
  /** Name of the caller's own tenant. */
  readonly home: string | null;
}

async function openInput(deps: ApplyDeps, caller: Caller, input: ApplyInput): Promise<Outcome<Opened>> {
  const parsed = inputSchema.safeParse(input);
  if (!parsed.success) {
    const [first] = schemaFaults(parsed.error, "");
    return reject("invalid_input", first?.message ?? "not a set of documents", {
      path: first?.pointer ?? "",
    });
  }
  const home = await homeOf(deps, caller);
  const { open, faults } = openDocuments(input.documents, home);
  const foreign = open
    .map(({ document, tenant }) => foreignTenantFault(caller, home, tenant, document))
    .filter((fault) => fault !== null);
  const all = [...foreign, ...faults];
  return all.length > 0 ? rejectAll(all) : accept({ open, home });
}

/** The caller's own tenant. An operator may belong to none: every document then says which tenant it is about. */
export function homeOf({ store }: ApplyDeps, { ref }: Caller): Promise<string | null> {
  return store.routes.nameOfTenant(ref.tenantId);
}

async function applyAll(run: ApplyRun, { open, home }: Opened, input: ApplyInput): Promise<BooksBefore> {
  const tenants = await concernedTenants(run, open, home);
  const all = [...tenants.values()];
  const books = await takeTurns(run, all, await publishersIn(run, open));
  await eachIn(run, tenants, open, (tenant, { handler, document }) =>
    requireUnchanged(
      run,
      { tenant, handler, name: document.name, path: faultPath(document, "") },
      input.onlyIf,
    ),
  );
  if (run.faults.length > 0) return books;
  const kinds = open.map(({ handler }) => handler.kind);
  const guarded = input.prune || mayMoveAdministrators(kinds) ? all : [];
  const before = await countAdministrators(run, guarded);
  for (const one of open.filter(({ handler }) => handler.kind === "Tenant")) {
    await putOne(run, one, tenants.get(one.tenant), null);
  }
  if (run.faults.length > 0) return books;

  const rest = open.filter(({ handler }) => handler.kind !== "Tenant");
  if (input.prune) await markLeaving(run, all, rest);
  const alone = await leftAlone(run, tenants, rest);
  const asked = rest.filter((one) => !alone.has(one));
  await refuseClosed(run, asked, tenants);
  if (run.faults.length > 0) return books;
  const identities = new Map<OpenDocument, ObjectIdentity>(alone);
  await eachIn(run, tenants, asked, async (tenant, one) => {
    const identity = await identifyOne(run, one, tenant);
    if (identity !== null) identities.set(one, identity);
  });
  if (run.faults.length > 0) return books;
  if (input.prune) await pruneLeaves(run, all, rest);
  for (const kind of KINDS) {
    const ofKind = rest.filter(({ handler }) => handler.kind === kind);
    await eachIn(run, tenants, ofKind, (tenant, one) =>
      putOne(run, alone.has(one) ? { ...one, steps: NOTHING } : one, tenant, identities.get(one) ?? null),
    );
  }
  if (run.faults.length > 0) return books;
  if (input.prune) await pruneRest(run, all, rest);
  if (input.remember !== false) await rememberAll(run, tenants, rest);
  await keepAdministrators(run, guarded, before);
  return books;
}

const NOTHING: DocumentSteps = { put: async () => ({ fields: [] }) };

/**
 * What stands as its document says, and is not looked at again: all of it where nothing else changes; otherwise what was
 * refused before any change already, so that a change of one thing is still told what it does to the others.
 */
async function leftAlone(
  run: ApplyRun,
  tenants: ReadonlyMap<string, Concerned>,
  open: readonly OpenDocument[],
): Promise<ReadonlyMap<OpenDocument, ObjectIdentity>> {
  const standing = new Map<OpenDocument, ObjectIdentity>();
  await eachIn(run, tenants, open, async (tenant, one) => {
    const id = await standsAs(run, tenant, one);
    if (id !== null) standing.set(one, { id, isNew: false });
  });
  const changes = run.changes.some(({ action }) => action !== "unchanged") || run.leaving.size > 0;
  if (standing.size === open.length && !changes) return standing;
  await eachIn(run, tenants, [...standing.keys()], async (tenant, one) => {
    const id = standing.get(one)?.id ?? "";
    if (!(await isRefusedAnyway(run, tenant, one, id))) standing.delete(one);
  });
  return standing;
}

/** Works through documents tenant by tenant, entering each tenant once. */
async function eachIn(
  run: ApplyRun,
  tenants: ReadonlyMap<string, Concerned>,
  open: readonly OpenDocument[],
  work: (tenant: Concerned, one: OpenDocument) => Promise<void>,
): Promise<void> {
  for (const [name, tenant] of tenants) {
    const mine = open.filter(({ tenant: of }) => of === name);
    if (mine.length === 0) continue;
    await run.root.inside(tenant.id, async () => {
      for (const one of mine) await work(tenant, one);
    });
  }
}

/** Every tenant that the documents name; one that they make has its id already. */
async function concernedTenants(
  run: ApplyRun,
  open: readonly OpenDocument[],
  home: string | null,
): Promise<Map<string, Concerned>> {
  const tenants = new Map<string, Concerned>();
  for (const { tenant: name, document } of open) {
    if (tenants.has(name)) continue;
    const made = open.find(({ handler, tenant }) => handler.kind === "Tenant" && tenant === name);
    const known = name === home ? { id: run.caller.ref.tenantId, name } : await run.root.tenants.named(name);
    if (known !== null) tenants.set(name, { id: known.id, name: known.name });
    else if (made !== undefined) tenants.set(name, { id: await newTenantId(run, made), name });
    else
      run.faults.push({
        code: "not_found",
        path: faultPath(document, "/tenant"),
        message: unseenTenant(name),
      });
  }
  return tenants;
}

async function newTenantId(run: ApplyRun, { document }: OpenDocument): Promise<TenantId> {
  const id = (document.id ?? deriveId("", "Tenant", document.name, 0)) as TenantId;
  if (await run.root.applied.isIdTaken(id)) {
    run.faults.push({ code: "name_taken", path: faultPath(document, "/id"), message: idNotFree(id) });
  }
  return id;
}

async function publishersIn(run: ApplyRun, open: readonly OpenDocument[]): Promise<TenantId[]> {
  const publishers: TenantId[] = [];
  for (const { document } of open) {
    const { publisher } = document.spec;
    if (document.kind !== "Application" || typeof publisher !== "string") continue;
    const found = await tenantOf(run.root, publisher);
    if (found !== null) publishers.push(found.id);
  }
  return publishers;
}

async function refuseClosed(
  run: ApplyRun,
  open: readonly OpenDocument[],
  tenants: ReadonlyMap<string, Concerned>,
): Promise<void> {
  for (const { id, name } of tenants.values()) {
    const tenant = await run.root.tenants.find(id);
    const one = open.find(({ tenant: of }) => of === name);
    if (tenant === null || tenant.closedAt === null || one === undefined) continue;
    const message = `the tenant \`${name}\` is closed; nothing in it can change any more`;
    run.faults.push({ code: "invalid_input", path: faultPath(one.document, "/tenant"), message });
  }
}

/** Finds or names an object before any is changed, so that documents can refer to each other in any order. */
async function identifyOne(
  run: ApplyRun,
  { document, handler, steps }: OpenDocument,
  tenant: Concerned,
): Promise<ObjectIdentity | null> {
  return withContext(run, tenant, { name: document.name, placed: document }, async (context) => {
    const identity = await identityOf(context, handler, document.id ?? steps.explicitId ?? null);
    if (identity?.isNew) await steps.reserve?.(context, identity);
    return identity;
  });
}

async function putOne(
  run: ApplyRun,
  { document, handler, steps }: OpenDocument,
  tenant: Concerned | undefined,
  known: ObjectIdentity | null,
): Promise<void> {
  if (tenant === undefined) return;
  const identity = known ?? (await tenantIdentity(run, tenant));
  await withContext(run, tenant, { name: document.name, placed: document }, async (context) => {
    const result = await steps.put(context, identity);
    if (result === null) return;
    const action = identity.isNew ? "create" : result.fields.length > 0 ? "update" : "unchanged";
    await noteChange(run, context, { action, kind: handler.kind, id: result.id ?? identity.id, result });
  });
}

async function tenantIdentity(run: ApplyRun, tenant: Concerned): Promise<ObjectIdentity> {
  return { id: tenant.id, isNew: (await run.root.tenants.find(tenant.id)) === null };
}

/** What this apply owns from now on; only what is new to it is written. */
async function rememberAll(
  run: ApplyRun,
  tenants: ReadonlyMap<string, Concerned>,
  open: readonly OpenDocument[],
): Promise<void> {
  const ids = new Map(run.changes.map((made) => [objectKey(made.tenant, made.kind, made.name), made.id]));
  for (const tenant of tenants.values()) {
    const mine = open.filter(({ tenant: of }) => of === tenant.name);
    await run.root.inside(tenant.id, async (tx) => {
      const known = new Map((await tx.applied.list()).map((one) => [`${one.kind} ${one.nameKey}`, one.id]));
      for (const { kind, name } of mine.map(({ document }) => document)) {
        const id = ids.get(objectKey(tenant.name, kind, name));
        const key = nameKey(name);
        if (id === undefined || known.get(`${kind} ${key}`) === id) continue;
        await tx.applied.remember({ kind, nameKey: key, id });
      }
    });
  }
}

function objectKey(tenant: string, kind: Kind, name: string): string {
  return [tenant, kind, nameKey(name)].join("\n");
}

function promiseKey(kind: Kind, name: string): string {
  return `${kind}\n${nameKey(name)}`;
}
