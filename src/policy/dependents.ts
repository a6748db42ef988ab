/**
 * What a change of configuration does to what stands on it: pure, by the book before it and the book after. The book says
 * what may depend on the rows that changed; what does is asked by the rules that will be asked afterwards.
 */
import type { PendingRequest } from "../domain/access-request.ts";
import type { Application } from "../domain/application.ts";
import { type EndCause, type Grant, isOpen } from "../domain/grant.ts";
import type { ApplicationId, ObjectId, RoleDefinitionId, TenantId } from "../domain/ids.ts";
import { principalKey, type User } from "../domain/principal.ts";
import { BUILT_IN_ROLES, type RoleDefinition } from "../domain/role-definition.ts";
import type { Approval } from "../domain/role-settings.ts";
import { toldTo } from "../domain/rule.ts";
import { type Instant, isOver } from "../domain/time.ts";
import type { Book } from "./book/book.ts";
import type { Books } from "./book/books.ts";
import type { BookKind, BookKinds, RoleSettingsRow } from "./book/contents.ts";
import { compileJitPolicy } from "./compile-jit-policy.ts";
import { type Asked, causeToEnd, hasLostEntitlement } from "./decisions/ground.ts";
import { checkAgain, isStranded, knownToday } from "./decisions/recheck.ts";
import { type ApprovalFor, resolveApproval } from "./decisions/resolve-approval.ts";
import { BUILT_IN_TIERS, tierFor, tierSettings } from "./tiers.ts";

export interface ChangedRow {
  readonly kind: BookKind;
  readonly key: string;
}

/** Whose access, of which roles or at which applications may stand on something that changed. */
export interface Dependents {
  readonly people: ReadonlySet<ObjectId>;
  readonly roles: ReadonlySet<RoleDefinitionId>;
  readonly applications: ReadonlySet<ApplicationId>;
}

export function dependentsOf(before: Book, after: Book, changed: readonly ChangedRow[]): Dependents {
  const people = new Set<ObjectId>();
  const roles = new Set<RoleDefinitionId>();
  const applications = new Set<ApplicationId>();
  const books = [before, after];
  const addPerson = (id: ObjectId): void => {
    people.add(id);
    for (const book of books) for (const { objectId } of book.membersOf([id])) people.add(objectId);
  };
  const add: { readonly [K in BookKind]: (key: string) => void } = {
    // A closed organisation's people lose what they hold; another name of it moves nobody.
    tenant: () => {
      if (before.tenant.closedAt === after.tenant.closedAt) return;
      for (const book of books) for (const id of book.contents.principal.keys()) people.add(id as ObjectId);
    },
    subscription: () => {},
    principal: (key) => addPerson(key as ObjectId),
    // Those who came and those who went, through whatever groups.
    members: (key) => {
      const members = books.map((book) => book.membersOf([key as ObjectId]).map(({ objectId }) => objectId));
      people.add(key as ObjectId);
      for (const [side, ids] of members.entries()) {
        const others = new Set(members[1 - side]);
        for (const id of ids) if (!others.has(id)) people.add(id);
      }
    },
    role: (key) => roles.add(key as RoleDefinitionId),
    tier: (key) => {
      for (const book of books) for (const id of rolesOfTier(book, key)) roles.add(id);
    },
    settings: (key) => {
      for (const book of books) {
        const row = book.contents.settings.get(key);
        if (row !== undefined) roles.add(row.roleDefinitionId);
      }
    },
    eligibility: (key) => {
      for (const book of books) {
        const row = book.contents.eligibility.get(key);
        if (row !== undefined) addPerson(row.principal.objectId);
      }
    },
    application: (key) => applications.add(key as ApplicationId),
    target: (key) => {
      for (const book of books)
        for (const { targetId, roleDefinitionId } of book.bindings)
          if (targetId === key) roles.add(roleDefinitionId);
    },
    binding: (key) => {
      for (const book of books) {
        const row = book.contents.binding.get(key);
        if (row !== undefined) roles.add(row.roleDefinitionId);
      }
    },
  };
  for (const { kind, key } of changed) add[kind](key);
  return { people, roles, applications };
}

function rolesOfTier(book: Book, name: string): RoleDefinitionId[] {
  const named = [...book.contents.settings.values()].filter(({ tier }) => tier === name);
  const mapped = [...BUILT_IN_ROLES, ...book.contents.role.values()].filter(
    (role) => tierFor(role, book.tiers) === name,
  );
  return [...named.map(({ roleDefinitionId }) => roleDefinitionId), ...mapped.map(({ id }) => id)];
}

