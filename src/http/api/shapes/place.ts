/** Which part of a list is meant: one application, a kind of place, everything under a scope. */
import { z } from "zod";
import type { ApplicationId } from "../../../domain/ids.ts";
import { SCOPE_FAMILIES, type Scope, type ScopeFamily, scopeKey } from "../../../domain/scope.ts";
import type { GrantFilter, RequestFilter } from "../../../use-cases/ports.ts";
import { given, guid, idOf, scope } from "../../../use-cases/values.ts";

export const placeQuery = {
  applicationId: guid.optional(),
  about: z
    .enum(SCOPE_FAMILIES)
    .optional()
    .meta({ description: "managed applications, other resources of the tenant, or its groups" }),
  under: scope.optional().meta({ description: "a scope: there and below it" }),
};

interface PlaceQuery {
  readonly applicationId?: string | undefined;
  readonly about?: ScopeFamily | undefined;
  readonly under?: Scope | undefined;
}

export function placeIn({
  applicationId,
  about,
  under,
}: PlaceQuery): Pick<RequestFilter & GrantFilter, "applicationIds" | "about" | "under"> {
  return given({
    applicationIds: applicationId === undefined ? undefined : [idOf<ApplicationId>(applicationId)],
    about,
    under: under && scopeKey(under),
  });
}
