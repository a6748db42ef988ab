/** What the routes of the native API stand on. */

import type { IncomingMessage, ServerResponse } from "node:http";
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import type { Outcome } from "../../domain/rejection.ts";
import type { ApplyDeps } from "../../use-cases/apply/apply-deps.ts";
import type { Caller, ChangeFeed, EffectDeps, Store } from "../../use-cases/ports.ts";
import type { FindCaller } from "../caller.ts";
import type { TakeTurn } from "../taking-turns.ts";

export type Api = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

export interface ApiContext {
  readonly deps: EffectDeps & ApplyDeps;
  /** The same store on connections that only checks of access take; without it they take those of every call. */
  readonly checks?: Store;
  readonly idempotency: Idempotency;
  /** Changes of configuration, whichever surface they come through. */
  readonly inTurn: TakeTurn;
  readonly changes: ChangeFeed;
  readonly findCaller: FindCaller;
}

/** Remembers the answer to a submission under its key, so that a repeat of the same call gets the same answer. */
export interface Idempotency {
  begin(caller: Caller, key: string, fingerprint: string): Promise<Outcome<StoredAnswer | "begun">>;
  complete(caller: Caller, key: string, answer: StoredAnswer | null): Promise<void>;
}

export interface StoredAnswer {
  readonly status: number;
  readonly body: string;
}
