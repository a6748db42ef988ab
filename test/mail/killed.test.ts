/**
 * kill -9 at every step of sending: nothing is lost, and a mail comes twice only where the server, a process of its own, had
 * accepted it and we had not stored that, under the same Message-ID.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { type Instant, instant } from "../../src/domain/time.ts";
import { turnMail } from "../../src/store/due-work.ts";
import { vouchForAddresses } from "../../src/use-cases/mail/confirm-address.ts";
import { TAKEN_FOR_MS } from "../../src/use-cases/mail/send-due-mail.ts";
import { type PlainCluster, startPlainCluster } from "../fixtures/plain-cluster.ts";
import { until } from "../fixtures/program.ts";
import type { Town } from "../fixtures/town.ts";
import { openWorld, type World } from "../fixtures/world.ts";

const MAILS = 40;
const MOMENTS = ["taken", "under way", "accepted", "stored"] as const;
const NTHS = [1, 4, 7];

let cluster: PlainCluster;
let databaseUrl: string;
let world: World;
let town: Town;
before(async () => {
  cluster = await startPlainCluster(null);
  databaseUrl = cluster.superuserUrl("postgres");
  world = await openWorld({ databaseUrl });
  await turnMail(world.opened.db, true);
  town = await world.newTown();
});
after(async () => {
  await world?.close();
  await cluster?.stop();
});

const inContoso = <T>(work: Parameters<typeof world.opened.store.inTenant<T>>[1]) =>
  world.opened.store.inTenant(town.ref("carol").tenantId, work);

async function storedAs(state: "sent" | "waiting"): Promise<Set<string>> {
  return new Set((await inContoso((tx) => tx.mail.list({ limit: 500, state }))).map(({ id }) => id));
}

async function mailServer(accepted: string[]) {
  const path = new URL("./mail-process.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [path], { stdio: ["pipe", "pipe", "inherit"] });
  let port = 0;
  createInterface({ input: child.stdout }).on("line", (line) => {
    if (line.startsWith("port ")) port = Number(line.slice(5));
    else accepted.push(line);
  });
  await until(() => port !== 0, 20_000, "the mail server");
  return { port, stop: () => child.stdin.end() };
}

function runVictim(port: number, at: Instant, moment: string, nth: number): Promise<string | null> {
  const path = new URL("./victim.ts", import.meta.url).pathname;
  const keyFile = join(world.dataDir, "key");
  const child = spawn(
    process.execPath,
    [path, databaseUrl, keyFile, String(port), String(at), moment, String(nth)],
    {
      stdio: ["ignore", "inherit", "inherit"],
    },
  );
  return new Promise((resolve) => child.once("exit", (_code, signal) => resolve(signal)));
}

test("killed at every step, and started again: each mail comes, and twice only what was accepted and not stored", async () => {
  const { tenantId, objectId } = town.ref("casey");
  await inContoso(async (tx) => {
    const email = (await tx.principals.find(objectId))?.email ?? "";
    await vouchForAddresses(world.deps, tenantId, [email]);
  });
  const accepted: string[] = [];
  const server = await mailServer(accepted);
  let now = world.clock.now();
  let stored = new Set<string>();
  let repeats = 0;
  let seen = 0;
  // What came since the last look may only be what nobody had stored as sent by then.
  const look = async () => {
    for (const id of accepted.slice(seen))
      assert.ok(!stored.has(id), `${id} was stored as sent before it came again`);
    seen = accepted.length;
    repeats = accepted.length - new Set(accepted).size;
    stored = await storedAs("sent");
    for (const id of stored)
      assert.ok(accepted.includes(id), `${id} is stored as sent and was never accepted`);
  };
  try {
    for (const moment of MOMENTS)
      for (const nth of NTHS) {
        const ids = Array.from({ length: MAILS / 4 }, () => randomUUID());
        await inContoso((tx) =>
          tx.mail.plan(
            ids.map((id) => ({
              ...{ id, tenantId, to: { person: objectId }, kind: "live" as const },
              ...{ message: { headline: id, facts: [], link: null, note: null }, thread: null, topic: null },
              ...{ notBefore: now, urgent: false },
            })),
          ),
        );
        assert.equal(await runVictim(server.port, now, moment, nth), "SIGKILL", `${moment} ${nth}`);
        await look();
        now = instant(now + TAKEN_FOR_MS);
      }
    assert.equal(await runVictim(server.port, now, "never", 0), null);
    await look();
    assert.equal((await storedAs("waiting")).size, 0, "nothing waits");
    assert.equal(new Set(accepted).size, MOMENTS.length * NTHS.length * (MAILS / 4), "nothing is lost");
    const kills =
      MOMENTS.filter((moment) => moment === "under way" || moment === "accepted").length * NTHS.length;
    console.log(
      `${accepted.length} accepted, ${repeats} of them a second time, after ${kills} kills that may repeat`,
    );
    assert.ok(repeats >= NTHS.length, "what was accepted and not stored came again");
    assert.ok(repeats <= kills, "and nothing else did");
  } finally {
    server.stop();
  }
});
