/** A document as it stands, with the tag that a change of it is made under. */
import { useApiTagged } from "../../../api/api.ts";
import type { DocumentKind } from "./document.ts";

export function useDocument(kind: DocumentKind, name: string, enabled = true) {
  const found = useApiTagged("readConfiguration", { path: { kind, name } }, { enabled });
  const { data } = found;
  return {
    ...found,
    spec: (data?.answer.spec ?? null) as Record<string, unknown> | null,
    tag: data?.etag ?? null,
  };
}
