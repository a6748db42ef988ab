/** What the resources of Microsoft.Solutions are alike in: read, made, changed, deleted and listed, as far as their client saw them. */
import type { Outcome } from "../../../domain/rejection.ts";
import type { Precondition } from "../../../use-cases/precondition.ts";
import { type Answer, answered, done } from "../../odata/operation.ts";
import { PAGED } from "../../odata/page.ts";
import type { Takes } from "../../odata/takes.ts";
import { etagOf, preconditionOf, type Seen } from "../precondition.ts";
import type { ArmCall, ArmOperation } from "../surface.ts";
import { SOLUTIONS } from "../versions.ts";

type Given = Precondition | null;

export interface Resource<F> {
  /** Of its operations, in Azure's contract. */
  readonly ids: Readonly<Record<"get" | "put" | "patch" | "remove" | "ofGroup" | "ofSubscription", string>>;
  readonly path: readonly [set: string, one: string];
  /** What becomes of the properties of its bodies. */
  readonly takes: Readonly<Record<"put" | "patch", Takes>>;
  find(call: ArmCall): Promise<Outcome<F>>;
  /** Null: there was none. */
  seen(call: ArmCall, found: F | null): Seen;
  json(call: ArmCall, found: F): unknown;
  put(call: ArmCall, found: F | null, given: Given): Promise<Outcome<unknown>>;
  /** What the body says is read before it is looked for; then it is as it is then. */
  patch(call: ArmCall): Outcome<(found: F, given: Given) => Promise<Outcome<F>>>;
  remove(call: ArmCall, found: F, given: Given): Promise<Answer>;
  list(call: ArmCall): Promise<Answer>;
}

export function resourceOperations<F>(resource: Resource<F>): readonly ArmOperation[] {
  const { ids, path, takes } = resource;
  const one = { namespace: "Microsoft.Solutions", at: "resourceGroup", versions: SOLUTIONS, path } as const;
  const changed = { ...one, conditional: true } as const;
  const many = { ...one, method: "GET", path: [path[0]], options: PAGED, handle: resource.list } as const;
  const shown = async (call: ArmCall, found: F, status = 200): Promise<Answer> => {
    const { versions } = resource.seen(call, found);
    const headers = versions === null ? {} : { etag: etagOf(versions) };
    return done(status, await resource.json(call, found), headers);
  };
  const guarded = async (
    call: ArmCall,
    found: Outcome<F>,
    change: (given: Given) => Promise<Answer>,
  ): Promise<Answer> => {
    const given = preconditionOf(call, resource.seen(call, found.ok ? found.value : null));
    return given.ok ? change(given.value) : given;
  };
  return [
    {
      ...one,
      id: ids.get,
      method: "GET",
      handle: async (call) => answered(await resource.find(call), (found) => shown(call, found)),
    },
    {
      ...changed,
      id: ids.put,
      method: "PUT",
      takes: takes.put,
      async handle(call) {
        const found = await resource.find(call);
        return guarded(call, found, async (given) => {
          const made = await resource.put(call, found.ok ? found.value : null, given);
          const now = made.ok ? await resource.find(call) : made;
          return answered(now, (there) => shown(call, there, found.ok ? 200 : 201));
        });
      },
    },
    {
      ...changed,
      id: ids.patch,
      method: "PATCH",
      takes: takes.patch,
      async handle(call) {
        const change = resource.patch(call);
        if (!change.ok) return change;
        const found = await resource.find(call);
        if (!found.ok) return found;
        return guarded(call, found, async (given) =>
          answered(await change.value(found.value, given), (now) => shown(call, now)),
        );
      },
    },
    {
      ...changed,
      id: ids.remove,
      method: "DELETE",
      async handle(call) {
        const found = await resource.find(call);
        return guarded(call, found, async (given) =>
          found.ok ? resource.remove(call, found.value, given) : done(204),
        );
      },
    },
    { ...many, id: ids.ofGroup },
    { ...many, id: ids.ofSubscription, at: "subscription" },
  ];
}
