/** The two ends of a program that serves: it did not start, or it was stopped. Either way everything is closed once. */
const CLOSE_WITHIN_MS = 20_000;
const FAIL_WITHIN_MS = 4_000;
const MAX_LINE = 600;

/**
 * What cannot be written, on a full disk or to a reader who is gone, is lost, and nothing else: unheard, its error would
 * end the process. What comes after it is written as soon as there is room.
 */
export function outliveOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
}

/** Says in one line why it did not start; whatever still runs then is given 4 s to close. Exit code 1. */
export function startFailed(program: string, error: unknown): void {
  process.stderr.write(`${program}: ${causes(error).slice(0, MAX_LINE)}\n`);
  process.exitCode = 1;
  setTimeout(() => process.exit(1), FAIL_WITHIN_MS).unref();
}

/** With what lies behind it: "could not be migrated" alone helps nobody. */
function causes(error: unknown): string {
  if (!(error instanceof Error)) return oneLine(String(error));
  const within = error instanceof AggregateError ? error.errors.map(causes).join("; ") : "";
  const cause = error.cause === undefined ? "" : causes(error.cause);
  const inUse = "code" in error && error.code === "EADDRINUSE";
  const hint = inUse ? "another program listens there; stop it, or choose another port" : "";
  return [...new Set([oneLine(error.message), within, cause, hint])].filter((part) => part !== "").join(": ");
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}

/** Runs until a signal, or until the database dies; then closes everything once, in order. */
export async function untilStopped(died: Promise<string>, close: () => Promise<void>): Promise<void> {
  const why = await Promise.race([signalled(), died.then((reason) => `the database stopped: ${reason}`)]);
  if (!why.startsWith("SIG")) process.stderr.write(`curfew: ${why}\n`);
  const timer = setTimeout(() => {
    process.stderr.write("curfew: closing took too long; leaving the rest to the next start\n");
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
