/** Syslog over TLS against a server in this process, and against rsyslog where it is installed. */
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect as connectPlain } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, type TestContext, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { createServer, type TLSSocket } from "node:tls";
import { type LocalTls, localTls } from "../../src/demo/local-ca.ts";
import { newFarSide } from "../../src/exports/parts.ts";
import { ownForm } from "../../src/exports/payload.ts";
import type { Sender } from "../../src/exports/sink.ts";
import {
  EXAMPLE_ENTERPRISE,
  openSyslog,
  type SyslogSettings,
  syslogFrame,
  syslogMessage,
  syslogSink,
} from "../../src/exports/syslog.ts";
import { exported, hostileEvents, hugeEvents } from "./events.ts";

let folder = "";
let tls: LocalTls;
let ca = "";

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "curfew-syslog-"));
  tls = await localTls(folder);
  ca = readFileSync(tls.caFile, "utf8");
});
after(() => rmSync(folder, { recursive: true, force: true }));

function settings(more: Partial<SyslogSettings>): SyslogSettings {
  return {
    host: "localhost",
    port: 6_514,
    ca,
    client: null,
    format: "curfew",
    enterprise: EXAMPLE_ENTERPRISE,
    mostBytes: 8_192,
    hostname: "curfew.example",
    ...more,
  };
}

/** What RFC 5424 section 6 says of a message, and of structured data 6.3. */
const MESSAGE =
  /^<(\d{1,3})>1 (\S+) ([\x21-\x7e]{1,255}) ([\x21-\x7e]{1,48}) (-) ([\x21-\x7e]{1,32}) ((?:\[[^\s="\]]{1,32}(?: [^\s="\]]{1,32}="(?:[^"\\\]]|\\["\\\]])*")*\])+) ([\x20-\x7e]*)$/;

interface Read {
  readonly priority: number;
  readonly at: string;
  readonly id: string;
  readonly data: ReadonlyMap<string, string>;
  readonly json: Record<string, unknown>;
}

