/** Turns facts from the outbox into what people read in the portal and into mail, both of it from one matrix. */
import { whoWasNamed } from "../../domain/access-request.ts";
import type { TenantId } from "../../domain/ids.ts";
import { preferencesOf } from "../../domain/notification-preferences.ts";
import { revealed } from "../../domain/plain-text.ts";
import { type PrincipalRef, principalKey } from "../../domain/principal.ts";
import { stampSystem } from "../../domain/stamp.ts";
import type { Books } from "../../policy/book/books.ts";
import type { Fact, Told } from "../batches.ts";
import type { Deps, NewNotification, StoredPreferences } from "../ports.ts";
import { rulesInForce } from "./audience.ts";
import { MATRIX } from "./matrix.ts";
import { type News, NOTHING, type ToldOf } from "./news.ts";
import { newsOfGrant } from "./news-of-grant.ts";
import { newsOfRequest, type Telling } from "./news-of-request.ts";
import { newsOfSettings } from "./news-of-settings.ts";
import { type Plan, planMail, type Reading } from "./plan-mail.ts";

export const TOLD_AT_ONCE = 500;

/** Resolves to how many facts were taken. */
export async function deliverNotifications(deps: Deps, home: TenantId): Promise<number> {
  let leftOut: Plan["leftOut"] = [];
  const words = async (books: Books, facts: readonly Fact[]): Promise<Told> => {
    const administrators = await deps.store.inTenant(home, (tx) => tx.principals.administrators());
    const telling: Telling = {
      books,
      administrators: administrators.map((objectId) => ({ tenantId: home, objectId })),
      rules: rulesInForce(books),
    };
    const told = facts.map((fact) => ({ fact, ...newsOf(telling, home, fact) }));
    const preferences = await preferencesFor(deps, home, told);
    const withdrawn = new Set(told.flatMap((one) => one.withdrawn ?? []));
    const plan = planMail({ books, home, preferences }, told, withdrawn);
    leftOut = plan.leftOut;
    return { ...listed(home, told), mails: plan.mails, withdrawn: [...withdrawn] };
  };
  const taken = await deps.decisions(deps.clock).batches.tell(home, TOLD_AT_ONCE, { tenantsIn, words });
  await countLeftOut(deps, home, leftOut);
  return taken;
}

/** Everyone's who may have to be told, or whose name is said. */
function tenantsIn(facts: readonly Fact[]): TenantId[] {
  const refs = facts.flatMap(({ request, grant }) => [
    ...(grant === null ? [] : [grant.requester, grant.beneficiary]),
    ...(request === null ? [] : [request.requester, request.beneficiary, ...whoWasNamed(request)]),
  ]);
  const parties = facts.flatMap(({ event: { actor } }) => (actor.kind === "party" ? [actor.tenantId] : []));
  return [...new Set([...refs.map(({ tenantId }) => tenantId), ...parties])];
}

function newsOf(telling: Telling, home: TenantId, fact: Fact): ToldOf {
  const { event, request, grant } = fact;
  switch (event.subject.kind) {
    // A refused ask was never stored; its requester had the answer.
    case "accessRequest":
      return request === null ? NOTHING : newsOfRequest(telling, { ...fact, request });
    case "grant":
      return grant === null ? NOTHING : newsOfGrant(telling, { ...fact, grant });
    default:
      return newsOfSettings(telling, home, fact);
  }
}

type ToldFact = ToldOf & { readonly fact: Fact };

/** Oldest first: what a later fact says of a request takes the place of what an earlier one said. */
function listed(home: TenantId, all: readonly ToldFact[]): Pick<Told, "notifications" | "retold"> {
  const notifications: NewNotification[] = [];
  const wanted = new Map<string, number>();
  const retold = new Map<string, Told["retold"][number]>();
  const keyOf = (requestId: string | null, { objectId }: PrincipalRef) => `${requestId}/${objectId}`;
  for (const { fact, ...told } of all) {
    for (const one of notificationsOf(fact, told.news)) {
      if (one.type === MATRIX.wanted.approvers.type && one.recipient.tenantId === home)
        wanted.set(keyOf(one.requestId, one.recipient), notifications.length);
      notifications.push(one);
    }
    if (told.retold === undefined) continue;
    const { request, to, text } = told.retold;
    for (const recipient of to) {
      const key = keyOf(request.id, recipient);
      retold.set(key, { requestId: request.id, recipient, text });
      const index = wanted.get(key);
      const before = index === undefined ? undefined : notifications[index];
      if (index !== undefined && before !== undefined) notifications[index] = { ...before, text };
    }
  }
  // Wherever they are read, the names in them are what they look like.
  const plain = <T extends { readonly text: string }>(one: T): T => ({ ...one, text: revealed(one.text) });
  return { notifications: notifications.map(plain), retold: [...retold.values()].map(plain) };
}

/** Whoever is told on two sides reads it once, on the first. */
function notificationsOf({ at }: Fact, news: readonly News[]): readonly NewNotification[] {
  const found = new Map<string, NewNotification>();
  for (const { row, to, text, requestId, grantId } of news) {
    const { type } = row;
    if (type === null) continue;
    for (const recipient of to) {
      const key = `${principalKey(recipient)} ${type}`;
      if (!found.has(key)) found.set(key, { recipient, type, requestId, grantId, text: text(recipient), at });
    }
  }
  return [...found.values()];
}

/** Of everybody whom this news is for, tenant by tenant: each tenant's own rows. */
async function preferencesFor(
  deps: Deps,
  home: TenantId,
  all: readonly ToldFact[],
): Promise<Reading["preferences"]> {
  const readers = all.flatMap(({ news }) => news.flatMap(({ to, mailTo }) => mailTo ?? to));
  const byTenant = Map.groupBy(readers, ({ tenantId }) => tenantId);
  const known = new Map<TenantId, StoredPreferences>();
  for (const tenantId of new Set([home, ...byTenant.keys()])) {
    const ids = [...new Set((byTenant.get(tenantId) ?? []).map(({ objectId }) => objectId))];
    known.set(tenantId, await deps.store.inTenant(tenantId, (tx) => tx.notifications.preferences(ids)));
  }
  return (ref) => {
    const isTenant = typeof ref === "string";
    const { tenant = {}, own } = known.get(isTenant ? ref : ref.tenantId) ?? {};
    return preferencesOf(tenant, isTenant ? {} : (own?.get(ref.objectId) ?? {}));
  };
}

/** In the log of whose fact it was: more people would have been told of it by mail than are at once. */
async function countLeftOut(deps: Deps, home: TenantId, leftOut: Plan["leftOut"]): Promise<void> {
  if (leftOut.length === 0) return;
  const events = leftOut.map(({ fact: { id, event }, count }) =>
    stampSystem(
      "mail.left_out",
      { ...event.subject, tenantId: home, otherTenantId: null, correlationId: event.correlationId },
      { of: event.type, entryId: id, count },
    ),
  );
  await deps.store.inTenant(home, (tx) => tx.record(events, deps.clock.now()));
}