export interface HangingGrant {
  readonly grant: Grant;
  readonly request: Asked | null;
}

export interface Touched {
  /** Open access that ends with the change, and why. */
  readonly ends: readonly { readonly grant: Grant; readonly cause: EndCause }[];
  /** Rules by which nobody could approve any more. */
  readonly undecidable: readonly NamedRule[];
}

export interface NamedRule {
  readonly kind: "RoleSettings" | "Tier" | "RoleDefinition" | "Application";
  readonly id: string;
  readonly name: string;
}

export interface BothBooks {
  readonly before: Books;
  readonly after: Books;
}

interface Changed extends BothBooks {
  readonly home: TenantId;
  readonly changed: readonly ChangedRow[];
}

/** Only what the change does: what had lost its ground before is not of its making. */
export function touchedBy(change: Changed, grants: readonly HangingGrant[], now: Instant): Touched {
  const { before, after } = change;
  const cause = (books: Books, { grant, request }: HangingGrant): EndCause | null =>
    causeToEnd(books, grant, request, now) ?? (hasLostEntitlement(books, grant) ? "entitlement_lost" : null);
  const ends = grants
    .filter(({ grant }) => isOpen(grant) && !isOver(grant, now))
    .flatMap((one) => {
      const then = cause(after, one);
      return then === null || cause(before, one) !== null ? [] : [{ grant: one.grant, cause: then }];
    });
  return { ends, undecidable: undecidableRules(change) };
}

/** Of what waits, what nobody can decide any more. */
export function strandedBy(
  { before, after }: BothBooks,
  requests: readonly PendingRequest[],
): readonly PendingRequest[] {
  return requests.filter((one) => isStranded(after, one) && !isStranded(before, one));
}

/** Of what waits, what would be refused when it is decided, and would not have been: each with what is not met, as `home` may read it. */
export function refusedBy(
  { before, after, home }: BothBooks & Pick<Changed, "home">,
  requests: readonly PendingRequest[],
  now: Instant,
): readonly { readonly request: PendingRequest; readonly because: string }[] {
  const unmet = (books: Books, pending: PendingRequest) => {
    const request = knownToday(books, pending);
    const asked = { request, terms: request.terms, now };
    const { rules } = checkAgain(books, asked, { held: [], extending: null }).decision;
    return rules.filter(({ outcome }) => outcome === "unsatisfied");
  };
  return requests.flatMap((request) => {
    const then = unmet(after, request);
    if (then.length === 0) return [];
    const known = new Set(unmet(before, request).map(({ rule }) => rule));
    // INVARIANT I11: what a customer's own rules quote is not its publisher's to read.
    const told = toldTo(request.tenantId === home, then);
    const more = told.filter(({ rule }) => !known.has(rule)).map(({ message }) => message);
    return more.length === 0 ? [] : [{ request, because: more.join("; ") }];
  });
}

/** What somebody can have lost their last approver by. */
const MOVES_APPROVERS: ReadonlySet<BookKind> = new Set(["principal", "members"]);
const MOVES_RULES: ReadonlySet<BookKind> = new Set(["role", "tier", "settings", "application"]);

/** Whether a change of these can leave a request, or a rule, without anybody to decide. */
export function canStrand(changed: readonly ChangedRow[]): boolean {
  return changed.some(({ kind }) => MOVES_APPROVERS.has(kind) || MOVES_RULES.has(kind));
}

/** Rules by which people could decide before, and nobody could any more. A closed organisation has no rules. */
function undecidableRules({ before, after, home, changed }: Changed): readonly NamedRule[] {
  if (!canStrand(changed) || after.of(home).tenant.closedAt !== null) return [];
  const rules = rulesMoved({ before: before.of(home), after: after.of(home) }, changed);
  const then = remembering(before);
  const now = remembering(after);
  const lost = rules.filter(
    (rule) => isDecidable(now, home, rule) === false && isDecidable(then, home, rule) === true,
  );
  // What follows from a tier is said once, of the tier.
  const tiers = new Set(lost.filter(({ kind }) => kind === "Tier").map(({ name }) => name));
  return lost
    .filter((rule) => rule.kind === "Tier" || !tiers.has(rule.tierIn(after.of(home)) ?? ""))
    .map(({ kind, id, name }) => ({ kind, id, name }));
}

interface Rule extends NamedRule {
  /** What it demands by a book; undefined where there is no such rule in it. */
  readonly approvalIn: (book: Book) => Pick<ApprovalFor, "application"> & { readonly approval?: Approval };
  /** The tier that its approval is taken from, where it says none itself. */
  readonly tierIn: (book: Book) => string | null;
}

