/** The demo's world: documents as anybody would write them, with secrets filled in that are new at each start. */
import { randomBytes, randomInt } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseAllDocuments } from "yaml";
import { readPackageFolder } from "../cli/configuration/read-package-folder.ts";
import type { GivenDocument } from "../use-cases/apply/documents.ts";
import type { OrdersDatabase } from "./orders-database.ts";

const FOLDER = new URL("../../demo/world/", import.meta.url);

export interface Secrets {
  readonly passwords: ReadonlyMap<string, string>;
  readonly clientSecrets: ReadonlyMap<string, string>;
  readonly totp: ReadonlyMap<string, string>;
}

export function readWorld(): GivenDocument[] {
  const files = readdirSync(FOLDER)
    .filter((name) => name.endsWith(".yaml"))
    .sort();
  return files.flatMap((file) =>
    parseAllDocuments(readFileSync(new URL(file, FOLDER), "utf8")).map((document) => {
      const [fault] = document.errors;
      if (fault !== undefined) throw new Error(`demo/world/${file}: ${fault.message}`);
      return withPackage(document.toJS() as GivenDocument);
    }),
  );
}

export function newSecrets(documents: readonly GivenDocument[]): Secrets {
  const named = (kind: string) =>
    documents.filter((document) => document.kind === kind).map((document) => document.name);
  return {
    passwords: new Map(named("User").map((name) => [name, readablePassword()])),
    clientSecrets: new Map(
      named("ServicePrincipal").map((name) => [name, randomBytes(32).toString("base64url")]),
    ),
    totp: new Map([["colin", base32(20)]]),
  };
}

export function fillIn(
  documents: readonly GivenDocument[],
  secrets: Secrets,
  orders: OrdersDatabase,
): GivenDocument[] {
  return documents.map((document) => ({
    ...document,
    spec: { ...objectOf(document.spec), ...extras(document, secrets, orders) },
  }));
}

/** What cannot be made real in the past is left for the present. */
export function withoutTargets(documents: readonly GivenDocument[]): GivenDocument[] {
  return documents.filter((document) => document.kind !== "Target" && document.kind !== "Binding");
}

function extras({ kind, name }: GivenDocument, secrets: Secrets, orders: OrdersDatabase): object {
  switch (kind) {
    case "User": {
      const totp = secrets.totp.get(name);
      return {
        password: { value: secrets.passwords.get(name) },
        mustChangePassword: false,
        ...(totp === undefined ? {} : { totpSecret: { value: totp } }),
      };
    }
    case "ServicePrincipal":
      return { clientSecret: { value: secrets.clientSecrets.get(name) } };
    case "Target":
      return {
        config: { host: orders.host, port: orders.port, database: "orders", user: orders.managementUser },
        secrets: { password: { value: orders.managementPassword } },
      };
    default:
      return {};
  }
}

function objectOf(spec: unknown): Record<string, unknown> {
  return typeof spec === "object" && spec !== null ? { ...spec } : {};
}

// Without characters that people mistake for one another.
const READABLE = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz";

/** Four groups of four: 92 bits. */
function readablePassword(): string {
  const group = () => Array.from({ length: 4 }, () => READABLE[randomInt(READABLE.length)]).join("");
  return [group(), group(), group(), group()].join("-");
}

function base32(bytes: number): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...randomBytes(bytes)].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  return (bits.match(/.{5}/g) ?? []).map((five) => alphabet[Number.parseInt(five, 2)]).join("");
}

/** Opens `{fromDirectory: …}` and `{fromPicture: …}`, as the command line does for everybody else. */
function withPackage(document: GivenDocument): GivenDocument {
  const spec = objectOf(document.spec);
  const { fromDirectory } = objectOf(spec.package);
  const { fromPicture } = objectOf(spec.logo);
  const at = (path: string) => fileURLToPath(new URL(path, FOLDER));
  return {
    ...document,
    spec: {
      ...spec,
      ...(typeof fromDirectory === "string" ? { package: readPackageFolder(at(fromDirectory)) } : {}),
      ...(typeof fromPicture === "string" ? { logo: readFileSync(at(fromPicture)).toString("base64") } : {}),
    },
  };
}