function read(message: string): Read {
  const found = MESSAGE.exec(message);
  assert.ok(found, `no message of RFC 5424: ${message.slice(0, 400)}`);
  const [, priority, at = "", , , , , data = "", json = ""] = found;
  const named = [...data.matchAll(/ ([^\s="\]]+)="((?:[^"\\\]]|\\["\\\]])*)"/g)].map(
    ([, name = "", value = ""]) => [name, value.replace(/\\(["\\\]])/g, "$1")] as const,
  );
  const byName = new Map(named);
  return { priority: Number(priority), at, id: byName.get("id") ?? "", data: byName, json: JSON.parse(json) };
}

/** RFC 5425 section 4.3.1: as many bytes as the number before the space says, and then the next number. */
function unframed(bytes: Buffer): string[] {
  const messages: string[] = [];
  let rest = bytes;
  while (rest.length > 0) {
    const space = rest.indexOf(0x20);
    const length = Number(rest.subarray(0, space).toString("latin1"));
    assert.ok(Number.isInteger(length) && length > 0, `no count: ${rest.subarray(0, 20).toString("latin1")}`);
    assert.ok(rest.length >= space + 1 + length, "the last message is not whole");
    messages.push(rest.subarray(space + 1, space + 1 + length).toString("utf8"));
    rest = rest.subarray(space + 1 + length);
  }
  return messages;
}

/** A receiver, with what it got by connection. `take` reads; without it, everything is read and the end is answered. */
async function receiver(t: TestContext, take?: (socket: TLSSocket, at: number) => void, host = "127.0.0.1") {
  const got: Buffer[] = [];
  const sockets: TLSSocket[] = [];
  const server = createServer({ cert: tls.cert, key: tls.key }, (socket) => {
    const at = got.push(Buffer.alloc(0)) - 1;
    sockets.push(socket);
    socket.on("error", () => undefined);
    if (take !== undefined) take(socket, at);
    else
      socket.on("data", (part) => {
        got[at] = Buffer.concat([got[at] ?? Buffer.alloc(0), part]);
      });
  });
  server.on("tlsClientError", () => undefined);
  await new Promise<void>((done) => server.listen(0, host, done));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, got };
}

function opened(
  t: TestContext,
  port: number,
  more: Partial<SyslogSettings> = {},
  { timeoutMs = 5_000, farSide = newFarSide(500) } = {},
): Sender {
  const sender = openSyslog(settings({ port, ...more }), farSide, timeoutMs);
  t.after(() => sender.close());
  return sender;
}

test("a batch arrives in order, counted and whole, and is accepted once the far side has closed", async (t) => {
  const { port, got } = await receiver(t);
  const sender = opened(t, port);
  const events = [1, 2, 3].map((number) => exported("grant.live", number));
  assert.deepEqual(await sender.send(events), { kind: "accepted", through: 3 });
  assert.deepEqual(await sender.send([exported("grant.ended", 4)]), { kind: "accepted", through: 4 });
  const messages = got.map((bytes) => unframed(bytes).map(read));
  assert.deepEqual(
    messages.map((batch) => batch.map(({ json }) => json.sequence)),
    [[1, 2, 3], [4]],
  );
  const [first] = messages[0] ?? [];
  assert.deepEqual(first?.json, JSON.parse(JSON.stringify(ownForm(exported("grant.live", 1)))));
  // Log audit (13), informational (6).
  assert.equal(first?.priority, 110);
  assert.equal(first?.at, "2026-11-30T09:15:00.001Z");
  assert.equal(first?.data.get("leaf"), exported("grant.live", 1).leafHash);
});

test("how much somebody has to do about it is the severity, and OCSF may be the message", () => {
  const priorityOf = (
    type: "grant.live" | "assignment.made" | "grant.unconfirmed" | "grant.removal_failed",
  ) => read(syslogMessage(exported(type), settings({}))).priority;
  assert.deepEqual(
    [
      priorityOf("grant.live"),
      priorityOf("assignment.made"),
      priorityOf("grant.unconfirmed"),
      priorityOf("grant.removal_failed"),
    ],
    [110, 109, 108, 107],
  );
  const { json, data } = read(syslogMessage(exported("grant.live"), settings({ format: "ocsf" })));
  assert.equal(json.class_uid, 3_005);
  assert.equal(data.get("type"), "grant.live");
});

test("what somebody wrote to do harm is one message on one line, and reads the same again", async (t) => {
  const { port, got } = await receiver(t);
  const events = hostileEvents();
  assert.deepEqual(await opened(t, port, { mostBytes: 65_536 }).send(events), {
    kind: "accepted",
    through: events.length,
  });
  const messages = unframed(Buffer.concat(got));
  assert.equal(messages.length, events.length);
  for (const [at, message] of messages.entries()) {
    assert.match(message, /^[\x20-\x7e]+$/);
    assert.deepEqual(
      read(message).json,
      JSON.parse(JSON.stringify(ownForm(events[at] as (typeof events)[0]))),
    );
    assert.equal(read(message).id, events[at]?.id);
  }
});

test('a name with `]` and `"` ends no field of the structured data', () => {
  const subjectId = 'x"] [forged@1 id="y" \\';
  const { data } = read(syslogMessage(exported("grant.live", 1, { subjectId }), settings({})));
  assert.equal(data.get("subject"), subjectId);
  assert.equal(data.get("id"), exported("grant.live", 1).id);
});

test("what is too long is cut where everybody sees it, and never ids and hashes", async (t) => {
  const { port, got } = await receiver(t);
  const events = hugeEvents();
  assert.deepEqual(await opened(t, port).send(events), { kind: "accepted", through: events.length });
  const messages = unframed(Buffer.concat(got));
  for (const [at, message] of messages.entries()) {
    const event = events[at];
    assert.ok(event !== undefined && Buffer.byteLength(message) <= 8_192);
    const { json } = read(message);
    const entry = json.entry as Record<string, unknown>;
    for (const member of ["leafHash", "linkHash"] as const) assert.equal(json[member], event[member]);
    for (const member of ["id", "commitments", "parties", "subject", "correlationId"] as const)
      assert.deepEqual(entry[member], event[member]);
    assert.ok(Array.isArray(json.cut) && json.cut.length > 0 && json.cut.length <= 21);
  }
  const { json } = read(messages[0] ?? "");
  assert.deepEqual(json.cut, [
    { path: "/facts/text", characters: 1_048_576 },
    { path: "/sentence", characters: 100_015 },
  ]);
  assert.match(
    String((json.entry as { facts: { text: unknown } }).facts.text),
    /^x+… \(cut: was 1048576 characters\)$/,
  );
});

test("an event that cannot be cut enough is refused by itself, after those before it", async (t) => {
  const { port, got } = await receiver(t);
  // Nothing that Curfew makes has such an id: six bytes a character, and an id is not cut.
  const wide = exported("grant.live", 2, { subjectId: "ä".repeat(1_024) });
  const sender = opened(t, port, { format: "ocsf" });
  assert.deepEqual(await sender.send([exported("grant.live", 1), wide, exported("grant.live", 3)]), {
    kind: "accepted",
    through: 1,
  });
  const refused = await sender.send([wide, exported("grant.live", 3)]);
  assert.equal(refused.kind === "refused" && refused.what === "event" && refused.number, 2);
  assert.equal(unframed(Buffer.concat(got)).length, 1);
});

test("a far side of another name, or of another authority, gets nothing", async (t) => {
  const { port, got } = await receiver(t, undefined, "0.0.0.0");
  const otherName = await opened(t, port, { host: "127.0.0.2" }).send([exported("grant.live")]);
  assert.ok(otherName.kind === "later");
  assert.match(otherName.reason, /does not prove to be `127\.0\.0\.2`.*ERR_TLS_CERT_ALTNAME_INVALID/);
  const strangers = mkdtempSync(join(folder, "other-"));
  const stranger = readFileSync((await localTls(strangers)).caFile, "utf8");
  for (const ca of [stranger, null]) {
    const sent = await opened(t, port, { ca }).send([exported("grant.live")]);
    assert.ok(sent.kind === "later");
    assert.match(sent.reason, /does not prove to be `localhost` by a certificate of the authority/);
  }
  assert.deepEqual(
    got.filter(({ length }) => length > 0),
    [],
  );
});

test("a far side that closes in the middle, at once or after all but the last has accepted nothing", async (t) => {
  const ways: ((socket: TLSSocket) => void)[] = [
    (socket) => socket.end(),
    (socket) => socket.destroy(),
    (socket) => socket.once("data", () => socket.end()),
    (socket) => socket.once("data", () => socket.destroy()),
  ];
  const { port } = await receiver(t, (socket, at) => ways[at]?.(socket));
  const sender = opened(t, port);
  const events = [...Array(400).keys()].map((at) =>
    exported("grant.live", at + 1, { facts: { text: "x".repeat(6_000) } }),
  );
  for (const way of ways) {
    const sent = await sender.send(events);
    assert.equal(sent.kind, "later", `${way}: ${JSON.stringify(sent)}`);
  }
});

test("a far side that is not there, reads nothing, or never closes is no acceptance and ends in time", async (t) => {
  const { port } = await receiver(t, (socket, at) => {
    if (at === 0) socket.pause();
    // It reads, and keeps its half open.
    else Object.assign(socket, { allowHalfOpen: true }).resume();
  });
  const events = [...Array(400).keys()].map((at) =>
    exported("grant.live", at + 1, { facts: { text: "x".repeat(6_000) } }),
  );
  for (let at = 0; at < 2; at += 1) {
    const sent = await opened(t, port, {}, { timeoutMs: 700 }).send(events);
    assert.ok(sent.kind === "later");
    assert.match(sent.reason, /has not taken all of it in time and closed in reply/);
  }
  const nobody = await opened(t, 1).send(events);
  assert.ok(nobody.kind === "later");
  assert.match(nobody.reason, /cannot be reached over TLS \(ECONNREFUSED\)/);
});

test("a slow far side gets smaller batches until one is through in time, and larger ones again", async (t) => {
  const seen: number[] = [];
  const { port } = await receiver(t, (socket) => {
    let bytes = Buffer.alloc(0);
    let budget = 3_000_000;
    socket.on("data", (part: Buffer) => {
      bytes = Buffer.concat([bytes, part]);
      budget -= part.length;
      if (budget < 1_500_000) socket.pause();
    });
    socket.on("end", () => seen.push(unframed(bytes).length));
  });
  // As the stream does, which opens another sender after each failure.
  const farSide = newFarSide(500);
  const open = () => opened(t, port, {}, { timeoutMs: 1_000, farSide });
  const events = [...Array(400).keys()].map((at) =>
    exported("grant.live", at + 1, { facts: { text: "x".repeat(6_000) } }),
  );
  let left = events;
  for (let tries = 0; left.length > 0 && tries < 10; tries += 1) {
    const sent = await open().send(left);
    if (sent.kind === "accepted") left = left.filter(({ number }) => number > sent.through);
  }
  assert.deepEqual(left, []);
  assert.equal(
    seen.reduce((sum, count) => sum + count, 0),
    events.length,
  );
});

test("closing ends a send that is under way, as later", async (t) => {
  const { port } = await receiver(t, (socket) => socket.pause());
  const sender = openSyslog(settings({ port }));
  const sent = sender.send([exported("grant.live")]);
  await pause(300);
  await sender.close();
  assert.deepEqual(await sent, { kind: "later", afterMs: null, reason: "the sink is being closed" });
  assert.equal((await sender.send([exported("grant.live")])).kind, "later");
});

test("a place is shown as host and port", () => {
  assert.equal(syslogSink(settings({})).place, "localhost:6514");
  assert.equal(syslogSink(settings({ host: "2001:db8::1" })).place, "[2001:db8::1]:6514");
});

const NO_RSYSLOG = withoutRsyslog();

function withoutRsyslog(): string | false {
  try {
    execFileSync("rsyslogd", ["-v"], { stdio: "pipe" });
    return false;
  } catch {
    return "rsyslogd is not installed (apt-get install rsyslog rsyslog-gnutls)";
  }
}

test("rsyslog takes what was sent over TLS, one line each, and again after it was killed", {
  skip: NO_RSYSLOG,
}, async (t) => {
  const place = mkdtempSync(join(folder, "rsyslog-"));
  const out = join(place, "out.log");
  const portFile = join(place, "port");
  const [cert, key] = [join(folder, "server.pem"), join(folder, "server.key")];
  const config = (port: number | null) => `
global(workDirectory="${place}" maxMessageSize="64k" defaultNetstreamDriver="gtls"
  defaultNetstreamDriverCAFile="${tls.caFile}" defaultNetstreamDriverCertFile="${cert}" defaultNetstreamDriverKeyFile="${key}")
module(load="imtcp" streamDriver.name="gtls" streamDriver.mode="1" streamDriver.authMode="anon")
template(name="lines" type="string" string="%app-name% %msgid% %structured-data%%msg%\\n")
input(type="imtcp" port="${port ?? 0}" address="127.0.0.1" listenPortFileName="${portFile}")
action(type="omfile" file="${out}" template="lines" asyncWriting="off")
`;
  const start = async (port: number | null) => {
    rmSync(portFile, { force: true });
    writeFileSync(join(place, "rsyslog.conf"), config(port));
    const child = spawn("rsyslogd", ["-n", "-f", join(place, "rsyslog.conf"), "-i", "NONE"], {
      stdio: "ignore",
    });
    t.after(() => child.kill("SIGKILL"));
    for (let tries = 0; tries < 200; tries += 1) {
      await pause(25);
      // It writes the file only where the port was its own to choose.
      const listening = port ?? Number(readOrEmpty(portFile));
      if (listening !== 0 && (await isThere(listening))) return { child, port: listening };
    }
    throw new Error("rsyslogd does not listen");
  };
  const lines = async (count: number) => {
    for (let tries = 0; tries < 200 && readOrEmpty(out).split("\n").length <= count; tries += 1)
      await pause(25);
    return readOrEmpty(out).trimEnd().split("\n");
  };

  const first = await start(null);
  const sender = opened(t, first.port, { mostBytes: 65_536 });
  const events = hostileEvents();
  assert.deepEqual(await sender.send(events), { kind: "accepted", through: events.length });
  const written = await lines(events.length);
  assert.equal(written.length, events.length);
  for (const [at, line] of written.entries()) {
    assert.ok(line.startsWith(`curfew request.commented [curfew@32473 id="${events[at]?.id}"`), line);
    const json: unknown = JSON.parse(line.slice(line.indexOf('{"id"')));
    assert.deepEqual(json, JSON.parse(JSON.stringify(ownForm(events[at] as (typeof events)[0]))));
  }

  first.child.kill("SIGKILL");
  await once(first.child, "exit");
  const next = exported("grant.ended", 99);
  assert.equal((await sender.send([next])).kind, "later");
  await start(first.port);
  assert.deepEqual(await sender.send([next]), { kind: "accepted", through: 99 });
  assert.match((await lines(events.length + 1)).at(-1) ?? "", /^curfew grant\.ended .*"sequence":99/);
});

function isThere(port: number): Promise<boolean> {
  const socket = connectPlain(port, "127.0.0.1");
  return new Promise<boolean>((done) => {
    socket.once("connect", () => done(true)).once("error", () => done(false));
  }).finally(() => socket.destroy());
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

test("a count says bytes, not characters", () => {
  assert.equal(syslogFrame("ä").toString("utf8"), "2 ä");
});
