/** Runs `postgres` under a small shell parent that stops it when we are gone, however we went. */
import type { Readable } from "node:stream";
import { EmbeddedPostgresError } from "./embedded-postgres-error.ts";
import { type RunAs, spawnLocked } from "./run-as.ts";

/** Recovery after a crash replays the log first, and may take its time. */
const READY_LIMIT_MS = 120_000;
const LINE_LIMIT_CHARACTERS = 4_000;
const TAIL_LINES = 5;
const READY = "database system is ready to accept connections";

/**
 * The end of standard input, which only we hold open, means: stop. Fast first (no client is waited for), after 10 s
 * immediate (recovery at the next start), after 10 s more by force. Signals meant to end the shell are ignored: it
 * would leave the server without an owner. Its exit code is the server's.
 */
const KEEPER = `trap '' INT TERM HUP
exec 4<&0 </dev/null
"$@" 4<&- >&2 &
postgres=$!
echo "$postgres"
exec >&2
(
  read -r _ <&4
  kill -INT "$postgres"
  i=0
  while kill -0 "$postgres"; do
    i=$((i + 1))
    [ "$i" -ne 200 ] || kill -QUIT "$postgres"
    [ "$i" -ne 400 ] || kill -KILL "$postgres"
    sleep 0.05
  done
) 2>/dev/null 3<&- &
watcher=$!
exec 4<&-
wait "$postgres"
code=$?
kill -KILL "$watcher"
exit "$code"`;

export interface ServerRequest {
  readonly argv: readonly string[];
  readonly runAs: RunAs;
  readonly lockFd: number;
  log(line: string): void;
}

export interface RunningServer {
  readonly pid: number;
  stop(): Promise<void>;
  /** Why the server ended, whoever ended it. */
  readonly ended: Promise<string>;
}

/** Resolves once the server accepts connections. @throws EmbeddedPostgresError `start-failed`. */
export async function runServer(request: ServerRequest): Promise<RunningServer> {
  const argv = ["/bin/sh", "-c", KEEPER, "sh", ...request.argv];
  const { child, stdin, stdout, stderr } = spawnLocked(request.runAs, argv, request.lockFd);
  stdin.on("error", () => {}); // the keeper is gone: `ended` tells
  const tail: string[] = [];
  const ended = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(`it could not be started: ${error.message}`));
    child.once("exit", (code, signal) => resolve(describeEnd(code, signal)));
  });
  const pid = new Promise<number>((resolve) => eachLine(stdout, (line) => resolve(Number(line))));
  const ready = new Promise<void>((resolve) => {
    eachLine(stderr, (line) => {
      tail.push(line);
      if (tail.length > TAIL_LINES) tail.shift();
      if (line.includes(READY)) resolve();
      request.log(line);
    });
  });
  const stop = async () => {
    stdin.end();
    await ended;
  };
  child.once("exit", (_code, signal) => {
    // Somebody killed the keeper: its server must not outlive it unseen.
    if (signal !== null && child.pid !== undefined) killGroup(child.pid);
  });
  const failure = await firstFailure(ready, ended);
  if (failure === null) return { pid: await pid, stop, ended };
  await stop();
  await new Promise((resolve) => setImmediate(resolve)); // lets its last words arrive
  throw new EmbeddedPostgresError(
    "start-failed",
    `PostgreSQL did not start: ${failure}: ${tail.join(" | ")}`,
  );
}

function firstFailure(ready: Promise<void>, ended: Promise<string>): Promise<string | null> {
  return new Promise((resolve) => {
    const limit = setTimeout(() => resolve(`not ready after ${READY_LIMIT_MS / 1_000} s`), READY_LIMIT_MS);
    const settle = (outcome: string | null) => {
      clearTimeout(limit);
      resolve(outcome);
    };
    ready.then(() => settle(null));
    ended.then(settle);
  });
}

function describeEnd(code: number | null, signal: string | null): string {
  if (signal !== null) return `its keeper was ended by ${signal}`;
  if (code !== null && code > 128) return `it was ended by signal ${code - 128}`;
  return `it exited with code ${code}`;
}

function killGroup(leader: number): void {
  try {
    process.kill(-leader, "SIGQUIT");
  } catch {
    // ESRCH: nothing is left to end
  }
}

/** Calls back with every line, each cut to a bounded length. */
function eachLine(stream: Readable, take: (line: string) => void): void {
  let rest = "";
  stream.setEncoding("utf8").on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = (lines.pop() ?? "").slice(0, LINE_LIMIT_CHARACTERS);
    for (const line of lines) if (line !== "") take(line.slice(0, LINE_LIMIT_CHARACTERS));
  });
}
