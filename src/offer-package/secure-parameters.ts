/** Parameters that a template calls secure: their values are for the deployment alone, and kept nowhere. */
import { isObject, type Json, own } from "./json.ts";

const SECURE = ["securestring", "secureobject"];

/** The same parameters without the values of those that `declared`, the template's own list, calls secure. */
export function withoutSecrets(given: Json, declared: Json | null): Json {
  if (!isObject(given) || !isObject(declared)) return given;
  const names = new Set(
    Object.keys(declared)
      .filter((name) => isSecure(own(declared, name)))
      .map((name) => name.toLowerCase()),
  );
  return Object.fromEntries(Object.entries(given).filter(([name]) => !names.has(name.toLowerCase())));
}

function isSecure(declaration: Json | undefined): boolean {
  const type = isObject(declaration) ? own(declaration, "type") : undefined;
  return typeof type === "string" && SECURE.includes(type.toLowerCase());
}
