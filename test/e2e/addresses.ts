/** Every page of the portal, each with somebody who uses it: what the sweep visits and the pictures show. */
import { type Api, type Demo, personOf } from "../fixtures/program.ts";

export interface Visit {
  /** What its pictures are called. */
  readonly name: string;
  readonly who: string;
  readonly path: string;
  /** Its heading of the first level. */
  readonly heading: string | RegExp;
}

/** With the ids of this demo, which are different in each. */
export async function everyPage({ ready }: Pick<Demo, "ready">): Promise<Visit[]> {
  const casey = await personOf(ready, "casey");
  const frank = await personOf(ready, "frank");
  const carol = await personOf(ready, "carol");
  const toDecide = await firstOf(casey, "/access-requests?view=toDecide");
  const decided = await firstOf(casey, "/access-requests?view=decided");
  const past = await firstOf(frank, "/access-requests?view=mine");
  const grant = await firstOf(frank, "/grants?view=mine&state=ended");
  const offers = (await carol.get("/offers")).body.items;
  const offerOf = (name: string): string =>
    offers.find((one: { name: string }) => one.name === name)?.id ?? missing(`an offer ${name}`);
  const applications = (await carol.get("/applications")).body.items;
  const group = (await carol.get("/principals?q=platform&kind=group")).body.items[0] ?? missing("a group");
  const settings =
    (await carol.get("/role-settings")).body.items.find(
      ({ roleName, source }: { roleName: string; source: { kind: string } }) =>
        roleName === "Contributor" && source.kind === "roleSettings",
    ) ?? missing("role settings");
  const idOf = (name: string): string =>
    applications.find((one: { name: string }) => one.name === name)?.id ?? missing(`an application ${name}`);
  return [
    { name: "home", who: "frank", path: "/", heading: "Home" },
    { name: "home-approver", who: "casey", path: "/", heading: "Home" },
    { name: "home-administrator", who: "carol", path: "/", heading: "Home" },
    { name: "home-publisher", who: "fiona", path: "/", heading: "Home" },
    {
      name: "person",
      who: "carol",
      path: `/people/${ready.personas.casey?.objectId}`,
      heading: /Casey Chen/,
    },
    {
      name: "person-of-the-other-party",
      who: "carol",
      path: `/people/${ready.personas.frank?.objectId}?tenant=${ready.personas.frank?.tenantId}`,
      heading: /Frank Fischer/,
    },
    {
      name: "place",
      who: "carol",
      path: `/places?${new URLSearchParams({ scope: ready.applications.orders ?? "" })}`,
      heading: "orders",
    },
    { name: "request", who: "frank", path: "/request", heading: "Request access" },
    {
      name: "request-filled",
      who: "frank",
      path: `/request?${new URLSearchParams({ scope: ready.applications.billing ?? "", role: ready.roles.Contributor ?? "" })}`,
      heading: "Request access",
    },
    { name: "access-live", who: "frank", path: "/access", heading: "My access" },
    { name: "access-requests", who: "frank", path: "/access?tab=requests", heading: "My access" },
    { name: "access-ended", who: "frank", path: "/access?tab=ended", heading: "My access" },
    { name: "grant", who: "frank", path: `/access/${grant.id}`, heading: /Contributor/ },
    { name: "own-request", who: "frank", path: `/requests/${past.id}`, heading: /Contributor/ },
    { name: "approvals", who: "casey", path: "/approvals", heading: "Approvals" },
    { name: "approvals-decided", who: "casey", path: "/approvals/decided", heading: "Approvals" },
    { name: "decide", who: "casey", path: `/approvals/${toDecide.id}`, heading: /asks for Contributor/ },
    { name: "decided", who: "casey", path: `/approvals/${decided.id}`, heading: /asked for/ },
    { name: "applications", who: "carol", path: "/applications", heading: "Applications" },
    { name: "application", who: "carol", path: `/applications/${idOf("orders")}`, heading: "orders" },
    {
      name: "application-jit-access",
      who: "carol",
      path: `/applications/${idOf("orders")}/jit-access`,
      heading: "orders",
    },
    {
      name: "application-history",
      who: "carol",
      path: `/applications/${idOf("orders")}/jit-access/history`,
      heading: "orders",
    },
    {
      name: "application-jit-configuration",
      who: "carol",
      path: `/applications/${idOf("orders")}/jit-configuration`,
      heading: "orders",
    },
    {
      name: "application-standing",
      who: "carol",
      path: `/applications/${idOf("legacy")}/standing`,
      heading: "legacy",
    },
    { name: "catalogue", who: "carol", path: "/catalogue", heading: "Catalogue" },
    {
      name: "create",
      who: "carol",
      path: `/catalogue/${offerOf("orders-platform")}`,
      heading: /Orders platform/,
    },
    {
      name: "create-without-jit",
      who: "carol",
      path: `/catalogue/${offerOf("invoice-archive")}`,
      heading: /Invoice archive/,
    },
    { name: "customers", who: "frank", path: "/customers", heading: "Customers" },
    { name: "customer", who: "frank", path: `/customers/${idOf("orders")}`, heading: /orders/ },
    {
      name: "customer-jit-access",
      who: "frank",
      path: `/customers/${idOf("orders")}/jit-access`,
      heading: /orders/,
    },
    {
      name: "customer-declined",
      who: "frank",
      path: `/customers/${idOf("legacy")}/jit-access`,
      heading: /legacy/,
    },
    { name: "offers", who: "fiona", path: "/offers", heading: "Offers" },
    { name: "offer", who: "fiona", path: "/offers/orders-platform", heading: /Orders platform/ },
    {
      name: "offer-package",
      who: "fiona",
      path: "/offers/orders-platform/package",
      heading: /Orders platform/,
    },
    {
      name: "offer-technical",
      who: "fiona",
      path: "/offers/orders-platform/technical",
      heading: /Orders platform/,
    },
    {
      name: "offer-availability",
      who: "fiona",
      path: "/offers/orders-platform/availability",
      heading: /Orders platform/,
    },
    {
      name: "offer-preview",
      who: "fiona",
      path: "/offers/orders-platform/preview",
      heading: /Orders platform/,
    },
    { name: "assign", who: "carol", path: "/manage/eligibilities/assign", heading: /eligible/i },
    { name: "eligibilities", who: "carol", path: "/manage/eligibilities", heading: "Eligibilities" },
    { name: "role-settings", who: "carol", path: "/manage/role-settings", heading: "Role settings" },
    {
      name: "role-settings-edit",
      who: "carol",
      path: `/manage/role-settings/edit?${new URLSearchParams({ role: settings.roleDefinitionId, scope: settings.scope })}`,
      heading: /Contributor/,
    },
    { name: "tiers", who: "carol", path: "/manage/tiers", heading: "Tiers" },
    { name: "tier", who: "carol", path: "/manage/tiers/critical", heading: /critical/i },
    { name: "people", who: "carol", path: "/manage/people", heading: "People and groups" },
    { name: "group", who: "carol", path: `/manage/people/${group.objectId}`, heading: "Platform approvers" },
    { name: "targets", who: "carol", path: "/manage/targets", heading: "Targets" },
    { name: "target-new", who: "carol", path: "/manage/targets/new", heading: "New target" },
    { name: "bindings", who: "carol", path: "/manage/bindings", heading: "Bindings" },
    { name: "binding-new", who: "carol", path: "/manage/bindings/new", heading: "Bind a role" },
    { name: "person-new", who: "carol", path: "/manage/people/new/person", heading: "New person" },
    {
      name: "group-change",
      who: "carol",
      path: `/manage/people/${group.objectId}/change`,
      heading: "Change Platform approvers",
    },
    { name: "mail", who: "carol", path: "/manage/mail", heading: "Mail" },
    { name: "exports", who: "carol", path: "/manage/exports", heading: "Exports" },
    { name: "export-new", who: "carol", path: "/manage/exports/new", heading: "New export" },
    { name: "audit", who: "carol", path: "/audit", heading: "Audit" },
    {
      name: "audit-story",
      who: "carol",
      path: `/audit/requests/${decided.id}`,
      heading: "The story of a request",
    },
    { name: "notifications", who: "casey", path: "/notifications", heading: "Notifications" },
    {
      name: "notifications-asking",
      who: "casey",
      path: "/notifications?show=asks",
      heading: "Notifications",
    },
    { name: "history", who: "frank", path: "/history", heading: "My history" },
    { name: "preferences", who: "casey", path: "/preferences", heading: "Preferences" },
    { name: "nothing-here", who: "casey", path: "/no/such/page", heading: "Nothing here" },
  ];
}

async function firstOf(api: Api, path: string): Promise<{ id: string }> {
  return (await api.get(path)).body.items[0] ?? missing(path);
}

function missing(what: string): never {
  throw new Error(`the demo has not got ${what}`);
}
