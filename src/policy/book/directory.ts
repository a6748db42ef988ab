/** Who is who in one tenant: identities with the groups that hold them, members, and the people behind a principal. */
import type { ObjectId, TenantId } from "../../domain/ids.ts";
import { type Identity, isActive, type PersonKey, type Principal, personOf } from "../../domain/principal.ts";
import type { BookContents } from "./contents.ts";

export interface Directory {
  principal(id: ObjectId): (Principal & { readonly name: string }) | null;
  /** A principal with every group that holds it, at any depth; null when unknown. Deleted ones carry `deletedAt`. */
  identity(id: ObjectId): Identity | null;
  /** The principals themselves, or every user and service principal that these groups hold, at any depth: who is active. */
  membersOf(ids: readonly ObjectId[]): readonly Principal[];
  /**
   * INVARIANT I2: everyone who would be deciding for themselves. Through owners and members of whatever is reached, in
   * any order and of any length, until only people are left.
   */
  peopleBehind(id: ObjectId): ReadonlySet<PersonKey>;
}

type Edges = Pick<BookContents, "principal" | "members">;

export function directoryOf(tenantId: TenantId, { principal, members }: Edges): Directory {
  let holders: ReadonlyMap<string, readonly ObjectId[]> | null = null;
  const identities = new Map<ObjectId, Identity | null>();
  const people = new Map<ObjectId, ReadonlySet<PersonKey>>();
  const active = (id: ObjectId): Principal | null => {
    const found = principal.get(id);
    return found === undefined || !isActive(found) ? null : found;
  };

  function groupsHolding(id: ObjectId): readonly ObjectId[] {
    holders ??= inverted(members);
    return holders.get(id) ?? [];
  }

  function findIdentity(id: ObjectId): Identity | null {
    const found = principal.get(id);
    if (found === undefined) return null;
    const groups = [...reached(groupsHolding(id), groupsHolding)].sort().flatMap((groupId) => {
      const group = active(groupId);
      return group === null ? [] : [{ objectId: groupId, displayName: group.displayName }];
    });
    return { principal: found, groups };
  }

  function findPeople(id: ObjectId): ReadonlySet<PersonKey> {
    const start = principal.get(id);
    const found = new Set<PersonKey>();
    if (start === undefined) return found;
    found.add(personOf(start));
    // Also through what is deleted: as long as it holds or owns anything, somebody may reach a seat through it.
    const leadsTo = (one: ObjectId): readonly ObjectId[] => {
      const here = principal.get(one);
      if (here === undefined || here.kind === "user") return [];
      return [...here.owners, ...(members.get(one) ?? [])];
    };
    for (const one of reached([id], leadsTo)) {
      // Whoever is gone here may live under another identity.
      const here = principal.get(one);
      if (here?.kind === "user") found.add(personOf(here));
    }
    return found;
  }

  return {
    principal: (id) => principal.get(id) ?? null,
    identity: (id) => once(identities, id, findIdentity),
    membersOf(ids) {
      return [...reached(ids, (id) => members.get(id) ?? [])].sort().flatMap((id) => {
        const found = active(id);
        return found === null || found.kind === "group" || found.tenantId !== tenantId ? [] : [found];
      });
    },
    peopleBehind: (id) => once(people, id, findPeople),
  };
}

/** Everything that a walk comes by, its beginnings included. */
function reached<T>(from: readonly T[], leadsTo: (one: T) => readonly T[]): ReadonlySet<T> {
  const seen = new Set(from);
  for (const one of seen) for (const next of leadsTo(one)) seen.add(next);
  return seen;
}

function inverted(members: BookContents["members"]): ReadonlyMap<string, readonly ObjectId[]> {
  const holders = new Map<string, ObjectId[]>();
  for (const [group, held] of members) {
    for (const member of held) {
      const groups = holders.get(member);
      if (groups === undefined) holders.set(member, [group as ObjectId]);
      else groups.push(group as ObjectId);
    }
  }
  return holders;
}

function once<K, V>(known: Map<K, V>, key: K, find: (key: K) => V): V {
  const found = known.get(key);
  if (found !== undefined || known.has(key)) return found as V;
  const made = find(key);
  known.set(key, made);
  return made;
}
