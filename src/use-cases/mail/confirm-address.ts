/** An address gets mail once whoever reads it there has said so: by a link in the first one, and a button on its page. */
import type { PlannedMail } from "../../domain/mail.ts";
import { stampSystem } from "../../domain/stamp.ts";
import { DAY_MS } from "../../domain/time.ts";
import type { Deps, StoredAddress, Tx } from "../ports.ts";
import { aboutAddress } from "./addresses.ts";

export const CONFIRMED_WITHIN_MS = 7 * DAY_MS;
/** Nobody is asked for ever: an administrator can have it asked anew. */
const MOST_ASKED = 3;

export async function askToConfirm(
  { ids, clock }: Pick<Deps, "ids" | "clock">,
  tx: Tx,
  {
    to,
    address,
    tenantName,
  }: {
    readonly to: PlannedMail["to"];
    readonly address: StoredAddress;
    readonly tenantName: string;
  },
): Promise<void> {
  const now = clock.now();
  // Read again: of the mails of one pass each may be the first to one address.
  const known = (await tx.mail.address(address.address, "lock")) ?? address;
  if (known.confirmedAt !== null || known.asked >= MOST_ASKED) return;
  if (known.askedAt !== null && now < known.askedAt + CONFIRMED_WITHIN_MS) return;
  await tx.mail.saveAddress({ ...known, askedAt: now, asked: known.asked + 1 });
  await tx.mail.plan([
    {
      id: ids.next(),
      tenantId: tx.tenantId,
      to,
      kind: "address_confirmation",
      message: {
        headline: `May ${tenantName} send mail to this address?`,
        facts: [],
        link: null,
        note:
          "person" in to
            ? "Curfew tells you there what waits for you and what becomes of your access. Nothing else is sent until you say yes."
            : "A rule of theirs names this address: it is told there what happens to access. Nothing else is sent until you say yes.",
      },
      thread: null,
      topic: null,
      notBefore: now,
      urgent: true,
    },
  ]);
}

/** What the page of a link says, and what its button would do. */
export interface MailLinkPage {
  readonly purpose: "confirm" | "stop_digests";
  readonly address: string;
  readonly tenantName: string;
  /** It was done before, by this link or another. */
  readonly done: boolean;
}

/** @param tokenHash the SHA-256 of what the link holds. Null: it is over, or was never one. */
export async function readMailLink(
  { store, clock }: Pick<Deps, "store" | "clock">,
  tokenHash: Buffer,
): Promise<MailLinkPage | null> {
  const link = await store.routes.mailLink(tokenHash, clock.now());
  if (link === null) return null;
  const { tenantId, address, purpose } = link;
  return store.inTenant(tenantId, async (tx) => {
    const known = await tx.mail.address(address);
    const tenant = await tx.tenants.find(tenantId);
    const done = purpose === "confirm" ? known?.confirmedAt : known?.digestsStoppedAt;
    return { purpose, address, tenantName: tenant?.displayName ?? "Curfew", done: done != null };
  });
}

/** Whoever reads the mail holds the link: nobody has to sign in for it. Done twice it is done once. */
export async function followMailLink(
  deps: Pick<Deps, "store" | "clock">,
  tokenHash: Buffer,
): Promise<MailLinkPage | null> {
  const { store, clock } = deps;
  const now = clock.now();
  const link = await store.routes.mailLink(tokenHash, now);
  if (link === null) return null;
  const { tenantId, address, purpose } = link;
  await store.inTenant(tenantId, async (tx) => {
    const known = await tx.mail.address(address, "lock");
    // Both links are of mails that were sent: by then there is a row for it, or it was taken away since.
    if (known === null) return;
    if (purpose === "stop_digests") {
      if (known.digestsStoppedAt === null) await tx.mail.saveAddress({ ...known, digestsStoppedAt: now });
      return;
    }
    if (known.confirmedAt !== null) return;
    await tx.mail.saveAddress({ ...known, confirmedAt: now });
    const { about, facts } = aboutAddress(tenantId, known);
    await tx.record([stampSystem("mail.confirmed", about, facts)], now);
  });
  return readMailLink(deps, tokenHash);
}

/** For addresses that whoever installs them vouches for. */
export async function vouchForAddresses(
  { store, clock }: Pick<Deps, "store" | "clock">,
  tenantId: Tx["tenantId"],
  addresses: readonly string[],
): Promise<void> {
  await store.inTenant(tenantId, async (tx) => {
    for (const one of addresses) {
      const address = one.toLowerCase();
      const known = await tx.mail.address(address, "lock");
      if (known?.confirmedAt != null) continue;
      const blank = {
        ...{ address, ruleOf: null, refused: 0, switchedOffAt: null, switchedOffWhy: null },
        ...{ askedAt: null, asked: 0, digestsStoppedAt: null },
      };
      await tx.mail.saveAddress({ ...blank, ...known, confirmedAt: clock.now() });
    }
  });
}
