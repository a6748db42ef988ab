/** Everything that is wrong with what was sent, by where it is wrong: the API names several faults in one problem. */
import { ApiProblem } from "./api.ts";

export interface PlacedFault {
  /** JSON pointer, without what stands before the form's own fields. */
  readonly at: string;
  readonly message: string;
}

/** `under` is the pointer of the form within what was sent, such as `/documents/0/spec`. */
export function faultsOf(error: Error | null, under = ""): readonly PlacedFault[] {
  if (!(error instanceof ApiProblem) || error.path === null) return [];
  const [first = "", ...others] = error.message.split("\n");
  const placed = others.flatMap((line) => {
    const [, at = "", message = ""] = /^(\/\S*): (.*)$/.exec(line) ?? [];
    return at === "" ? [] : [{ at, message }];
  });
  const all = placed.length === 0 ? [{ at: error.path, message: first }] : placed;
  return all.map(({ at, message }) => ({ at: at.startsWith(under) ? at.slice(under.length) : at, message }));
}

/** What is wrong at a field or within it. */
export function faultAt(faults: readonly PlacedFault[], field: string): string | null {
  return faults.find(({ at }) => at === field || at.startsWith(`${field}/`))?.message ?? null;
}
