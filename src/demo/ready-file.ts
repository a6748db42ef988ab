/** The demo's ready file: addresses, ids and secrets for scripts. Readable by its owner alone. */
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { BUILT_IN_ROLES } from "../domain/role-definition.ts";
import type { GivenDocument } from "../use-cases/apply/documents.ts";
import type { Places } from "./history.ts";
import type { World } from "./people.ts";
import type { Secrets } from "./world.ts";

export interface ReadyFile {
  readonly http: string;
  readonly https: string;
  readonly caFile: string;
  /** Where to read what the demo mailed; `messages.json` is beside it. */
  readonly mail: string;
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

export function readyContent(from: {
  readonly http: string;
  readonly https: string;
  readonly caFile: string;
  readonly mail: string;
  readonly world: World;
  readonly places: Places;
  readonly secrets: Secrets;
  readonly documents: readonly GivenDocument[];
}): ReadyFile {
  const { world, secrets, places } = from;
  const ofKind = (kind: string) => from.documents.filter((document) => document.kind === kind);
  const tenantOf = (document: GivenDocument) => document.tenant ?? document.name;
  const root = places.orders.slice(0, places.orders.lastIndexOf("/"));
  return {
    http: from.http,
    https: from.https,
    caFile: from.caFile,
    mail: from.mail,
    tenants: byName(ofKind("Tenant"), ({ name, spec }) => ({
      tenantId: world.tenant(name),
      displayName: String((spec as { displayName?: string }).displayName),
    })),
    subscriptions: byName(ofKind("Subscription"), (document) =>
      world.id("Subscription", tenantOf(document), document.name),
    ),
    applications: byName(ofKind("Application"), ({ name }) => `${root}/${name}`),
    resourceGroups: { web: places.web },
    roles: Object.fromEntries(BUILT_IN_ROLES.map((role) => [role.name, role.id])),
    personas: byName(ofKind("User"), (document) => personaOf(document, world, secrets)),
    servicePrincipals: byName(ofKind("ServicePrincipal"), (document) => {
      const { tenantId, objectId } = world.ref("ServicePrincipal", tenantOf(document), document.name);
      return {
        clientId: objectId,
        clientSecret: secrets.clientSecrets.get(document.name) ?? "",
        tenantId,
        objectId,
      };
    }),
  };
}

function personaOf(document: GivenDocument, world: World, secrets: Secrets): Persona {
  const { name } = document;
  const totpSecret = secrets.totp.get(name);
  return {
    email: String((document.spec as { email?: string }).email),
    password: secrets.passwords.get(name) ?? "",
    ...world.ref("User", document.tenant ?? "", name),
    ...(totpSecret === undefined ? {} : { totpSecret }),
  };
}

function byName<T>(
  documents: readonly GivenDocument[],
  value: (document: GivenDocument) => T,
): Record<string, T> {
  return Object.fromEntries(documents.map((document) => [document.name, value(document)]));
}

/** Written beside and moved into place, so that whoever waits for it never reads half of it. */
export function writeReadyFile(file: string, content: ReadyFile): void {
  mkdirSync(dirname(file), { recursive: true });
  const beside = `${file}.${process.pid}`;
  writeFileSync(beside, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  renameSync(beside, file);
}
