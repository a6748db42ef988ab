/** What the routes of the native API stand on. */

import type { IncomingMessage, ServerResponse } from "node:http";
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import type { ApplyDeps } from "../../use-cases/apply/apply-deps.ts";
import type {
  ChangeFeed,
  Deps,
  EffectDeps,
  InstallationExports,
  InstallationKeys,
} from "../../use-cases/ports.ts";
import type { AdmitCaller } from "../caller.ts";
import type { QueueChange } from "../change-queue.ts";

export type Api = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

export interface ApiContext {
  readonly deps: EffectDeps & ApplyDeps;
  /** The same decisions on connections that only checks of access take; without it they take those of every call. */
  readonly checks?: Pick<Deps, "store" | "decisions">;
  /** Runs a change of configuration when the queue lets it, whichever surface it comes through. */
  readonly queued: QueueChange;
  readonly changes: ChangeFeed;
  readonly keys: InstallationKeys;
  readonly exports: InstallationExports;
  readonly admitCaller: AdmitCaller;
}
