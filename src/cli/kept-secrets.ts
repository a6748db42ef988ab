/** In the demo only: a fetched log-in is kept beside the demo's data, so that it can be tried again after its end. */
import { join } from "node:path";
import type { Demo } from "./sign-in/demo.ts";
import { readPrivateJson, writePrivateJson } from "./sign-in/private-files.ts";

export interface KeptSecret {
  /** Of the target that it opens. */
  readonly kind: string;
  readonly values: Readonly<Record<string, string | number>>;
  /** RFC 3339. */
  readonly fetchedAt: string;
}

/** Null outside the demo, and when none was fetched for this grant. */
export function readSecret(demo: Demo | null, grantId: string): KeptSecret | null {
  if (demo === null) return null;
  const found = readPrivateJson(fileOf(demo, grantId));
  if (typeof found !== "object" || found === null) return null;
  const { kind, values, fetchedAt } = found as Readonly<Record<string, unknown>>;
  if (typeof kind !== "string" || typeof fetchedAt !== "string") return null;
  if (typeof values !== "object" || values === null) return null;
  return { kind, values: values as KeptSecret["values"], fetchedAt };
}

export function keepSecret(demo: Demo | null, grantId: string, secret: KeptSecret): void {
  if (demo !== null) writePrivateJson(fileOf(demo, grantId), secret);
}

function fileOf(demo: Demo, grantId: string): string {
  if (!/^[0-9a-f-]{36}$/i.test(grantId)) throw new Error("a grant's id is a GUID");
  return join(demo.folder, `${grantId}.secret.json`);
}
