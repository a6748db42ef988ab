/** Whom and what every subject is asked about: one tenant, applied over HTTP as any administrator would. */

/** Built in, with the same id in every version. */
export const CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c";
export const RESOURCE_GROUP = "resourceGroups/web";
/** The tier that the scenario `tier` changes; what it says to begin with. */
export const TIER = { name: "standard", spec: { maximumDuration: "PT8H" } };

export interface Size {
  /** People who ask, sign in and are decided on; half are eligible through a group. */
  readonly requesters: number;
  readonly approvers: number;
  /** People who are eligible and never seen: a tenant is more than those who are busy. */
  readonly others: number;
}

export const requesterName = (index: number) => `requester-${index}`;
export const approverName = (index: number) => `approver-${index}`;
/** Signed in like everybody, and decides nothing. */
export const COLLEAGUE = "colleague";

export function emailOf(name: string): string {
  return `${name}@example.com`;
}

export interface Document {
  readonly kind: string;
  readonly name: string;
  readonly spec?: unknown;
}

/** In the order in which they must be applied where they do not fit into one call. */
export function documentsFor({ requesters, approvers, others }: Size, password: string): Document[] {
  const asking = Array.from({ length: requesters }, (_, index) => requesterName(index));
  const deciding = Array.from({ length: approvers }, (_, index) => approverName(index));
  const silent = Array.from({ length: others }, (_, index) => `other-${index}`);
  const byGroup = (name: string, index: number) => (index % 2 === 1 ? [name] : []);
  const alone = (name: string, index: number) => (index % 2 === 0 ? [name] : []);
  const person = (name: string, more: object): Document => ({
    kind: "User",
    name,
    spec: { email: emailOf(name), displayName: name, ...more },
  });
  const eligible = (name: string, principal: string): Document => ({
    kind: "Eligibility",
    name,
    spec: { principal, role: "Contributor", scope: `/subscriptions/production/${RESOURCE_GROUP}` },
  });
  return [
    { kind: "Subscription", name: "production" },
    ...[...asking, ...deciding, COLLEAGUE].map((name) =>
      person(name, { password: { value: password }, mustChangePassword: false }),
    ),
    ...silent.map((name) => person(name, {})),
    { kind: "Group", name: "deciders", spec: { displayName: "deciders", members: deciding } },
    {
      kind: "Group",
      name: "operations",
      spec: { displayName: "operations", members: [...asking, ...silent].flatMap(byGroup) },
    },
    { kind: "Tier", ...TIER },
    {
      kind: "RoleSettings",
      name: "contributor on web",
      spec: {
        role: "Contributor",
        scope: `/subscriptions/production/${RESOURCE_GROUP}`,
        tier: TIER.name,
        approval: { mode: "manual", stages: [{ approvers: ["deciders"], required: 1, decideBy: "P1D" }] },
      },
    },
    eligible("operations contribute", "operations"),
    ...[...asking, ...silent].flatMap(alone).map((name) => eligible(`${name} contributes`, name)),
  ];
}
