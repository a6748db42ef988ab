/** The two ends of a program that serves: it did not start, or it was stopped. Either way everything is closed once. */
import { type Log, wordsOf } from "./telemetry/log.ts";

const CLOSE_WITHIN_MS = 20_000;
const FAIL_WITHIN_MS = 4_000;

/**
 * What cannot be written, on a full disk or to a reader who is gone, is lost, and nothing else: unheard, its error would
 * end the process. What comes after it is written as soon as there is room.
 */
export function outliveOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
}

/** What Node itself would print, in its own form and whatever is in it: its warnings, and what ends the process. */
export function speakForNode(log: Log): void {
  process.removeAllListeners("warning");
  process.on("warning", (warning) => log(`${warning.name}: ${warning.message}`, { level: "warn" }));
  process.on("uncaughtException", (error) => {
    log("nobody took this, and the process ends by it", { error, isFault: true });
    process.exit(1);
  });
}

/** Says in one line why it did not start; whatever still runs then is given 4 s to close. Exit code 1. */
export function startFailed(log: Log, error: unknown): void {
  const inUse = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
  const hint = inUse ? ": another program listens there; stop it, or choose another port" : "";
  log(`Curfew did not start: ${wordsOf(error)}${hint}`, { level: "error" });
  process.exitCode = 1;
  setTimeout(() => process.exit(1), FAIL_WITHIN_MS).unref();
}

/** Runs until a signal, or until the database dies; then closes everything once, in order. */
export async function untilStopped(
  log: Log,
  died: Promise<string>,
  close: () => Promise<void>,
): Promise<void> {
  const why = await Promise.race([signalled(), died.then((reason) => `the database stopped: ${reason}`)]);
  if (!why.startsWith("SIG")) log(why, { level: "error" });
  const timer = setTimeout(() => {
    log("closing took too long; leaving the rest to the next start", { level: "warn" });
    process.exit(1);
  }, CLOSE_WITHIN_MS);
  timer.unref();
  await close();
  process.exitCode = why.startsWith("SIG") ? 0 : 1;
}

function signalled(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
      process.once(signal, () => resolve(signal));
  });
}
