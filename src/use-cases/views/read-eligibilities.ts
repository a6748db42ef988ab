/** What somebody may ask for, with its limits, who decides and what must be given: enough to fill in a form. */
import { type Application, eligibilitiesOf } from "../../domain/application.ts";
import type { Eligibility } from "../../domain/eligibility.ts";
import { holdersOf, type Identity, identityIncludes } from "../../domain/principal.ts";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import type { RoleSettings, SettingsSource } from "../../domain/role-settings.ts";
import { type Scope, sameScope } from "../../domain/scope.ts";
import { type Instant, isOver } from "../../domain/time.ts";
import { type Books, type Deciding, whoCanDecide } from "../../policy/book/books.ts";
import { resolveApproval } from "../../policy/decisions/resolve-approval.ts";
import { together } from "../../policy/settings-for.ts";
import type { Caller, Deps, Tx } from "../ports.ts";
import { namesOf } from "./names.ts";
import { type DecidersAsked, type DecidersView, viewDeciders } from "./request-view.ts";

export interface EligibilityView {
  readonly scope: Scope;
  readonly scopeName: string;
  readonly managedScope: Scope | null;
  readonly ownerName: string;
  readonly roleDefinitionId: string;
  readonly roleName: string;
  readonly through: string | null;
  /** Before it, one may ask only for what begins no earlier. */
  readonly startsAt: Instant;
  readonly endsAt: Instant | null;
  readonly settings: RoleSettings;
  readonly source: SettingsSource;
  /** One per stage; empty where nobody has to decide. */
  readonly deciders: readonly (DecidersView & { readonly required: number })[];
}

export async function readEligibilities(
  deps: Deps,
  caller: Caller,
): Promise<Outcome<readonly EligibilityView[]>> {
  const home = caller.ref.tenantId;
  const own = await deps.store.inTenant(home, async (tx) => {
    const identity = await tx.directory.identity(caller.ref);
    if (identity === null) return reject("unknown_principal", "your identity is not known here any more");
    const eligibilities = await tx.policy.eligibilities({ principals: holdersOf(identity) });
    const applications = await tx.applications.list();
    const views = await viewsIn(
      { tx, deps, caller, identity },
      eligibilities,
      applications.filter((one) => one.tenantId === home),
    );
    return accept({
      identity,
      views,
      operated: applications.filter((one) => one.publisherTenantId === home),
    });
  });
  if (!own.ok) return own;
  const views = [...own.value.views];
  // What a publisher may ask for is kept by the consumer, together with its rules.
  for (const application of own.value.operated.filter((one) => one.tenantId !== home)) {
    const found = await deps.store.inTenant(application.tenantId, (tx) =>
      viewsIn({ tx, deps, caller, identity: own.value.identity }, [], [application]),
    );
    views.push(...found);
  }
  return accept(views);
}

interface Viewer {
  readonly tx: Tx;
  readonly deps: Deps;
  readonly caller: Caller;
  readonly identity: Identity;
}

async function viewsIn(
  { tx, deps, caller, identity }: Viewer,
  assigned: readonly Eligibility[],
  applications: readonly Application[],
): Promise<EligibilityView[]> {
  const now = deps.clock.now();
  const derived = applications.flatMap((application) =>
    eligibilitiesOf(application).filter((one) => sameScope(one.scope, application.scope)),
  );
  const mine = [...assigned, ...derived].filter(
    (one) => identityIncludes(identity, one.principal) && !isOver(one, now),
  );
  const views: EligibilityView[] = [];
  for (const eligibility of mine) {
    const application = applications.find(({ scope }) => sameScope(scope, eligibility.scope)) ?? null;
    const view = await viewOf({ tx, caller, identity }, eligibility, application);
    if (view !== null) views.push(view);
  }
  return views;
}

async function viewOf(
  { tx, caller, identity }: Omit<Viewer, "deps">,
  eligibility: Eligibility,
  application: Application | null,
): Promise<EligibilityView | null> {
  const [role] = (await tx.policy.roles([eligibility.roleDefinitionId])).filter(
    ({ id }) => id === eligibility.roleDefinitionId,
  );
  if (role === undefined) return null;
  const books = await tx.books([eligibility.tenantId, caller.ref.tenantId]);
  const names = namesOf(books, tx.tenantId);
  const book = books.of(eligibility.tenantId);
  const inForce = together(book.settingsFor(caller.ref.tenantId, eligibility.scope, [role]));
  const deciding = { home: eligibility.tenantId, conflicted: books.peopleBehind([caller.ref]) };
  const asked = { approval: inForce.settings.approval, application, ...deciding };
  return {
    scope: eligibility.scope,
    scopeName: names.scope(eligibility.scope),
    managedScope: application?.managedScope ?? null,
    ownerName: names.tenant(eligibility.tenantId),
    roleDefinitionId: role.id,
    roleName: role.name,
    through:
      identity.groups.find(({ objectId }) => objectId === eligibility.principal.objectId)?.displayName ??
      null,
    startsAt: eligibility.startsAt,
    endsAt: eligibility.endsAt,
    ...inForce,
    deciders: decidersUnder(books, { names, caller }, asked),
  };
}

/** Who would decide under an approval, stage by stage, with owners in empty seats; none where nobody has to. */
export function decidersUnder(
  books: Books,
  asking: DecidersAsked,
  {
    approval,
    application,
    ...deciding
  }: Deciding &
    Pick<RoleSettings, "approval"> & {
      readonly application: Application | null;
    },
): EligibilityView["deciders"] {
  const found = resolveApproval(books, approval, { ...deciding, application });
  const seated = found.ok ? found.value : approval;
  return (seated.mode === "manual" ? seated.stages : []).map(({ approvers, required }) => ({
    ...viewDeciders(asking, whoCanDecide(books, approvers, deciding), { tenantId: deciding.home }),
    required,
  }));
}
