/** One short name for what an object's spec says, equal for equal specs: the ETag of an object of configuration. */
import { canonicalJson } from "../../audit/canonical-json.ts";
import { sha256, toBase64url } from "../../audit/hash.ts";

export function digestOf(spec: Readonly<Record<string, unknown>>): string {
  // A spec is what a document can say: through JSON it loses only fields that are left out.
  return toBase64url(sha256(canonicalJson(JSON.parse(JSON.stringify(spec)))));
}
