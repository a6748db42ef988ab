/**
 * Sends what is due. Nothing is open in the database while the mail server is spoken with: who takes a mail has it for a
 * time, says then what came of it, and where they cannot, it is due again, under the same Message-ID.
 */
import type { DomainEvent } from "../../domain/event.ts";
import type { TenantId } from "../../domain/ids.ts";
import { MAIL_KINDS, mailRetryMs, obstacleTo, REFUSALS_TO_SWITCH_OFF } from "../../domain/mail.ts";
import { stampSystem } from "../../domain/stamp.ts";
import { addMs, DAY_MS, type Instant, MINUTE_MS } from "../../domain/time.ts";
import type {
  CameOfMail,
  Delivery,
  Deps,
  DueMail,
  Mailer,
  MailLink,
  MailOnItsWay,
  MailToSend,
  StoredAddress,
  Tx,
} from "../ports.ts";
import { aboutAddress } from "./addresses.ts";
import { askToConfirm, CONFIRMED_WITHIN_MS } from "./confirm-address.ts";

/** One that is due, and whose. */
type Taken = Awaited<ReturnType<DueMail["mail"]>>[number];

const MOST = { ofOne: 20, inAll: 60 };
/** For so long nobody else is given what one has taken; whoever was killed meanwhile delays it by that. */
export const TAKEN_FOR_MS = 3 * MINUTE_MS;
/** Nothing is begun that could outlast that. */
const LONGEST_DELIVERY_MS = MINUTE_MS;
const AT_ONCE = 4;
const DIGESTS_STOP_WITHIN_MS = 90 * DAY_MS;

export interface MailDeps extends Pick<Deps, "store" | "clock" | "ids"> {
  readonly mailer: Mailer;
  readonly due: DueMail;
}

export interface Sent {
  readonly taken: number;
  /** What keeps all mail from leaving; null where nothing does. */
  readonly unreachable: string | null;
}

