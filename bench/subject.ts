/** One version under measurement: its real program on a PostgreSQL of its own, set up and signed in to over HTTP alone. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { signInByForm } from "../src/client/form-sign-in.ts";
import { type Lane, openLanes, type Reply } from "./caller.ts";
import type { Checkout } from "./checkout.ts";
import { type Cluster, startCluster } from "./cluster.ts";
import {
  approverName,
  COLLEAGUE,
  CONTRIBUTOR,
  type Document,
  documentsFor,
  emailOf,
  RESOURCE_GROUP,
  requesterName,
  type Size,
} from "./world.ts";

export const DATABASE = "curfew";
const READY_WITHIN_MS = 180_000;
const LOOK_EVERY_MS = 20;
const MOST_OUTPUT = 20_000;
const AT_ONCE = 2;
const DOCUMENTS_A_CALL = 50;
/** Tokens live for ten minutes. */
const FRESH_FOR_MS = 5 * 60_000;

export interface Person {
  readonly id: string;
  readonly email: string;
  readonly token: string;
}

export interface Subject {
  readonly name: string;
  readonly folder: string;
  readonly cluster: Cluster;
  readonly port: number;
  readonly administrator: Person;
  readonly requesters: readonly Person[];
  readonly approvers: readonly Person[];
  readonly colleague: Person;
  /** Of the one role and place that everybody asks for. */
  readonly scope: string;
  readonly role: string;
  /** A lane that is nobody's in particular. */
  readonly lane: Lane;
  /** Of the process that was started; whatever it starts is found below it. */
  pid(): number;
  /** With these beside its own environment. */
  start(more?: Readonly<Record<string, string>>): Promise<{ readyMs: number }>;
  stop(): Promise<void>;
  /** Signs in again whoever's token would run out in the next minutes. */
  freshen(): Promise<void>;
  remove(): Promise<void>;
}

export async function openSubject(checkout: Checkout, size: Size): Promise<Subject> {
  const cluster = await startCluster();
  const dataDir = mkdtempSync(join(tmpdir(), "curfew-bench-data-"));
  let program: Program | null = null;
  const forget = async () => {
    await program?.stop();
    await cluster.remove();
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    await cluster.query("postgres", `CREATE DATABASE ${DATABASE}`);
    const port = await freePort();
    const environment = {
      CURFEW_DATA_DIR: dataDir,
      CURFEW_HTTP_PORT: String(port),
      CURFEW_DATABASE_URL: cluster.urlOf(DATABASE),
    };
    const launch = (more: Readonly<Record<string, string>> = {}) =>
      startProgram(checkout.folder, { ...environment, ...more }, port);
    program = await launch();
    const password = randomBytes(18).toString("base64url");
    await setUp(port, program.output(), password);
    const crowd = await gather(port, size, password);
    // Onto the crowd itself: a copy would keep the tokens of today when they are made anew.
    return Object.assign(crowd, {
      name: checkout.name,
      folder: checkout.folder,
      cluster,
      port,
      pid: () => program?.pid ?? 0,
      async start(more: Readonly<Record<string, string>> = {}) {
        program = await launch(more);
        return { readyMs: program.readyMs };
      },
      async stop() {
        await program?.stop();
        program = null;
      },
      async remove() {
        crowd.lane.close();
        await forget();
      },
    });
  } catch (error) {
    await forget();
    throw error;
  }
}

interface Program {
  readonly pid: number;
  readonly readyMs: number;
  output(): string;
  stop(): Promise<void>;
}

/** Resolves when `/readyz` says that it could decide now. */
export async function startProgram(
  folder: string,
  environment: Readonly<Record<string, string>>,
  port: number,
): Promise<Program> {
  const began = performance.now();
  const child: ChildProcess = spawn(process.execPath, [join(folder, "bin/curfew.mjs"), "serve"], {
    cwd: folder,
    env: { ...process.env, NODE_OPTIONS: "", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      if (said.length < MOST_OUTPUT) said += text;
    });
  }
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  while (!(await isReady(port))) {
    if (child.exitCode !== null) throw new Error(`the program ended at once:\n${said}`);
    if (performance.now() - began > READY_WITHIN_MS) throw new Error(`the program is not ready:\n${said}`);
    await delay(LOOK_EVERY_MS);
  }
  return {
    pid: child.pid ?? 0,
    readyMs: performance.now() - began,
    output: () => said,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGTERM");
      await exited;
    },
  };
}

