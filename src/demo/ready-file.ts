/** The demo's ready file: addresses, ids and secrets for scripts. Readable by its owner alone. */
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

export interface ReadyFile {
  readonly http: string;
  readonly https: string;
  readonly caFile: string;
  readonly tenants: Readonly<Record<string, { readonly tenantId: string; readonly displayName: string }>>;
  readonly subscriptions: Readonly<Record<string, string>>;
  /** Resource ids. */
  readonly applications: Readonly<Record<string, string>>;
  readonly resourceGroups: Readonly<Record<string, string>>;
  readonly roles: Readonly<Record<string, string>>;
  readonly personas: Readonly<Record<string, Persona>>;
  readonly servicePrincipals: Readonly<
    Record<string, { clientId: string; clientSecret: string; tenantId: string; objectId: string }>
  >;
}

export interface Persona {
  readonly email: string;
  readonly password: string;
  readonly tenantId: string;
  readonly objectId: string;
  /** Base32, for those who have a second factor. */
  readonly totpSecret?: string;
}

/** Written beside and moved into place, so that whoever waits for it never reads half of it. */
export function writeReadyFile(file: string, content: ReadyFile): void {
  mkdirSync(dirname(file), { recursive: true });
  const beside = `${file}.${process.pid}`;
  writeFileSync(beside, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  renameSync(beside, file);
}
