/** What every resource of Azure's contract carries: id, name, type, tags, systemData. */
import { z } from "zod";
import type { TenantId } from "../../domain/ids.ts";
import { accept, type Outcome } from "../../domain/rejection.ts";
import { formatInstant } from "../../domain/time.ts";
import { UNSTORABLE, unstorableIn } from "../../use-cases/apply/storable-text.ts";
import type { SurfaceResource } from "../../use-cases/ports.ts";
import type { Touch } from "../../use-cases/surface-resources.ts";
import { line } from "../../use-cases/values.ts";
import { bodyOf } from "../odata/body.ts";
import { nameIn } from "../odata/operation.ts";
import type { ArmCall } from "./surface.ts";

/** At most 50 tags, names of 512 and values of 256 characters, as Azure has it. */
export const tagsSchema = z
  .record(line(512).min(1), line(256))
  .refine((tags) => Object.keys(tags).length <= 50, "a resource has at most 50 tags");
export const locationSchema = line(90);

/** Of every resource: made by the server, and ignored when it is written. */
export const RESOURCE_READ_ONLY = ["id", "name", "type", "systemData"] as const;

const MAX_KEPT_CHARS = 262_144;

/** Properties that are given back as they came and mean nothing here. */
export const keptSchema = z
  .looseObject({})
  .refine(
    (value) => JSON.stringify(value).length <= MAX_KEPT_CHARS,
    `at most ${MAX_KEPT_CHARS} characters as JSON`,
  )
  .refine((value) => unstorableIn(value) === null, UNSTORABLE);

const patchSchema = z.looseObject({ tags: tagsSchema.nullish() });

/** What a PATCH says of the tags; null for nothing. */
export function tagsIn(call: ArmCall): Outcome<SurfaceResource["tags"] | null> {
  const body = bodyOf(patchSchema, call.body);
  return body.ok ? accept(body.value.tags ?? null) : body;
}

/** As its path was written. */
export function idInGroup(call: ArmCall, type: string, name: string): string {
  const [subscription, group] = [nameIn(call, "subscriptionId"), nameIn(call, "resourceGroupName")];
  return `/subscriptions/${subscription}/resourceGroups/${group}/providers/${type}/${name}`;
}

/** The other side's people stay unnamed (I11). */
export function systemData(resource: Pick<SurfaceResource, "created" | "changed">, reader: TenantId) {
  const { created, changed } = resource;
  return {
    ...whoOf("createdBy", created, reader),
    createdAt: formatInstant(created.at),
    ...whoOf("lastModifiedBy", changed, reader),
    lastModifiedAt: formatInstant(changed.at),
  };
}

function whoOf(name: "createdBy" | "lastModifiedBy", { by, kind }: Touch, reader: TenantId) {
  if (by.tenantId !== reader) return {};
  return { [name]: by.objectId, [`${name}Type`]: kind === "user" ? "User" : "Application" };
}
