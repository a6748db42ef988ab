/** What far sides are told of whoever sends: one name, and this version of it. */
import { readFileSync } from "node:fs";

export const PRODUCT = { name: "Curfew", vendor: "Curfew", version: readVersion() } as const;

function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  const { version } = manifest as { readonly version?: unknown };
  if (typeof version !== "string") throw new Error("package.json states no version");
  return version;
}
