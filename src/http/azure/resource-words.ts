/** What every resource of Azure's contract carries: id, name, type, tags, systemData. */
import { z } from "zod";
import type { TenantId } from "../../domain/ids.ts";
import { formatInstant } from "../../domain/time.ts";
import { UNSTORABLE, unstorableIn } from "../../use-cases/apply/storable-text.ts";
import type { SurfaceResource } from "../../use-cases/ports.ts";
import type { Touch } from "../../use-cases/surface-resources.ts";
import { line } from "../../use-cases/values.ts";

/** At most 50 tags, names of 512 and values of 256 characters, as Azure has it. */
export const tagsSchema = z
  .record(line(512).min(1), line(256))
  .refine((tags) => Object.keys(tags).length <= 50, "a resource has at most 50 tags");
export const locationSchema = line(90);

const MAX_KEPT_CHARS = 262_144;

/** Properties that are given back as they came and mean nothing here. */
export const keptSchema = z
  .looseObject({})
  .refine(
    (value) => JSON.stringify(value).length <= MAX_KEPT_CHARS,
    `at most ${MAX_KEPT_CHARS} characters as JSON`,
  )
  .refine((value) => unstorableIn(value) === null, UNSTORABLE);

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
