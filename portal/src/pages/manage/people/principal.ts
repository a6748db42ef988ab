/** A person, group or workload, and whoever is in it, as the API tells of them. */
import type { Answer } from "../../../api/api.ts";

export type Principal = Answer<"readPrincipal">;
export type Member = Principal["members"][number];
