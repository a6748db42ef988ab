/** What every kind of configuration knows: its schema, how to find, make, change, remove and read it. */
import type { z } from "zod";
import type { TenantId } from "../../domain/ids.ts";
import type { RejectionCode } from "../../domain/rejection.ts";
import type { RuleOutcome } from "../../domain/rule.ts";
import type { JsonObject } from "../../domain/target-binding.ts";
import type { Instant } from "../../domain/time.ts";
import type { Credentials } from "../configuration-ports.ts";
import type { Caller, Tx } from "../ports.ts";
import type { ApplyDeps } from "./apply-deps.ts";
import type { Kind } from "./documents.ts";

/** What is around one document while it is applied: the transaction among its tenant's rows, and the rest of the apply. */
export interface DocumentContext {
  readonly deps: ApplyDeps;
  readonly caller: Caller;
  readonly now: Instant;
  /** Ties the audit entries of one apply together. */
  readonly correlationId: string;
  readonly tx: Tx;
  readonly tenant: { readonly id: TenantId; readonly name: string };
  readonly name: string;
  /** Notes what is wrong; nothing is stored in the end. Null, so that a resolver can return it. */
  fault(pointer: string, message: string, code?: RejectionCode): null;
  /** Notes a rule of the role's settings that the document does not meet. */
  unmet(pointer: string, rule: RuleOutcome): void;
  /** Whether a document of this apply makes that object: where it is missing, that document's own fault says why. */
  promised(kind: Kind, name: string): boolean;
  /** Whether this apply is about to remove that principal: a document must not name it any more. */
  isLeaving(objectId: string): boolean;
}

/** Which object a document means, and whether it is there yet. */
export interface ObjectIdentity {
  readonly id: string;
  readonly isNew: boolean;
}

/** What putting one document changed. */
export interface PutResult {
  /** Names of what changed; empty when nothing did. */
  readonly fields: readonly string[];
  /** When the change gave it another id. */
  readonly id?: string;
  readonly note?: string;
  /** What the audit entry says beside the change itself. */
  readonly facts?: JsonObject;
  /** True when the kind wrote events of its own. */
  readonly recorded?: true;
}

/** The steps by which one document's spec comes true. */
export interface DocumentSteps {
  /** An id that the spec itself names. */
  readonly explicitId?: string | null;
  /**
   * Slow work that must not happen inside the transaction, and only for what is stored in the end: a dry run, and the run
   * that finds out whether all would be well, do without.
   */
  prepare?(deps: ApplyDeps, credentials: () => Promise<Credentials | null>): Promise<void>;
  /** Makes room for a new object, so that others can refer to it whatever the order. */
  reserve?(context: DocumentContext, identity: ObjectIdentity): Promise<void>;
  /** Makes it so. Null: faults were noted and nothing was written. */
  put(context: DocumentContext, identity: ObjectIdentity): Promise<PutResult | null>;
}

/** An object that is there. */
export interface NamedObject {
  readonly id: string;
  readonly name: string;
}

export interface ReadPage {
  /** One object only. */
  readonly name: string | null;
  /** Names after this one, in lower case. */
  readonly after: string;
  readonly limit: number;
}

export interface ReadObject extends NamedObject {
  readonly spec: Readonly<Record<string, unknown>>;
}

export interface KindHandler {
  readonly kind: Kind;
  readonly schema: z.ZodType;
  /** Members that are told and stay as they are where a document leaves them out. */
  readonly keeps?: readonly string[] | undefined;
  open(spec: unknown): { readonly steps: DocumentSteps } | { readonly error: z.ZodError };
  find(tx: Tx, name: string): Promise<NamedObject | null>;
  /** Refuses by noting a fault; otherwise removes it. `recorded`: the kind wrote events of its own. */
  remove(context: DocumentContext, object: NamedObject): Promise<"recorded" | undefined>;
  read(tx: Tx, page: ReadPage): Promise<ReadObject[]>;
}

/** Ties a schema to what is done with its values, and hides their type from the rest. */
export function defineKind<S>(
  kind: Pick<KindHandler, "kind" | "keeps" | "find" | "remove" | "read"> & {
    readonly schema: z.ZodType<S>;
    /** `given` is the spec before defaults filled it. */
    steps(spec: S, given: unknown): DocumentSteps;
  },
): KindHandler {
  return {
    ...kind,
    open(spec) {
      const parsed = kind.schema.safeParse(spec);
      return parsed.success ? { steps: kind.steps(parsed.data, spec) } : { error: parsed.error };
    },
  };
}

/** One page of objects that are few enough to be read at once. */
function pageOf<T extends { readonly name: string }>(all: readonly T[], page: ReadPage): T[] {
  const key = (one: T) => one.name.toLowerCase();
  const wanted = page.name?.toLowerCase();
  if (wanted !== undefined) return all.filter((one) => key(one) === wanted);
  return all
    .filter((one) => key(one) > page.after)
    .sort((a, b) => (key(a) < key(b) ? -1 : 1))
    .slice(0, page.limit);
}

/** How such objects are found and read. `list` may look for the one of a name alone. */
export function few<T extends NamedObject>(
  list: (tx: Tx, name?: string) => Promise<readonly T[]>,
  specOf: (tx: Tx, one: T) => ReadObject["spec"] | Promise<ReadObject["spec"]>,
): Pick<KindHandler, "find" | "read"> {
  return {
    find: async (tx, name) => named(await list(tx, name), name),
    async read(tx, page) {
      const wanted = pageOf(await list(tx, page.name ?? undefined), page);
      return oneByOne(wanted, async (one) => ({ id: one.id, name: one.name, spec: await specOf(tx, one) }));
    },
  };
}

export function named<T extends { readonly name: string }>(all: readonly T[], name: string): T | null {
  return all.find((one) => one.name.toLowerCase() === name.toLowerCase()) ?? null;
}

/** One after the other: a transaction has one connection, and its tenant may change between two awaits. */
export async function oneByOne<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}