/** Every rule that the change can have moved: those that changed, what takes its approval from them, or all where people did. */
function rulesMoved(
  { before, after }: { readonly before: Book; readonly after: Book },
  changed: readonly ChangedRow[],
): readonly Rule[] {
  const kinds = new Set(changed.map(({ kind }) => kind));
  const keys = new Set(changed.map(({ kind, key }) => `${kind} ${key}`));
  const isAnybodyElse = [...kinds].some((kind) => MOVES_APPROVERS.has(kind));
  const isTemplate = kinds.has("tier") || kinds.has("role");
  const both = <K extends "settings" | "role" | "application">(kind: K) =>
    [...new Map<string, BookKinds[K]>([...before.contents[kind], ...after.contents[kind]])] as const;
  const names = [...Object.keys(BUILT_IN_TIERS), ...before.tiers.map(({ name }) => name)];
  const ofTiers = isAnybodyElse || kinds.has("tier") ? [...new Set(names)].map(tierRule) : [];
  const ofRoles =
    isAnybodyElse || isTemplate ? [...BUILT_IN_ROLES, ...both("role").map(([, role]) => role)] : [];
  const ofSettings = both("settings").filter(
    ([key, { override }]) =>
      isAnybodyElse || keys.has(`settings ${key}`) || (isTemplate && override.approval === undefined),
  );
  const ofApplications = both("application").filter(
    ([key]) => isAnybodyElse || keys.has(`application ${key}`),
  );
  return [
    ...ofSettings.map(([, row]) => settingsRule(row)),
    ...ofTiers,
    ...ofRoles.map(roleRule),
    ...ofApplications.map(([, application]) => applicationRule(application)),
  ];
}

/** Null where there is no such rule: what is new took nothing from anybody. */
function isDecidable(books: Books, home: TenantId, { approvalIn }: Rule): boolean | null {
  const { approval, application } = approvalIn(books.of(home));
  if (approval === undefined) return null;
  return resolveApproval(books, approval, { home, application, conflicted: new Set() }).ok;
}

/** Of one role at one place: where the settings are gone, what holds there instead. */
function settingsRule({ id, name, roleDefinitionId, scope }: RoleSettingsRow): Rule {
  return {
    kind: "RoleSettings",
    id,
    name,
    approvalIn(book) {
      const role = book.role(roleDefinitionId);
      const application = book.applicationAt(scope);
      return role === null
        ? { application }
        : { application, approval: book.settingsAt(scope, role).settings.approval };
    },
    tierIn(book) {
      const role = book.role(roleDefinitionId);
      const row = book.contents.settings.get(id);
      if (role === null || row?.override.approval !== undefined) return null;
      return row?.tier ?? tierFor(role, book.tiers);
    },
  };
}

function tierRule(name: string): Rule {
  const isThere = (book: Book) => name in BUILT_IN_TIERS || book.tiers.some((tier) => tier.name === name);
  return {
    kind: "Tier",
    id: name,
    name,
    approvalIn: (book) => ({
      application: null,
      ...(isThere(book) ? { approval: tierSettings(name, book.tiers).approval } : {}),
    }),
    tierIn: () => null,
  };
}

/** What holds for a role where nothing is set: it may have come under another tier. */
function roleRule({ id, name }: RoleDefinition): Rule {
  return {
    kind: "RoleDefinition",
    id,
    name,
    approvalIn(book) {
      const role = book.role(id);
      const approval = role === null ? {} : { approval: templateOf(role, book).approval };
      return { application: null, ...approval };
    },
    tierIn(book) {
      const role = book.role(id);
      return role === null ? null : tierFor(role, book.tiers);
    },
  };
}

function templateOf(role: RoleDefinition, book: Book) {
  return tierSettings(tierFor(role, book.tiers), book.tiers);
}

function applicationRule({ id, name }: Application): Rule {
  return {
    kind: "Application",
    id,
    name,
    approvalIn(book) {
      const application = book.application(id);
      const policy =
        application === null || application.deletedAt !== null ? null : compileJitPolicy(application);
      return { application, ...(policy === null ? {} : { approval: policy.settings.approval }) };
    },
    tierIn: () => null,
  };
}

/** Rules name the same few groups: who is in them is found out once. */
function remembering(books: Books): Books {
  const reached = new Map<string, readonly User[]>();
  return {
    ...books,
    usersReachedBy(refs) {
      const key = refs.map(principalKey).join(" ");
      const found = reached.get(key) ?? books.usersReachedBy(refs);
      reached.set(key, found);
      return found;
    },
  };
}
