/** A process of its own on the records of others: does what it is told, one call after another or side by side, and says what came of it. */
import { randomUUID } from "node:crypto";
import { dueWork } from "../../src/store/due-work.ts";
import { createLeases } from "../../src/store/leases.ts";
import { openStore } from "../../src/store/open-store.ts";
import { deactivateGrant } from "../../src/use-cases/grants/end-grant.ts";
import type { EffectDeps } from "../../src/use-cases/ports.ts";
import { cancelRequest, decideRequest } from "../../src/use-cases/requests/decide-request.ts";
import { submitRequest } from "../../src/use-cases/requests/submit-request.ts";
import { startWorker } from "../../src/worker/worker.ts";
import { NO_TARGETS } from "../fixtures/world.ts";
import type { Told, ToReplica } from "./replicas.ts";

const [dataDir = "", databaseUrl = "", working = ""] = process.argv.slice(2);

const opened = await openStore({ dataDir, databaseUrl, keyFile: null, log: () => {} });
const { store, decisions, clock } = opened;
const leases = createLeases(opened.app);
const deps: EffectDeps = { store, decisions, clock, ids: { next: randomUUID }, gateway: NO_TARGETS, leases };
if (working === "working") {
  await startWorker({
    deps: { ...deps, store: opened.worker.store, decisions: opened.worker.decisions },
    due: dueWork(opened.worker.db, () => clock.now()),
    onWake: opened.onWake,
    onError: () => {},
  });
}

function perform({ call }: ToReplica): Promise<Told["outcome"]> {
  switch (call.verb) {
    case "ask":
      return submitRequest(deps, call.caller, call.input);
    case "decide":
      return decideRequest(deps, call.caller, call.input);
    case "cancel":
      return cancelRequest(deps, call.caller, call.id);
    case "end":
      return deactivateGrant(deps, call.caller, call.id);
  }
}

const nowNs = () => String(process.hrtime.bigint());

process.on("message", async (message: ToReplica) => {
  const begunNs = nowNs();
  const told = await perform(message).then(
    (outcome): Told => ({ id: message.id, outcome, fault: null, begunNs, doneNs: nowNs() }),
    (error: unknown): Told => {
      const fault = error instanceof Error ? error.name : String(error);
      return { id: message.id, outcome: null, fault, begunNs, doneNs: nowNs() };
    },
  );
  // Nobody may be there any more to hear it.
  process.send?.(told, () => {});
});
// Whoever started it is gone.
process.on("disconnect", () => process.exit(0));
process.send?.({ id: -1 });
