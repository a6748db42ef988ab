/** The endpoint that hears of an offer's applications, as the offer's own document on a surface names it: an export. */
import { type ExportId, type ExportSink, MOST_EXPORTS } from "../../domain/export-sink.ts";
import { asId, type TenantId } from "../../domain/ids.ts";
import { LIFECYCLE_KIND, type LifecycleEndpoint } from "../../domain/lifecycle-webhook.ts";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import { stamp } from "../../domain/stamp.ts";
import type { Instant } from "../../domain/time.ts";
import type { ApplyDeps } from "../apply/apply-deps.ts";
import { changedFields } from "../apply/changed-fields.ts";
import { MAX_NAME_LENGTH } from "../apply/documents.ts";
import type { Caller, Tx } from "../ports.ts";
import type { Alongside } from "../surface-resources.ts";

export interface LifecycleWebhook {
  /** The offer's name. */
  readonly offer: string;
  /** Null: nobody is to hear of its applications. */
  readonly endpoint: LifecycleEndpoint | null;
  /** Where the caller named it. */
  readonly path: string;
}

/**
 * Beside the change of an offer, in its transaction. An address without a query keeps the query that it has, so that what
 * was read can be written back: the query is a secret, and never read.
 */
export function keepingLifecycleWebhook(
  deps: ApplyDeps,
  caller: Caller,
  webhook: LifecycleWebhook,
): Alongside<unknown> {
  return {
    check: (tx) => requireRoom(tx, webhook),
    async write(tx) {
      const current = await sinkOf(tx, webhook.offer);
      const noted: Noted = { caller, now: deps.clock.now(), correlationId: deps.ids.next() };
      if (webhook.endpoint !== null)
        await keep(deps, tx, { ...webhook, endpoint: webhook.endpoint, current, noted });
      else if (current !== null) await remove(tx, current, noted);
    },
  };
}

/** Goes with its offer. */
export async function removeLifecycleWebhook(tx: Tx, offer: string, noted: Noted): Promise<void> {
  const current = await sinkOf(tx, offer);
  if (current !== null) await remove(tx, current, noted);
}

/** Where it sends to, without the secret query; by the offer's name in small letters. */
export async function lifecycleAddresses(tx: Tx): Promise<ReadonlyMap<string, string>> {
  const sinks = (await tx.exports.list()).filter(({ kind }) => kind === LIFECYCLE_KIND);
  return new Map(sinks.map(({ config }) => [String(config.offer).toLowerCase(), String(config.address)]));
}

/** Who changes it, when, and what else belongs to the change. */
export interface Noted {
  readonly caller: Caller;
  readonly now: Instant;
  readonly correlationId: string;
}

async function sinkOf(tx: Tx, offer: string): Promise<ExportSink | null> {
  const all = await tx.exports.list();
  const isIts = ({ kind, config }: ExportSink) =>
    kind === LIFECYCLE_KIND && String(config.offer).toLowerCase() === offer.toLowerCase();
  return all.find(isIts) ?? null;
}

async function requireRoom(tx: Tx, { offer, endpoint, path }: LifecycleWebhook): Promise<Outcome<void>> {
  if (endpoint === null || (await sinkOf(tx, offer)) !== null) return accept(undefined);
  const name = nameOf(offer);
  if ((await tx.exports.named(name)) !== null)
    return reject("name_taken", `the export \`${name}\` sends something else; remove it, or make it again`, {
      path,
    });
  if ((await tx.exports.list()).length < MOST_EXPORTS) return accept(undefined);
  const message = `an organisation has ${MOST_EXPORTS} exports at the most, and an endpoint is one; remove one first`;
  return reject("invalid_input", message, { path });
}

function nameOf(offer: string): string {
  return `notifications-${offer}`.slice(0, MAX_NAME_LENGTH);
}

interface Keeping {
  readonly offer: string;
  readonly endpoint: LifecycleEndpoint;
  readonly current: ExportSink | null;
  readonly noted: Noted;
}

async function keep({ secrets, ids }: ApplyDeps, tx: Tx, made: Keeping): Promise<void> {
  const { offer, endpoint, current, noted } = made;
  const tenantId: TenantId = tx.tenantId;
  const id = current?.id ?? asId<ExportId>(ids.next());
  const sealed = current === null ? null : await tx.exports.sealedSecrets(id);
  const stored = sealed === null ? {} : secrets.openExport(tenantId, id, sealed);
  const stays = current?.config.address === endpoint.address;
  // Nobody gets the query out by sending it to an address of their own.
  const query = endpoint.query === null ? (stays ? stored : {}) : { query: endpoint.query };
  const config = { offer, address: endpoint.address };
  const fields = [
    ...changedFields(current === null ? null : { address: current.config.address }, {
      address: config.address,
    }),
    ...changedFields(stored, query).map((name) => `secrets.${name}`),
  ];
  if (current !== null && fields.length === 0) return;
  const sink: ExportSink = {
    ...{ id, tenantId, name: current?.name ?? nameOf(offer), kind: LIFECYCLE_KIND, config },
    version: (current?.version ?? 0) + 1,
  };
  await tx.exports.save(sink, secrets.sealExport(tenantId, id, query));
  if (current === null) await tx.exports.begin(id, (await tx.log.head())?.sequence ?? 0, null);
  else if ((await tx.exports.position(id)).paused === "refused") await tx.exports.pause(id, null, null);
  await note(tx, sink, noted, current === null ? { action: "create" } : { action: "update", fields });
}

async function remove(tx: Tx, sink: ExportSink, noted: Noted): Promise<void> {
  await tx.exports.remove(sink.id);
  await note(tx, sink, noted, { action: "delete" });
}

async function note(
  tx: Tx,
  { id, name, tenantId }: ExportSink,
  { caller, now, correlationId }: Noted,
  what: { readonly action: string; readonly fields?: string[] },
): Promise<void> {
  const about = { kind: "export", id, tenantId, otherTenantId: null, correlationId };
  await tx.record([stamp("configuration.changed", about, caller, { kind: "Export", name, ...what })], now);
}
