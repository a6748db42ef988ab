/** Groups nest within one tenant and never in a circle. */

export interface Edge {
  readonly group: string;
  readonly member: string;
}

/** The groups of a circle, each holding the next and the last being the first again; null when there is none. */
export function findGroupCycle(edges: readonly Edge[]): string[] | null {
  const members = new Map<string, string[]>();
  for (const { group, member } of edges) members.set(group, [...(members.get(group) ?? []), member]);
  const done = new Set<string>();
  for (const start of members.keys()) {
    const cycle = walk(start, members, done);
    if (cycle !== null) return cycle;
  }
  return null;
}

/** Depth first without recursion: nesting from outside must not decide how deep our stack grows. */
function walk(start: string, members: ReadonlyMap<string, string[]>, done: Set<string>): string[] | null {
  const path: { id: string; left: string[] }[] = [{ id: start, left: [...(members.get(start) ?? [])] }];
  const onPath = new Set([start]);
  for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
    const next = top.left.pop();
    if (next === undefined) {
      path.pop();
      onPath.delete(top.id);
      done.add(top.id);
    } else if (onPath.has(next)) {
      const from = path.findIndex(({ id }) => id === next);
      return [...path.slice(from).map(({ id }) => id), next];
    } else if (!done.has(next)) {
      path.push({ id: next, left: [...(members.get(next) ?? [])] });
      onPath.add(next);
    }
  }
  return null;
}