async function isReady(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/readyz`).then(
    async (answer) => {
      await answer.body?.cancel();
      return answer.ok;
    },
    () => false,
  );
}

async function setUp(port: number, output: string, password: string): Promise<void> {
  const token = /set-up token:\s+(\S+)/.exec(output)?.[1];
  if (token === undefined) throw new Error(`no set-up token was printed:\n${output}`);
  const given = { tenantName: "bench", displayName: "Ada", email: emailOf("ada"), password };
  const response = await fetch(`http://127.0.0.1:${port}/api/v1/setup`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token, ...given }),
  });
  if (!response.ok) throw new Error(`set-up: ${response.status} ${await response.text()}`);
}

/** Applies the world and signs everybody in. */
async function gather(port: number, size: Size, password: string) {
  const [lane] = openLanes(port, 1);
  if (lane === undefined) throw new Error("no lane");
  const administrator = await signIn(port, lane, "ada", password);
  const changes = await apply(lane, administrator, documentsFor(size, password));
  const subscription = changes.find(({ kind }) => kind === "Subscription")?.id;
  const names = [
    ...Array.from({ length: size.requesters }, (_, index) => requesterName(index)),
    ...Array.from({ length: size.approvers }, (_, index) => approverName(index)),
    COLLEAGUE,
  ];
  const signedIn = new Map<string, { person: Person; at: number }>([
    ["ada", { person: administrator, at: Date.now() }],
  ]);
  const person = (name: string): Person => {
    const one = signedIn.get(name);
    if (one === undefined) throw new Error(`nobody is called ${name}`);
    return one.person;
  };
  const freshen = async () => {
    const isOld = (name: string) => (signedIn.get(name)?.at ?? 0) < Date.now() - FRESH_FOR_MS;
    const left = ["ada", ...names].filter(isOld);
    const worker = async () => {
      for (let name = left.shift(); name !== undefined; name = left.shift()) {
        const at = Date.now();
        signedIn.set(name, { person: await signIn(port, lane, name, password), at });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  };
  await freshen();
  return {
    lane,
    get administrator() {
      return person("ada");
    },
    get requesters() {
      return Array.from({ length: size.requesters }, (_, index) => person(requesterName(index)));
    },
    get approvers() {
      return Array.from({ length: size.approvers }, (_, index) => person(approverName(index)));
    },
    get colleague() {
      return person(COLLEAGUE);
    },
    scope: `/subscriptions/${subscription}/${RESOURCE_GROUP}`,
    role: CONTRIBUTOR,
    freshen,
  };
}

async function signIn(port: number, lane: Lane, name: string, password: string): Promise<Person> {
  const email = emailOf(name);
  const { accessToken } = await signInByForm({ baseUrl: `http://127.0.0.1:${port}`, email, password });
  const me = await lane.call(accessToken, "GET", "/api/v1/me");
  expect(me, 200);
  return { id: me.body.principal.objectId, email, token: accessToken };
}

interface Change {
  readonly kind: string;
  readonly name: string;
  readonly id: string;
}

export async function apply(lane: Lane, by: Person, documents: readonly Document[]): Promise<Change[]> {
  const changes: Change[] = [];
  for (let from = 0; from < documents.length; from += DOCUMENTS_A_CALL) {
    const body = { documents: documents.slice(from, from + DOCUMENTS_A_CALL) };
    const reply = await lane.call(by.token, "POST", "/api/v1/configuration", body);
    expect(reply, 200);
    changes.push(...reply.body.changes);
  }
  return changes;
}

/** @throws when the answer is another one: a fast wrong answer is no result. */
export function expect(reply: Reply, status: number): void {
  if (reply.status !== status)
    throw new Error(`expected ${status}, got ${reply.status}: ${JSON.stringify(reply.body)}`);
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
