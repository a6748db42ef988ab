/** A group's own document, as far as its members go. */
import { useApiCall, useApiTagged } from "../../../api/api.ts";
import type { Principal } from "./principal.ts";

export function useMembers({ name, members }: Principal, done?: () => void) {
  const document = useApiTagged("readConfiguration", { path: { kind: "Group", name } });
  const change = useApiCall("putConfiguration", done);
  const spec = document.data?.answer.spec;
  const ids = members.filter((one) => one.direct).map(({ objectId }) => objectId);
  // What is shown is cut where there are very many; a document is put whole or not at all.
  const simple = spec === undefined || (spec.members as string[]).length === ids.length;
  const specOf = (next: readonly string[]) => ({ ...spec, members: [...new Set(next)] });
  return {
    ids,
    simple,
    ready: spec !== undefined && simple,
    busy: change.isPending,
    error: document.error ?? change.error,
    specOf,
    put(next: readonly string[], acknowledge: readonly string[], left: () => void) {
      const tag = document.data?.etag;
      change.mutate(
        {
          path: { kind: "Group", name },
          body: { spec: specOf(next), acknowledge: [...acknowledge] },
          ...(tag ? { headers: { "if-match": tag } } : {}),
        },
        { onSuccess: left },
      );
    },
  };
}
