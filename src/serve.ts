/** The server for real: an empty data directory prints a one-time set-up token, and there is no default password. */
import { openSystem, startService } from "./compose.ts";
import { type Config, ConfigError, readConfig, requireSafeListener } from "./config/config.ts";
import { refuseDemo } from "./demo/mark.ts";
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
  const system = await openSystem({ ...config, log: () => {} });
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
      log,
    });
    const server = await service.listen(config.host, config.httpPort, config.tls);
    process.stdout.write(`Curfew serves ${server.listeningOrigin} as ${issuer}. Ctrl-C stops it.\n`);
    await offerSetup(service.identity, issuer);
    await untilStopped(system.opened.died, () => service.close());
  } finally {
    await system.close();
  }
}

async function offerSetup(
  identity: Awaited<ReturnType<typeof startService>>["identity"],
  issuer: string,
): Promise<void> {
  const token = await identity.setup.prepare();
  if (token === null) return;
  process.stdout.write(
    `\nNobody administers this installation yet. Within one hour, open\n  ${issuer}/setup\nand give this one-time set-up token:\n  ${token}\nA restart makes a new one.\n`,
  );
}

function hostInUrl(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
