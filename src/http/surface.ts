/** What the compatible surfaces, Azure's and Graph's, are given alike, and how their clients name a call. */
import type { FastifyRequest } from "fastify";
import type { ApplyDeps } from "../use-cases/apply/apply-deps.ts";
import type { EffectDeps } from "../use-cases/ports.ts";
import type { TakeTurn } from "./taking-turns.ts";

export interface SurfaceContext {
  readonly deps: EffectDeps & ApplyDeps;
  readonly inTurn: TakeTurn;
  /** The address under which this installation is known to whoever calls it. */
  readonly originOf: (request: FastifyRequest) => string;
}

const CLIENTS_ID = /^[0-9a-zA-Z-]{1,64}$/;

/** The id that a client gave its call, in the header of that name; null for none, or one that is not to be repeated. */
export function clientsId({ headers }: FastifyRequest, header: string): string | null {
  const given = headers[header];
  return typeof given === "string" && CLIENTS_ID.test(given) ? given : null;
}
