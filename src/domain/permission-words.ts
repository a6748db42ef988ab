/** What a role lets somebody do, and what it adds to other roles, in words that need no knowledge of Azure's actions. */
import {
  ASSIGN_ACTION,
  actionMatches,
  patternsMeet,
  permits,
  type RoleDefinition,
} from "./role-definition.ts";

export interface RoleWords {
  /** What the role adds to what is held. */
  readonly can: readonly string[];
  readonly alreadyCan: readonly string[];
  /** Such as "can change and delete everything; already can read everything". */
  readonly sentence: string;
}

interface Ability {
  readonly verb: string;
  /** Of what, in words. */
  readonly what: string;
  /** What is taken away again from it, as patterns. */
  readonly except: readonly string[];
  /** An action or pattern that stands for all of it. */
  readonly pattern: string;
  readonly data: boolean;
}

/** `held`: every role that the same person holds live, at the scope or above it. */
export function wordsFor(asked: RoleDefinition, held: readonly RoleDefinition[]): RoleWords {
  const abilities = abilitiesOf(asked);
  const alreadyCan = [...new Set(held.flatMap((role) => phrases(abilitiesOf(role))))];
  const already = alreadyCan.length === 0 ? "" : `; already can ${alreadyCan.join(", ")}`;
  const isHeld = held.some(({ id }) => id === asked.id);
  if (abilities.length === 0 && !isHeld) {
    // A role that permits nothing by itself says in its description what it is for.
    return { can: [asked.description], alreadyCan, sentence: `${asked.description}${already}` };
  }
  const added = abilities.filter((ability) => !held.some((role) => gives(role, ability)));
  const can = isHeld ? [] : phrases(added);
  const adds = can.length === 0 ? "adds nothing" : `can ${can.join(", ")}`;
  return { can, alreadyCan, sentence: `${adds}${already}` };
}

function abilitiesOf(role: RoleDefinition): Ability[] {
  const { actions, notActions, dataActions, notDataActions } = role.permissions;
  const found = [
    ...actions.flatMap((pattern) => abilitiesIn(pattern, notActions, false)),
    ...dataActions.flatMap((pattern) => abilitiesIn(pattern, notDataActions, true)),
  ].filter(({ pattern }) => !isAboutAccess(pattern));
  const assigns = permits(role, ASSIGN_ACTION) ? [MANAGE_ACCESS] : [];
  const distinct = [...found, ...assigns].filter(
    (one, at, all) => !all.slice(0, at).some((other) => isPart(one, other)),
  );
  return distinct.filter((one) => !distinct.some((other) => other !== one && isPart(one, other)));
}

/** Whether nothing is left to say of the one beside the other. */
function isPart(one: Ability, other: Ability): boolean {
  if (one === MANAGE_ACCESS || one.data !== other.data || !actionMatches(other.pattern, one.pattern))
    return false;
  return other.except.every((not) => one.except.some((missing) => actionMatches(missing, not)));
}

const MANAGE_ACCESS: Ability = {
  verb: "manage",
  what: "who has access",
  except: [],
  pattern: ASSIGN_ACTION,
  data: false,
};
const VERBS: ReadonlyMap<string, string> = new Map([
  ["read", "read"],
  ["write", "change"],
  ["delete", "delete"],
]);
const OPERATE = "operate";
const OPEN_VERBS = ["read", "write", "delete", "action"];

/** A pattern that ends in a star is every verb at once. */
function abilitiesIn(pattern: string, taken: readonly string[], data: boolean): Ability[] {
  const segments = pattern.split("/");
  const last = (segments.at(-1) ?? "").toLowerCase();
  const base = segments.slice(0, -1);
  if (last === "*")
    return OPEN_VERBS.flatMap((verb) => abilitiesIn([...base, "*", verb].join("/"), taken, data));
  const act = last === "action" ? (base.pop() ?? "*") : null;
  if (taken.some((not) => actionMatches(not, pattern))) return [];
  const verb = act === null ? (VERBS.get(last) ?? last) : act === "*" ? OPERATE : spaced(act);
  const except = taken.filter((not) => patternsMeet(not, pattern));
  return [{ verb, what: areaWords(base, data), except, pattern, data }];
}

function gives(role: RoleDefinition, ability: Ability): boolean {
  if (ability === MANAGE_ACCESS) return permits(role, ASSIGN_ACTION);
  const { pattern, data, except } = ability;
  const { actions, notActions, dataActions, notDataActions } = role.permissions;
  const [given, taken] = data ? [dataActions, notDataActions] : [actions, notActions];
  if (!given.some((one) => actionMatches(one, pattern))) return false;
  // What is taken from the held role must be missing from the asked one as well, or it would add that. Access to access
  // is an ability of its own.
  return taken
    .filter((not) => patternsMeet(not, pattern) && !isAboutAccess(not))
    .every((not) => except.some((missing) => actionMatches(missing, not)));
}

/** Abilities over the same things become one phrase: "read, change and delete everything". */
function phrases(abilities: readonly Ability[]): string[] {
  const verbs = new Map<string, string[]>();
  for (const { verb, what, except } of abilities) {
    const left = [...new Set(except.map(exceptionWords))];
    const area = left.length === 0 ? what : `${what} except ${listed(left)}`;
    verbs.set(area, [...(verbs.get(area) ?? []), verb]);
  }
  return [...verbs].map(([area, found]) => `${listed(spoken(found))} ${area}`);
}

/** Whoever may change a thing may operate it, to a person's ear. */
function spoken(verbs: readonly string[]): string[] {
  const distinct = [...new Set(verbs)];
  return distinct.includes("change") ? distinct.filter((verb) => verb !== OPERATE) : distinct;
}

function exceptionWords(pattern: string): string {
  return isAboutAccess(pattern) ? "access" : areaWords(pattern.split("/").slice(0, -1), false);
}

function isAboutAccess(pattern: string): boolean {
  const text = pattern.toLowerCase();
  return text.startsWith("microsoft.authorization/") && !text.endsWith("/read");
}

/** `Microsoft.Storage/storageAccounts` is "storage accounts"; a provider as a whole keeps its name. */
function areaWords(segments: readonly string[], data: boolean): string {
  const [provider = "*", ...types] = segments;
  const type = types.filter((segment) => segment !== "*").at(-1);
  if (type !== undefined) return spaced(type);
  if (provider === "*") return data ? "all data" : "everything";
  return `${data ? "all data" : "everything"} of ${provider}`;
}

function spaced(camelCase: string): string {
  return camelCase.replace(/(\p{Ll})(\p{Lu})/gu, (_, before, after) => `${before} ${after.toLowerCase()}`);
}

function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} and ${last}`;
}
