/** The server for real: an empty data directory prints a one-time set-up token, and there is no default password. */

import { type Config, ConfigError, readConfig, requireSafeListener } from "./config/config.ts";
import { launchDatabase } from "./store/embedded/embedded-postgres.ts";
import { untilStopped } from "./until-stopped.ts";

export async function serve(environment: NodeJS.ProcessEnv): Promise<void> {
  try {
    const config = readConfig(environment);
    requireSafeListener(config);
    await run(config);
  } catch (error) {
    const known =
      error instanceof ConfigError || (error instanceof Error && error.name === "EmbeddedPostgresError");
    process.stderr.write(`curfew: ${known && error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

async function run(config: Config): Promise<void> {
  const log = (line: string) => process.stderr.write(`${line}\n`);
  const options = { ...config, log: () => {} };
  const launched = await launchDatabase(options);
  // The database takes about as long to start as the house to load.
  const { openSystem, startService } = await import("./compose.ts");
  const { refuseDemo } = await import("./demo/mark.ts");
  const { buildPortal } = await import("./build-portal.ts");
  const system = await openSystem({ ...options, launched });
  try {
    await refuseDemo(system.opened.db);
    const issuer =
      config.publicUrl ??
      `${config.tls === null ? "http" : "https"}://${hostInUrl(config.host)}:${config.httpPort}`;
    const service = await startService(system, {
      issuer,
      origins: [issuer],
      deviceFlow: config.deviceFlow,
      trustedProxy: config.trustedProxy,
      portal: await buildPortal(log),
      log,
    });
    const token = await service.identity.setup.prepare();
    const server = await service.listen(config.host, config.httpPort, config.tls);
    process.stdout.write(greeting(server.listeningOrigin, issuer, token));
    await untilStopped(system.opened.died, () => service.close());
  } finally {
    await system.close();
  }
}

function greeting(origin: string, issuer: string, token: string | null): string {
  const serving = `Curfew serves ${origin} as ${issuer}. Ctrl-C stops it.\n`;
  if (token === null) return serving;
  return `${serving}
Nobody administers this installation yet. Within one hour, open
  ${issuer}/setup
and give this one-time set-up token:
  ${token}
A restart makes a new one.
`;
}

function hostInUrl(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
