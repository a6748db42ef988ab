/** One place: who holds something there, who may ask for it, and who decides; from the book that decides. */
import { type Application, eligibilitiesOf } from "../../domain/application.ts";
import type { Eligibility } from "../../domain/eligibility.ts";
import type { ApplicationId, RoleDefinitionId, TenantId } from "../../domain/ids.ts";
import { identityIncludes } from "../../domain/principal.ts";
import { accept, type Outcome } from "../../domain/rejection.ts";
import { type Scope, scopeCovers, scopeKey } from "../../domain/scope.ts";
import { type Instant, isOver } from "../../domain/time.ts";
import { answersForTenant, seesAllOfPlace } from "../../policy/authority.ts";
import type { Book } from "../../policy/book/book.ts";
import type { Books } from "../../policy/book/books.ts";
import { placeAt } from "../../policy/decisions/gather.ts";
import { mayKnowOf, noSuchScope } from "../../policy/decisions/prepare.ts";
import { together } from "../../policy/settings-for.ts";
import type { Caller, Deps, Tx } from "../ports.ts";
import { homeOf } from "../scope-owner.ts";
import { type GrantView, viewGrant } from "./grant-view.ts";
import { type NamedPrincipal, namesOf, type SyncNames } from "./names.ts";
import { decidersUnder, type EligibilityView } from "./read-eligibilities.ts";
import { partiesOf } from "./request-view.ts";
import { seenBy } from "./seen-grants.ts";

export interface PlaceView {
  readonly scope: Scope;
  readonly scopeName: string;
  readonly ownerName: string;
  readonly application: {
    readonly id: ApplicationId;
    readonly name: string;
    readonly side: "consumer" | "publisher";
  } | null;
  /** Whether all is told, or only what is the caller's own. */
  readonly whole: boolean;
  /** Here, above or below; what has no end first, then what ends first. */
  readonly holds: readonly GrantView[];
  readonly roles: readonly PlaceRole[];
}

/** Of one role, for the people of one tenant: what they need, and who decides. */
export interface PlaceRole {
  readonly roleDefinitionId: RoleDefinitionId;
  readonly roleName: string;
  readonly askingName: string;
  readonly maximumDurationMs: number;
  readonly askers: readonly {
    readonly principal: NamedPrincipal;
    /** How many people and workloads a group reaches; null for anybody else, and of another tenant's. */
    readonly members: number | null;
    readonly endsAt: Instant | null;
  }[];
  readonly deciders: EligibilityView["deciders"];
}

const MOST_HELD = 200;
const MOST_ASKERS = 500;

export async function readPlace(deps: Deps, caller: Caller, scope: Scope): Promise<Outcome<PlaceView>> {
  const found = await homeOf(deps, caller.ref, scope);
  if (!found.ok) return found;
  const home = found.value;
  return deps.store.inTenant(caller.ref.tenantId, async (tx) => {
    const open = await tx.grants.list({ concerning: scopeKey(scope), unclosed: true, limit: MOST_HELD });
    const owner = await tx.books([home]);
    // INVARIANT I12: of a place that is no business of theirs nobody learns that it is there.
    if (!owner.has(home) || !mayKnowOf(owner.of(home), caller, scope)) return noSuchScope(scope);
    const { application } = placeAt(owner.of(home), scope);
    const now = deps.clock.now();
    const eligible = eligibleAt(owner.of(home), { scope, application, now });
    const asking = eligible.map(({ principal }) => principal.tenantId);
    const books = await tx.books([home, ...asking, ...partiesOf(open)]);
    const names = namesOf(books, caller.ref.tenantId);
    const looking: Looking = { books, caller, names, home, scope, application };
    const holds = await heldThere(tx, looking, open);
    return accept({
      scope,
      scopeName: names.scope(scope),
      ownerName: names.tenant(home),
      application: application && {
        ...{ id: application.id, name: application.name },
        side: home === caller.ref.tenantId ? "consumer" : "publisher",
      },
      whole: seesAllOfPlace(books, caller, { home, application }),
      holds,
      roles: rolesThere(looking, eligible),
    });
  });
}

interface Looking {
  readonly books: Books;
  readonly caller: Caller;
  readonly names: SyncNames;
  readonly home: TenantId;
  readonly scope: Scope;
  readonly application: Application | null;
}

type Open = Awaited<ReturnType<Tx["grants"]["list"]>>;

async function heldThere(tx: Tx, { books, caller }: Looking, open: Open): Promise<GrantView[]> {
  return open
    .filter(await seenBy(tx, caller, books, open))
    .map((grant) => viewGrant(books, caller, grant))
    .sort((a, b) => (a.grant.endsAt ?? 0) - (b.grant.endsAt ?? 0));
}

/** What anybody is eligible for there, or above: an eligibility for a part of it is a matter of that part. */
function eligibleAt(
  book: Book,
  { scope, application, now }: Pick<Looking, "scope" | "application"> & { readonly now: Instant },
): readonly Eligibility[] {
  const following = application === null ? [] : eligibilitiesOf(application);
  const all = [...book.eligibilities, ...following].filter(
    (one) => scopeCovers(one.scope, scope) && !isOver(one, now),
  );
  return [...new Map(all.map((one) => [keyOf(one), one])).values()];
}

function rolesThere(looking: Looking, eligible: readonly Eligibility[]): PlaceRole[] {
  const shown = eligible.filter((one) => isShown(looking, one)).slice(0, MOST_ASKERS);
  const grouped = Map.groupBy(shown, (one) => `${one.roleDefinitionId} ${one.principal.tenantId}`);
  return [...grouped.values()].flatMap((some) => roleThere(looking, some)).sort(byName);
}

function isShown({ books, caller, home, application }: Looking, { principal }: Eligibility): boolean {
  if (seesAllOfPlace(books, caller, { home, application })) return true;
  if (answersForTenant(caller) && principal.tenantId === caller.ref.tenantId) return true;
  const identity = books.identity(caller.ref);
  return identity !== null && identityIncludes(identity, principal);
}

function roleThere(looking: Looking, some: readonly Eligibility[]): PlaceRole[] {
  const { books, caller, names, home, application, scope } = looking;
  const book = books.of(home);
  const [first] = some;
  const role = first === undefined ? null : book.role(first.roleDefinitionId);
  if (first === undefined || role === null) return [];
  const asking = first.principal.tenantId;
  const { settings } = together(book.settingsFor(asking, application?.scope ?? scope, [role]));
  const asked = { approval: settings.approval, application, home, conflicted: new Set<never>() };
  return [
    {
      roleDefinitionId: role.id,
      roleName: role.name,
      askingName: names.tenant(asking),
      maximumDurationMs: settings.maximumDurationMs,
      askers: some.map(({ principal, endsAt }) => {
        const named = names.principal(principal);
        const counts = named.kind === "group" && principal.tenantId === caller.ref.tenantId;
        const members = counts ? books.of(principal.tenantId).membersOf([principal.objectId]).length : null;
        return { principal: named, members, endsAt };
      }),
      deciders: decidersUnder(books, { names, caller }, asked),
    },
  ];
}

function keyOf({ principal, roleDefinitionId }: Eligibility): string {
  return `${principal.tenantId} ${principal.objectId} ${roleDefinitionId}`;
}

function byName(a: PlaceRole, b: PlaceRole): number {
  return `${a.roleName} ${a.askingName}` < `${b.roleName} ${b.askingName}` ? -1 : 1;
}
