import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { ConfigError, readConfig } from "./config.ts";

const folder = mkdtempSync(join(tmpdir(), "curfew-config-"));
after(() => rmSync(folder, { recursive: true, force: true }));

function fileWith(text: string): string {
  const path = join(folder, `${Math.random()}`);
  writeFileSync(path, text);
  return path;
}

function refused(env: Record<string, string>, says: RegExp): void {
  assert.throws(
    () => readConfig(env),
    (error) => {
      assert.ok(error instanceof ConfigError);
      assert.match(error.message, says);
      assert.doesNotMatch(error.message, /hush/);
      return true;
    },
  );
}

test("nothing is sent anywhere unless the operator says so", () => {
  assert.deepEqual(readConfig({}).exports, { jsonLines: null, syslog: null, otlp: null });
});

test("CURFEW_EXPORT_SYSLOG: a host with its port, 6514 where none is said, and files that are read", () => {
  const placeOf = (where: string) => {
    const { syslog } = readConfig({ CURFEW_EXPORT_SYSLOG: where }).exports;
    return [syslog?.host, syslog?.port];
  };
  assert.deepEqual(placeOf("collector.internal"), ["collector.internal", 6_514]);
  assert.deepEqual(placeOf("10.0.0.5:1514"), ["10.0.0.5", 1_514]);
  assert.deepEqual(placeOf("[fd00::5]:601"), ["fd00::5", 601]);
  const { exports, warnings } = readConfig({
    CURFEW_EXPORT_SYSLOG: "collector.internal",
    CURFEW_EXPORT_SYSLOG_CA_FILE: fileWith("ca"),
    CURFEW_EXPORT_SYSLOG_CERT_FILE: fileWith("cert"),
    CURFEW_EXPORT_SYSLOG_KEY_FILE: fileWith("key"),
    CURFEW_EXPORT_SYSLOG_FORMAT: "ocsf",
    CURFEW_EXPORT_SYSLOG_ENTERPRISE: "4711",
    CURFEW_EXPORT_SYSLOG_BYTES: "65536",
    CURFEW_PUBLIC_URL: "https://curfew.example/",
  });
  assert.deepEqual(exports.syslog, {
    ...{ host: "collector.internal", port: 6_514, ca: "ca", client: { cert: "cert", key: "key" } },
    ...{ format: "ocsf", enterprise: 4_711, mostBytes: 65_536, hostname: "curfew.example" },
  });
  assert.deepEqual(warnings, []);
});

test("CURFEW_EXPORT_SYSLOG: the number for examples is warned of", () => {
  for (const more of [{}, { CURFEW_EXPORT_SYSLOG_ENTERPRISE: "32473" }])
    assert.match(readConfig({ CURFEW_EXPORT_SYSLOG: "a", ...more }).warnings[0] ?? "", /32473.*for examples/);
});

test("CURFEW_EXPORT_OTLP: an address, and headers from a file", () => {
  const { otlp } = readConfig({
    CURFEW_EXPORT_OTLP: "https://collector.example:4318/v1/logs",
    CURFEW_EXPORT_OTLP_HEADERS_FILE: fileWith(
      "# for the collector\nAuthorization: Bearer a b=c\r\n\nx-scope: 1\n",
    ),
  }).exports;
  assert.deepEqual(otlp, {
    url: "https://collector.example:4318/v1/logs",
    ca: null,
    headers: { authorization: "Bearer a b=c", "x-scope": "1" },
    format: "curfew",
  });
});

test("what is wrong is named by its variable, and no secret with it", () => {
  for (const where of ["a:0", "a:70000", "a b", "fd00::5", "[fd00::5", "tcp://a:1", "a:1:2"])
    refused({ CURFEW_EXPORT_SYSLOG: where }, /CURFEW_EXPORT_SYSLOG: .* is no host with its port/);
  const syslog = { CURFEW_EXPORT_SYSLOG: "a" };
  refused(
    { ...syslog, CURFEW_EXPORT_SYSLOG_CA_FILE: join(folder, "none") },
    /_CA_FILE: the file cannot be read/,
  );
  refused({ ...syslog, CURFEW_EXPORT_SYSLOG_CERT_FILE: fileWith("cert") }, /go together/);
  refused({ ...syslog, CURFEW_EXPORT_SYSLOG_BYTES: "2048" }, /CURFEW_EXPORT_SYSLOG_BYTES/);
  refused({ ...syslog, CURFEW_EXPORT_SYSLOG_FORMAT: "cef" }, /CURFEW_EXPORT_SYSLOG_FORMAT/);
  refused({ CURFEW_EXPORT_OTLP: "ftp://a/" }, /CURFEW_EXPORT_OTLP/);
  refused({ CURFEW_EXPORT_OTLP: "https://user:hush@a/v1/logs" }, /holds no user, no password/);
  const otlp = { CURFEW_EXPORT_OTLP: "https://a/v1/logs" };
  for (const line of ["hush", "key:", "key: hush\u0000", "a b: hush"])
    refused({ ...otlp, CURFEW_EXPORT_OTLP_HEADERS_FILE: fileWith(`x: y\n${line}`) }, /line 2 is no header/);
});