export async function sendDueMail(deps: MailDeps): Promise<Sent> {
  const now = deps.clock.now();
  const until = addMs(now, TAKEN_FOR_MS);
  const taken = await deps.due.mail(now, MOST, until);
  const run: Run = { deps, until, unreachable: null, failed: [] };
  const sendable: MailOnItsWay[] = [];
  for (const [tenantId, some] of Map.groupBy(taken, (one) => one.tenantId))
    await apart(run, async () => void sendable.push(...(await prepare(run, tenantId, some))));
  const position = new Map(taken.map(({ id }, index) => [id, index]));
  sendable.sort((a, b) => (position.get(a.id) ?? 0) - (position.get(b.id) ?? 0));
  // What one reader gets comes in its order; what others get does not wait for it.
  const byReader = [
    ...Map.groupBy(sendable, ({ tenantId, writtenTo }) => `${tenantId} ${writtenTo}`).values(),
  ];
  const left: Taken[] = [];
  const next = async (): Promise<void> => {
    for (let some = byReader.shift(); some !== undefined; some = byReader.shift())
      for (const mail of some)
        await apart(run, async () => {
          if (!(await send(run, mail))) left.push(mail);
        });
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
  for (const [tenantId, some] of Map.groupBy(left, (one) => one.tenantId))
    await deps.store.inTenant(tenantId, (tx) => tx.mail.giveBack(some.map(({ id }) => id)));
  if (run.failed.length > 0) throw run.failed[0];
  return { taken: taken.length, unreachable: run.unreachable };
}

/** What fails of one organisation, or of one mail, delays that until it is taken again, and nothing else. */
async function apart(run: Run, work: () => Promise<void>): Promise<void> {
  await work().catch((error: unknown) => run.failed.push(error));
}

interface Run {
  readonly deps: MailDeps;
  readonly until: Instant;
  unreachable: string | null;
  /** Ours, and thrown when all that could be done is done. */
  readonly failed: unknown[];
}

/** What nothing stands in the way of; the rest is settled here. */
async function prepare({ deps }: Run, tenantId: TenantId, some: readonly Taken[]): Promise<MailOnItsWay[]> {
  return deps.store.inTenant(tenantId, async (tx) => {
    const now = deps.clock.now();
    const ready: MailOnItsWay[] = [];
    for (const mail of await tx.mail.toSend(some.map(({ id }) => id))) {
      const obstacle = obstacleTo(mail, mail, now);
      if (obstacle === null && mail.writtenTo !== null && mail.address !== null) {
        const tokens = await keepTokens(deps, tx, { mail, address: mail.address, now });
        ready.push({ ...mail, writtenTo: mail.writtenTo, tokens });
        continue;
      }
      if (obstacle?.unconfirmed && mail.address !== null)
        await askToConfirm(deps, tx, { to: mail.to, address: mail.address, tenantName: mail.tenantName });
      await tx.mail.settle(mail.id, {
        state: obstacle?.state ?? "given_up",
        error: obstacle?.why ?? "whoever it is for has no address",
      });
    }
    return ready;
  });
}

/** Of what a link in a mail is made only its hash is kept, before the mail leaves. */
async function keepTokens(
  { mailer }: MailDeps,
  tx: Tx,
  {
    mail,
    address,
    now,
  }: { readonly mail: MailToSend; readonly address: StoredAddress; readonly now: Instant },
): Promise<MailOnItsWay["tokens"]> {
  const keep = async (purpose: MailLink["purpose"], forMs: number): Promise<string> => {
    const { token, hash } = mailer.newToken();
    await tx.mail.keepLink({ tokenHash: hash, address: address.address, purpose, until: addMs(now, forMs) });
    return token;
  };
  return {
    confirm: mail.kind === "address_confirmation" ? await keep("confirm", CONFIRMED_WITHIN_MS) : null,
    stopDigests: MAIL_KINDS[mail.kind].unsubscribe
      ? await keep("stop_digests", DIGESTS_STOP_WITHIN_MS)
      : null,
  };
}

/** False where nobody was asked about it. */
async function send(run: Run, mail: MailOnItsWay): Promise<boolean> {
  const { deps } = run;
  if (run.unreachable !== null) return false;
  // Somebody else may have it from then on.
  if (addMs(deps.clock.now(), LONGEST_DELIVERY_MS) >= run.until) return true;
  const delivery = await deps.mailer.deliver(mail);
  if (delivery.outcome === "unreachable") {
    run.unreachable = delivery.error;
    return false;
  }
  const at = deps.clock.now();
  await deps.store.inTenant(mail.tenantId, async (tx) => {
    await tx.mail.settle(mail.id, cameOf(delivery, mail, at));
    await countRefusals(tx, { mail, delivery, at });
  });
  return true;
}

function cameOf(
  delivery: Exclude<Delivery, { readonly outcome: "unreachable" }>,
  { attempts }: MailToSend,
  at: Instant,
): CameOfMail {
  switch (delivery.outcome) {
    case "accepted":
      return { state: "sent", at };
    case "refused":
      return { state: "refused", error: delivery.error };
    default:
      return {
        state: "waiting",
        nextTryAt: addMs(at, mailRetryMs(attempts + 1)),
        error: delivery.error,
      };
  }
}

/** One that takes no mail, said for good three times in a row, is asked no more until an administrator says so. */
async function countRefusals(
  tx: Tx,
  { mail, delivery, at }: { readonly mail: MailOnItsWay; readonly delivery: Delivery; readonly at: Instant },
): Promise<void> {
  const refusal = delivery.outcome === "refused" && delivery.ofAddress ? delivery.error : null;
  if (refusal === null && (delivery.outcome !== "accepted" || (mail.address?.refused ?? 0) === 0)) return;
  const known = (await tx.mail.address(mail.writtenTo, "lock")) ?? mail.address;
  if (known === null || known.switchedOffAt !== null) return;
  const refused = refusal === null ? 0 : known.refused + 1;
  const isOff = refused >= REFUSALS_TO_SWITCH_OFF;
  await tx.mail.saveAddress({
    ...known,
    refused,
    ...(isOff ? { switchedOffAt: at, switchedOffWhy: refusal } : {}),
  });
  if (!isOff) return;
  const stored = (await tx.mail.address(mail.writtenTo)) ?? known;
  await tx.record([switchedOff(tx, stored, refusal ?? "")], at);
}

function switchedOff({ tenantId }: Tx, address: StoredAddress, error: string): DomainEvent {
  const { about, facts } = aboutAddress(tenantId, address);
  return stampSystem("mail.switched_off", about, { ...facts, error });
}
