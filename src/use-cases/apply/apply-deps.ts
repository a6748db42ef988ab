/** What applying configuration needs beside the store: hashing and sealing, and what is known of kinds of targets. */
import type { ExportId } from "../../domain/export-sink.ts";
import type { TargetId, TenantId } from "../../domain/ids.ts";
import type { PrincipalRef } from "../../domain/principal.ts";
import type { JsonObject } from "../../domain/target-binding.ts";
import type { DescribeTarget } from "../../domain/target-traits.ts";
import type { Accounts, PasswordHash, SealedSession, SessionFacts } from "../identity-ports.ts";
import type { Deps } from "../ports.ts";

export interface ApplyDeps extends Deps {
  readonly secrets: SecretKeeper;
  readonly targetKinds: TargetKinds;
  readonly exportKinds: ExportKinds;
}

/** Hashes and seals what must not be stored in clear; slow hashes are made before the transaction begins. */
export interface SecretKeeper {
  readonly accounts: Accounts;
  /** Null when too many wait. */
  passwordMatches(clear: string, stored: PasswordHash): Promise<boolean | null>;
  /** What a sign-in says; null where it was made with other credentials than the account has now. */
  openSession(session: SealedSession): SessionFacts | null;
  /** The base32 secret that was sealed for this account. */
  openTotp(ref: PrincipalRef, sealed: Buffer): string;
  /** Sealed for this target alone: moved to another they do not open. */
  sealTarget(tenantId: TenantId, id: TargetId, secrets: Readonly<Record<string, string>>): Buffer;
  /** @throws when the sealed secrets were altered or moved */
  openTarget(tenantId: TenantId, id: TargetId, sealed: Buffer): Readonly<Record<string, string>>;
  /** As a target's: for this sink alone. */
  sealExport(tenantId: TenantId, id: ExportId, secrets: Readonly<Record<string, string>>): Buffer;
  /** @throws when the sealed secrets were altered or moved */
  openExport(tenantId: TenantId, id: ExportId, sealed: Buffer): Readonly<Record<string, string>>;
}

/** What is known of each kind of a tenant's own sinks without reaching one. */
export interface ExportKinds {
  readonly names: readonly string[];
  readonly described: readonly DescribedExportKind[];
  secretsOf(kind: string): readonly string[];
  labelOf(kind: string): string;
  /** Where it sends to, for people; never a secret. */
  placeOf(kind: string, config: JsonObject): string;
  /** The secret that Curfew makes where nobody gives one; null where there is none. */
  madeSecretOf(kind: string): string | null;
  makeSecret(kind: string): string | null;
  /** `config` with its secrets put back in. Empty when nothing is wrong. */
  configFaults(kind: string, config: JsonObject): readonly SpecFault[];
}

export interface DescribedExportKind {
  readonly kind: string;
  readonly label: string;
  /** JSON Schema of a configuration, secrets included, and which members are secrets. */
  readonly schema: { readonly config: JsonObject; readonly secrets: readonly string[] };
  readonly makesSecret: string | null;
}

/** What is known of each kind of target without reaching one. */
export interface TargetKinds {
  readonly names: readonly string[];
  /** In their own words, for whoever looks for one. */
  readonly described: readonly DescribedKind[];
  /** The members of a configuration that are sealed apart from it. */
  secretsOf(kind: string): readonly string[];
  /** `config` with its secrets put back in. Empty when nothing is wrong. */
  configFaults(kind: string, config: JsonObject): readonly SpecFault[];
  entitlementFaults(kind: string, entitlement: JsonObject): readonly SpecFault[];
  /** What its kind says of a target. Null where the kind is not known. */
  readonly traitsOf: DescribeTarget;
  /** What people must know of a target: how it ends access, whether it issues a secret. Null for an unknown kind. */
  capabilitiesOf(kind: string, config: JsonObject): JsonObject | null;
}

export interface DescribedKind {
  readonly kind: string;
  readonly label: string;
  /** Where the owner of such a system reads what to prepare. */
  readonly guide: string;
  /** A document of one target, to be changed and applied. */
  readonly example: string;
  /** JSON Schemas of a target's `config`, secrets included, and of an entitlement; and which members are secrets. */
  readonly schema: {
    readonly config: JsonObject;
    readonly entitlement: JsonObject;
    readonly secrets: readonly string[];
  };
}

export interface SpecFault {
  /** JSON pointer into what was checked. */
  readonly path: string;
  readonly message: string;
}
