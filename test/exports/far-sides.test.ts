/** A whole installation with syslog, OTLP and Azure Monitor at once, each of which fails first: in the end each has each log, in order. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { createServer as createSecure } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { createServer as createTls } from "node:tls";
import { gunzipSync } from "node:zlib";
import { localTls } from "../../src/demo/local-ca.ts";
import { asId, type TenantId } from "../../src/domain/ids.ts";
import { stampSystem } from "../../src/domain/stamp.ts";
import { dueWork } from "../../src/store/due-work.ts";
import { applyConfiguration } from "../../src/use-cases/apply/apply-configuration.ts";
import { startLoop } from "../../src/worker/loop.ts";
import { until } from "../fixtures/program.ts";
import { must, OPERATOR, openTestSystem } from "../fixtures/system.ts";

const DIRECTORY = "77777777-7777-4777-8777-777777777777";
const COMMENTS = 60;

const folder = mkdtempSync(join(tmpdir(), "curfew-far-sides-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** What one of them has of each tenant, in the order in which it came. */
class Seen {
  readonly byTenant = new Map<string, { number: number; id: string }[]>();

  add(tenant: unknown, number: unknown, id: unknown): void {
    const before = this.byTenant.get(String(tenant)) ?? [];
    this.byTenant.set(String(tenant), [...before, { number: Number(number), id: String(id) }]);
  }
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  after(() => server.close());
  return (server.address() as AddressInfo).port;
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}

test("every far side gets every log in order, though each refuses, cuts off or is away at first", async () => {
  const tls = await localTls(folder);
  const ca = readFileSync(tls.caFile, "utf8");
  const [bySyslog, byOtlp, byAzure] = [new Seen(), new Seen(), new Seen()];
  const failures = { syslog: 2, otlp: 2, azure: 2 };

  const syslog = createTls({ cert: tls.cert, key: tls.key }, (socket) => {
    let text = "";
    socket.on("error", () => undefined);
    if (failures.syslog-- > 0) return void socket.once("data", () => socket.destroy());
    socket.on("data", (part) => {
      text += part.toString("latin1");
    });
    socket.on("end", () => {
      for (const [, id, tenant, number] of text.matchAll(
        /\[curfew@4711 id="([^"]+)" type="[^"]+" tenant="([^"]+)" number="(\d+)"/g,
      ))
        bySyslog.add(tenant, number, id);
    });
  });
  const otlp = createServer(async (request, response) => {
    const { resourceLogs } = JSON.parse((await read(request)).toString("utf8"));
    if (failures.otlp-- > 0) return void response.writeHead(503).end();
    for (const { attributes } of resourceLogs[0].scopeLogs[0].logRecords) {
      const said = new Map<string, Record<string, unknown>>(
        attributes.map((one: { key: string; value: Record<string, unknown> }) => [one.key, one.value]),
      );
      byOtlp.add(
        said.get("curfew.tenant.id")?.stringValue,
        said.get("curfew.number")?.intValue,
        said.get("log.record.uid")?.stringValue,
      );
    }
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
  });
  const azure = createSecure({ cert: tls.cert, key: tls.key }, async (request, response) => {
    const body = await read(request);
    if (request.url?.startsWith(`/${DIRECTORY}/`))
      return void response.end('{"access_token":"a-token","expires_in":3600}');
    if (failures.azure-- > 0) return void response.writeHead(500).end();
    for (const row of JSON.parse(gunzipSync(body).toString("utf8")))
      byAzure.add(row.OrganizationId, row.EventNumber, row.EventId);
    response.writeHead(204).end();
  });
  const ports = {
    syslog: await listening(syslog),
    otlp: await listening(otlp),
    azure: await listening(azure),
  };

  const system = await openTestSystem(null, join(folder, "data"), {
    outboundAllow: [{ tenant: "contoso", place: "private", port: ports.azure }],
    outboundCa: ca,
    exports: {
      jsonLines: null,
      syslog: {
        ...{ host: "localhost", port: ports.syslog, ca, client: null, format: "curfew" },
        ...{ enterprise: 4_711, mostBytes: 8_192, hostname: "curfew.example" },
      },
      otlp: { url: `http://127.0.0.1:${ports.otlp}/v1/logs`, ca: null, headers: {}, format: "ocsf" },
    },
  });
  after(() => system.close());
  const origin = `https://localhost:${ports.azure}`;
  const spec = {
    kind: "azureMonitor",
    config: {
      ...{ endpoint: origin, authority: origin, ruleId: `dcr-${"0".repeat(32)}` },
      ...{ directoryId: DIRECTORY, clientId: DIRECTORY },
    },
    secrets: { clientSecret: { value: "hush" } },
    from: "beginning",
  };
  const documents = [{ kind: "Export", tenant: "contoso", name: "sentinel", spec }];
  must(await applyConfiguration(system.deps, OPERATOR, { documents, dryRun: false, prune: false }));

  const { store } = system.opened.worker;
  const contoso = asId<TenantId>((await store.routes.tenantByName("contoso")) ?? "");
  const about = { kind: "target", id: crypto.randomUUID(), tenantId: contoso, otherTenantId: null };
  const events = Array.from({ length: COMMENTS }, (_, at) =>
    stampSystem(
      "target.checked",
      { ...about, correlationId: crypto.randomUUID() },
      { name: `one of ${at}\n]"`, ok: true },
    ),
  );
  await store.inTenant(contoso, (tx) => tx.record(events, system.opened.clock.now()));
  const due = dueWork(system.opened.worker.db, () => system.opened.clock.now());
  // A batch at a time, of all tenants.
  while ((await due.sequence()) > 0);

  const errors: string[] = [];
  const onError = (what: string, error: unknown) => void errors.push(`${what}: ${error}`);
  const stream = system.exports.stream(onError, () => loop.wake());
  const loop = startLoop({ name: "exports", run: stream.pass, onError });
  after(async () => {
    await loop.stop();
    await stream.stop();
  });
  const isDrained = async () =>
    (await system.exports.standing()).every(({ behind, streams }) => streams > 0 && behind === 0);
  await until(isDrained, 60_000, "all to be sent", () => errors.join("\n"));
  assert.deepEqual(errors, []);

  const tenants = [...bySyslog.byTenant.keys()];
  assert.ok(tenants.length > 1);
  for (const tenant of tenants) {
    const head = await store.inTenant(
      asId<TenantId>(tenant),
      async (tx) => (await tx.log.head())?.sequence ?? 0,
    );
    const numbers = [...Array(Number(head)).keys()].map((at) => at + 1);
    for (const seen of tenant === contoso ? [bySyslog, byOtlp, byAzure] : [bySyslog, byOtlp])
      assert.deepEqual(
        (seen.byTenant.get(tenant) ?? []).map(({ number }) => number),
        numbers,
      );
    assert.deepEqual(byOtlp.byTenant.get(tenant), bySyslog.byTenant.get(tenant));
  }
  assert.deepEqual(byAzure.byTenant.get(contoso), bySyslog.byTenant.get(contoso));
  assert.deepEqual([...byAzure.byTenant.keys()], [contoso]);
  assert.ok((byAzure.byTenant.get(contoso)?.length ?? 0) > COMMENTS);
  for (const left of Object.values(failures)) assert.ok(left < 0);
});
