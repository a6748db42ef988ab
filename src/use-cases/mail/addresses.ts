/** Addresses that mail goes to, as a tenant's administrators see them, and what a tenant says of its mails. */
import type { TenantId } from "../../domain/ids.ts";
import { isPlainLine } from "../../domain/plain-text.ts";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import { type About, stamp } from "../../domain/stamp.ts";
import type { JsonObject } from "../../domain/target-binding.ts";
import { mayAnswerForTenant, mayConfigure } from "../../policy/authority.ts";
import type { Caller, Deps, MailRepository, MailSettings, StoredAddress, StoredMail, Tx } from "../ports.ts";

/** What becomes of an address is a person's where it is one's, so that it stands in their history. */
export function aboutAddress(
  tenantId: TenantId,
  { id, address, person, ruleOf }: StoredAddress,
): { readonly about: About; readonly facts: JsonObject } {
  const subject = person === null ? { kind: "mailAddress", id } : { kind: "principal", id: person.objectId };
  const facts = { address, ...(person === null ? { ruleOf } : { name: person.displayName }) };
  return { about: { ...subject, tenantId, otherTenantId: null, correlationId: subject.id }, facts };
}

/** What becomes of mail to it, as a word. */
export function stateOfAddress(address: StoredAddress | null): "confirmed" | "unconfirmed" | "switchedOff" {
  if (address !== null && address.switchedOffAt !== null) return "switchedOff";
  return address === null || address.confirmedAt === null ? "unconfirmed" : "confirmed";
}

export async function listMailAddresses(
  { store }: Pick<Deps, "store">,
  caller: Caller,
  filter: { readonly limit: number; readonly after: string; readonly switchedOff?: boolean },
): Promise<Outcome<readonly StoredAddress[]>> {
  const allowed = mayAnswerForTenant(caller, "see where mail goes");
  if (!allowed.ok) return allowed;
  return accept(await store.inTenant(caller.ref.tenantId, (tx) => tx.mail.addresses(filter)));
}

export async function listMails(
  { store }: Pick<Deps, "store">,
  caller: Caller,
  filter: Parameters<MailRepository["list"]>[0],
): Promise<Outcome<readonly StoredMail[]>> {
  const allowed = mayAnswerForTenant(caller, "see what was mailed");
  if (!allowed.ok) return allowed;
  return accept(await store.inTenant(caller.ref.tenantId, (tx) => tx.mail.list(filter)));
}

/** It is tried again; where nobody has confirmed it yet, they are asked anew. */
export async function switchOnAddress(
  { store, clock }: Pick<Deps, "store" | "clock">,
  caller: Caller,
  id: string,
): Promise<Outcome<StoredAddress>> {
  const allowed = mayConfigure(caller);
  if (!allowed.ok) return allowed;
  return store.inTenant(caller.ref.tenantId, async (tx) => {
    const known = await tx.mail.addressById(id, "lock");
    if (known === null) return reject("not_found", `there is no address \`${id}\` that mail goes to`);
    const changed: StoredAddress = {
      ...known,
      ...{ refused: 0, switchedOffAt: null, switchedOffWhy: null, asked: 0, askedAt: null },
    };
    await tx.mail.saveAddress(changed);
    if (known.switchedOffAt !== null) {
      const { about, facts } = aboutAddress(tx.tenantId, known);
      await tx.record([stamp("mail.switched_on", about, caller, facts)], clock.now());
    }
    return accept(changed);
  });
}

export interface SettingsView extends MailSettings {
  /** Whether the operator has configured mail at all. */
  readonly isOn: boolean;
}

export async function readMailSettings(
  { store }: Pick<Deps, "store">,
  caller: Caller,
): Promise<Outcome<SettingsView>> {
  const allowed = mayAnswerForTenant(caller, "see what mails say");
  if (!allowed.ok) return allowed;
  return accept(await store.inTenant(caller.ref.tenantId, viewSettings));
}

async function viewSettings(tx: Tx): Promise<SettingsView> {
  return { ...(await tx.mail.settings()), isOn: await tx.mail.isOn() };
}

const ADDRESS = /^[^\s@<>",;:\\()[\]]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,187}[A-Za-z0-9])?$/;

/** One `local@domain`, plainly written: RFC 5321 without quoting. */
export function isMailAddress(text: string): boolean {
  return text.length <= 254 && isPlainLine(text) && ADDRESS.test(text);
}

export async function changeMailSettings(
  { store, clock }: Pick<Deps, "store" | "clock">,
  caller: Caller,
  settings: MailSettings,
): Promise<Outcome<SettingsView>> {
  const allowed = mayConfigure(caller);
  if (!allowed.ok) return allowed;
  const { replyTo } = settings;
  if (replyTo !== null && !isMailAddress(replyTo))
    return reject("invalid_input", `\`${replyTo}\` is no address; write it as name@example.com`, {
      path: "/replyTo",
    });
  return store.inTenant(caller.ref.tenantId, async (tx) => {
    const before = await tx.mail.settings();
    const fields = (["subjectPrefix", "footer", "replyTo"] as const).filter(
      (name) => before[name] !== settings[name],
    );
    if (fields.length === 0) return accept(await viewSettings(tx));
    await tx.mail.setSettings(settings);
    const about: About = {
      ...{ kind: "mailSettings", id: tx.tenantId, tenantId: tx.tenantId },
      ...{ otherTenantId: null, correlationId: tx.tenantId },
    };
    await tx.record([stamp("mail.settings_changed", about, caller, { fields })], clock.now());
    return accept(await viewSettings(tx));
  });
}
