/** Runs until a signal, or until the database dies; then closes everything once, in order. */
const CLOSE_WITHIN_MS = 20_000;

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
