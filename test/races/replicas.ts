/** Other processes on the same records, and what is said to them. */
import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { AccessRequest } from "../../src/domain/access-request.ts";
import type { Caller } from "../../src/domain/caller.ts";
import type { Grant } from "../../src/domain/grant.ts";
import type { AccessRequestId, GrantId } from "../../src/domain/ids.ts";
import type { Outcome } from "../../src/domain/rejection.ts";
import type { SubmitInput } from "../../src/policy/decisions/prepare.ts";
import type { DecideInput } from "../../src/use-cases/requests/decide-request.ts";

export type ReplicaCall =
  | { readonly verb: "ask"; readonly caller: Caller; readonly input: SubmitInput }
  | { readonly verb: "decide"; readonly caller: Caller; readonly input: DecideInput }
  | { readonly verb: "cancel"; readonly caller: Caller; readonly id: AccessRequestId }
  | { readonly verb: "end"; readonly caller: Caller; readonly id: GrantId };

export interface ToReplica {
  readonly id: number;
  readonly call: ReplicaCall;
}

/** What came of a call; the instants are of the machine's monotonic clock, which all processes share. */
export interface Told {
  readonly id: number;
  readonly outcome: Outcome<AccessRequest | Grant> | null;
  /** What was thrown instead. */
  readonly fault: string | null;
  readonly begunNs: string;
  readonly doneNs: string;
}

export interface Replica {
  readonly process: ChildProcess;
  call(call: ReplicaCall): Promise<Told>;
  ask(caller: Caller, input: SubmitInput): Promise<AccessRequest>;
  isAlive(): boolean;
  stop(): Promise<void>;
  kill(): Promise<void>;
}

/** A call whose process ended before it answered: nobody knows what became of it. */
export class Unanswered extends Error {
  override readonly name = "Unanswered";
}

const PROGRAM = new URL("./replica.ts", import.meta.url).pathname;

export async function startReplica(dataDir: string, databaseUrl: string, working = false): Promise<Replica> {
  const child = fork(PROGRAM, [dataDir, databaseUrl, working ? "working" : ""], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const calls = new Map<number, PromiseWithResolvers<Told>>();
  const ended = once(child, "exit");
  ended.then(() => {
    for (const one of calls.values()) one.reject(new Unanswered("its process ended"));
    calls.clear();
  });
  const ready = once(child, "message");
  await Promise.race([ready, ended.then(() => assert.fail("the replica ended at once"))]);
  child.on("message", (told: Told) => {
    calls.get(told.id)?.resolve(told);
    calls.delete(told.id);
  });
  let next = 0;
  const isAlive = () => child.exitCode === null && child.signalCode === null;
  const call = (what: ReplicaCall): Promise<Told> => {
    const answer = Promise.withResolvers<Told>();
    if (!isAlive() || !child.connected) return Promise.reject(new Unanswered("its process had ended"));
    const id = next++;
    calls.set(id, answer);
    child.send({ id, call: what } satisfies ToReplica, () => {});
    return answer.promise;
  };
  return {
    process: child,
    call,
    async ask(caller, input) {
      const { outcome, fault } = await call({ verb: "ask", caller, input });
      assert.ok(outcome?.ok, fault ?? JSON.stringify(outcome));
      return outcome.value as AccessRequest;
    },
    isAlive,
    async stop() {
      if (child.connected) child.disconnect();
      await ended;
    },
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
