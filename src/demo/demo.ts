/** The demo: a whole small world on loopback, with a month behind it and something to decide. */
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { sql } from "kysely";
import { buildPortal } from "../build-portal.ts";
import { openSystem, type Service, type System, startService } from "../compose.ts";
import { dueWork } from "../store/due-work.ts";
import { outliveOutput, startFailed, untilStopped } from "../until-stopped.ts";
import type { GivenDocument } from "../use-cases/apply/documents.ts";
import { vouchForAddresses } from "../use-cases/mail/confirm-address.ts";
import { makeHistory } from "./history.ts";
import { installWorld } from "./install-world.ts";
import { localTls } from "./local-ca.ts";
import { type MailCatcher, startMailCatcher } from "./mail-catcher.ts";
import { isDemo, markAsDemo } from "./mark.ts";
import { DEFAULT_FOLDER, type DemoOptions, readOptions } from "./options.ts";
import { type OrdersDatabase, startOrdersDatabase } from "./orders-database.ts";
import type { World } from "./people.ts";
import { makePresent } from "./present.ts";
import { readyContent, writeReadyFile } from "./ready-file.ts";
import { welcome } from "./welcome.ts";
import { newSecrets, readWorld } from "./world.ts";

const LOOPBACK = "127.0.0.1";

export async function demo(argv: readonly string[]): Promise<void> {
  const started = performance.now();
  outliveOutput();
  try {
    const options = readOptions(argv);
    mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
    const orders = await startOrdersDatabase(join(options.dataDir, "orders"), () => {});
    try {
      await run(options, orders, started);
    } finally {
      await orders.stop();
    }
  } catch (error) {
    startFailed("curfew demo", error);
  }
}

async function run(options: DemoOptions, orders: OrdersDatabase, started: number): Promise<void> {
  const { dataDir } = options;
  let service: Service | null = null;
  let catcher: MailCatcher | null = null;
  const system = await openSystem({
    dataDir,
    databaseUrl: null,
    keyFile: null,
    log: () => {},
    tell: (line) => process.stderr.write(`curfew demo: ${line}\n`),
    outboundAllow: [{ tenant: "contoso", place: orders.host, port: null }],
  });
  const readyFiles = [
    join(dataDir, "ready.json"),
    ...(options.readyFile === null ? [] : [options.readyFile]),
  ];
  try {
    const isNew = await claim(system);
    const documents = readWorld();
    const secrets = newSecrets(documents);
    const now = system.deps.clock.now();
    const { world, places } = await installWorld(system, { documents, secrets, orders, now, isNew });
    if (isNew)
      await makeHistory(
        { deps: system.deps, due: dueWork(system.opened.db, () => now) },
        world.past,
        places,
        now,
      );
    const present = await world.present();
    await makePresent(system.deps, present, places, system.deps.clock.now());
    const tls = await localTls(dataDir);
    catcher = await startMailCatcher(tls, options.mailPort);
    await vouchForPeople(system, present, documents);
    const { http, https, ...listening } = await listeners(options);
    service = await startService(system, {
      issuer: http,
      origins: listening.origins,
      deviceFlow: false,
      trustedProxy: null,
      portal: await buildPortal((line) => process.stderr.write(`${line}\n`)),
      mail: {
        server: {
          ...{ host: LOOPBACK, port: catcher.smtpPort, tls: "starttls", login: null },
          ca: readFileSync(tls.caFile, "utf8"),
        },
        from: { name: "Curfew", address: "curfew@demo.example" },
        dkim: null,
      },
      log: (line) => process.stderr.write(`${line}\n`),
    });
    await service.listen(LOOPBACK, listening.httpPort, null);
    await service.listen(LOOPBACK, listening.httpsPort, tls);
    const ready = readyContent({
      http,
      https,
      caFile: tls.caFile,
      mail: catcher.url,
      world: present,
      places,
      secrets,
      documents,
    });
    for (const file of readyFiles) writeReadyFile(file, ready);
    const elsewhere = dataDir === resolve(DEFAULT_FOLDER) ? null : dataDir;
    process.stdout.write(welcome(ready, performance.now() - started, elsewhere));
    await untilStopped(system.opened.died, service.close);
  } catch (error) {
    // Before what is open is closed, which can take its time.
    startFailed("curfew demo", error);
  } finally {
    // A ready file says that the demo serves; it goes first.
    for (const file of readyFiles) rmSync(file, { force: true });
    await service?.close();
    await system.close();
    await catcher?.close();
  }
}

/** Nobody could confirm them: their mail goes nowhere. */
async function vouchForPeople(
  system: System,
  world: World,
  documents: readonly GivenDocument[],
): Promise<void> {
  const people = documents.filter(({ kind }) => kind === "User");
  for (const [tenant, theirs] of Map.groupBy(people, (one) => one.tenant ?? ""))
    await vouchForAddresses(
      system.deps,
      world.tenant(tenant),
      theirs.map(({ spec }) => String((spec as { email?: string }).email)),
    );
}

/** Marks new data as the demo's; data of anything else is left alone. */
async function claim(system: System): Promise<boolean> {
  if (await isDemo(system.opened.db)) return false;
  const { rows } = await sql<{ known: number }>`SELECT tenants_known() AS known`.execute(system.opened.db);
  if ((rows[0]?.known ?? 0) > 0)
    throw new Error("this data directory holds a real installation; choose another --data-dir");
  await markAsDemo(system.opened.owner);
  return true;
}

async function listeners(options: DemoOptions) {
  const httpPort = await portFor(options.httpPort);
  const httpsPort = await portFor(options.httpsPort);
  const http = `http://${LOOPBACK}:${httpPort}`;
  const https = `https://${LOOPBACK}:${httpsPort}`;
  const origins = [http, https, `http://localhost:${httpPort}`, `https://localhost:${httpsPort}`];
  return { httpPort, httpsPort, http, https, origins };
}

/** A free port for 0: the issuer's name must be known before anything listens. */
async function portFor(wanted: number): Promise<number> {
  if (wanted !== 0) return wanted;
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, LOOPBACK, resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}
