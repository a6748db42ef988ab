/**
 * What a change of configuration does to what stands on it: pure, by the book before it and the book after. The book says
 * what may depend on the rows that changed; what does is asked by the rules that will be asked afterwards.
 */
import { type AccessRequest, isPending, type PendingRequest } from "../domain/access-request.ts";
import { type EndCause, type Grant, isOpen } from "../domain/grant.ts";
import type { ApplicationId, ObjectId, RoleDefinitionId, TenantId } from "../domain/ids.ts";
import { BUILT_IN_ROLES } from "../domain/role-definition.ts";
import type { Approval } from "../domain/role-settings.ts";
import { type Instant, isOver } from "../domain/time.ts";
import type { Book } from "./book/book.ts";
import type { Books } from "./book/books.ts";
import type { BookKind } from "./book/contents.ts";
import { compileJitPolicy } from "./compile-jit-policy.ts";
import { type Asked, causeToEnd, hasLostEntitlement } from "./decisions/ground.ts";
import { isStranded } from "./decisions/recheck.ts";
import { type ApprovalFor, resolveApproval } from "./decisions/resolve-approval.ts";
import { tierFor } from "./tiers.ts";

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
  /** Waiting requests that nobody can decide any more. */
  readonly stranded: readonly AccessRequest[];
  /** Rules by which nobody could approve any more. */
  readonly undecidable: readonly NamedRule[];
}

export interface NamedRule {
  readonly kind: "RoleSettings" | "Tier" | "Application";
  readonly id: string;
  readonly name: string;
}

interface Changed {
  readonly before: Books;
  readonly after: Books;
  readonly home: TenantId;
  readonly changed: readonly ChangedRow[];
}

/** Only what the change does: what had lost its ground before is not of its making. */
export function touchedBy(
  change: Changed,
  {
    grants,
    requests,
  }: { readonly grants: readonly HangingGrant[]; readonly requests: readonly AccessRequest[] },
  now: Instant,
): Touched {
  const { before, after } = change;
  const cause = (books: Books, { grant, request }: HangingGrant): EndCause | null =>
    causeToEnd(books, grant, request, now) ?? (hasLostEntitlement(books, grant) ? "entitlement_lost" : null);
  const ends = grants
    .filter(({ grant }) => isOpen(grant) && !isOver(grant, now))
    .flatMap((one) => {
      const then = cause(after, one);
      return then === null || cause(before, one) !== null ? [] : [{ grant: one.grant, cause: then }];
    });
  const stranded = requests
    .filter((one): one is PendingRequest => isPending(one))
    .filter((one) => isStranded(after, one) && !isStranded(before, one));
  return { ends, stranded, undecidable: undecidableRules(change) };
}

/** Only rules that changed themselves, or all of them where people did, can have lost whoever decides by them. */
function undecidableRules({ before, after, home, changed }: Changed): readonly NamedRule[] {
  const isAnybodyElse = changed.some(({ kind }) => kind === "principal" || kind === "members");
  const keys = new Set(changed.map(({ kind, key }) => `${kind} ${key}`));
  const left = approvalsIn(after, home)
    .filter(({ rule }) => isAnybodyElse || keys.has(`${BOOK_KIND[rule.kind]} ${rule.id}`))
    .filter(({ isDecidable }) => !isDecidable());
  if (left.length === 0) return [];
  const then = new Map(approvalsIn(before, home).map((one) => [keyOf(one.rule), one]));
  return left.map(({ rule }) => rule).filter((rule) => then.get(keyOf(rule))?.isDecidable() === true);
}

const BOOK_KIND = { RoleSettings: "settings", Tier: "tier", Application: "application" } as const;

function keyOf({ kind, id }: NamedRule): string {
  return `${kind} ${id}`;
}

/** Every rule of the tenant that wants people to decide. */
function approvalsIn(books: Books, home: TenantId) {
  const book = books.of(home);
  const one = (rule: NamedRule, approval: Approval | undefined, application: ApprovalFor["application"]) =>
    approval === undefined || approval.mode === "automatic"
      ? []
      : [
          {
            rule,
            isDecidable: () =>
              resolveApproval(books, approval, { home, application, conflicted: new Set() }).ok,
          },
        ];
  return [
    ...[...book.contents.settings.values()].flatMap(({ id, name, override }) =>
      one({ kind: "RoleSettings", id, name }, override.approval, null),
    ),
    ...book.tiers.flatMap(({ name, override }) =>
      one({ kind: "Tier", id: name, name }, override.approval, null),
    ),
    ...book.applications
      .filter(({ deletedAt }) => deletedAt === null)
      .flatMap((application) =>
        one(
          { kind: "Application", id: application.id, name: application.name },
          compileJitPolicy(application)?.settings.approval,
          application,
        ),
      ),
  ];
}
