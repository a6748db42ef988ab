/** Starts a server in the given data directory, says how that went as one line of JSON, and holds it until killed. */
import { EmbeddedPostgresError, startEmbeddedPostgres } from "../../src/store/embedded/embedded-postgres.ts";

try {
  const server = await startEmbeddedPostgres({ dataDir: process.argv[2] ?? "", log: () => {} });
  process.stdout.write(`${JSON.stringify({ pid: server.pid, refusal: null })}\n`);
} catch (error) {
  const refusal = error instanceof EmbeddedPostgresError ? error.code : String(error);
  process.stdout.write(`${JSON.stringify({ pid: null, refusal })}\n`);
}
