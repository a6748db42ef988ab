/** The server for real: an empty data directory prints a one-time set-up token, and there is no default password. */

import { nearest } from "./cli/text/nearest.ts";
import type { Service } from "./compose.ts";
import {
  type Config,
  KNOWN_VARIABLES,
  readConfig,
  requireSafeListener,
  unknownVariables,
} from "./config/config.ts";
import { launchDatabase } from "./store/embedded/embedded-postgres.ts";
import { outliveOutput, startFailed, untilStopped } from "./until-stopped.ts";

export async function serve(environment: NodeJS.ProcessEnv): Promise<void> {
  outliveOutput();
  try {
    for (const name of unknownVariables(environment)) log(`curfew: ${unknownWords(name)}`);
    const config = readConfig(environment);
    requireSafeListener(config);
    await run(config);
  } catch (error) {
    startFailed("curfew", error);
  }
}

function log(line: string): void {
  process.stderr.write(`${line}\n`);
}

function unknownWords(name: string): string {
  const meant = nearest(name, KNOWN_VARIABLES);
  return `there is no variable ${name}: it is ignored${meant === null ? "" : `; is ${meant} meant?`}`;
}

async function run(config: Config): Promise<void> {
  for (const warning of config.warnings) log(`curfew: ${warning}`);
  const options = { ...config, log: () => {}, tell: (line: string) => log(`curfew: ${line}`) };
  const launched = await launchDatabase(options);
  // The database takes about as long to start as the house to load.
  const { openSystem, startService } = await import("./compose.ts");
  const { refuseDemo } = await import("./demo/mark.ts");
  const { buildPortal } = await import("./build-portal.ts");
  const system = await openSystem({ ...options, launched });
  let service: Service | null = null;
  try {
    await refuseDemo(system.opened.db);
    const issuer =
      config.publicUrl ??
      `${config.tls === null ? "http" : "https"}://${hostInUrl(config.host)}:${config.httpPort}`;
    service = await startService(system, {
      issuer,
      origins: [issuer],
      deviceFlow: config.deviceFlow,
      trustedProxy: config.trustedProxy,
      connections: config.connections,
      portal: await buildPortal(log),
      mail: config.mail,
      log,
    });
    log(`curfew: ${mailLine(config.mail)}`);
    const token = await service.identity.setup.prepare();
    const server = await service.listen(config.host, config.httpPort, config.tls);
    process.stdout.write(greeting(server.listeningOrigin, issuer, token));
    await untilStopped(system.opened.died, service.close);
  } catch (error) {
    // Before what is open is closed, which can take its time.
    startFailed("curfew", error);
  } finally {
    await service?.close();
    await system.close();
  }
}

function mailLine(mail: Config["mail"]): string {
  if (mail === null)
    return "mail is off: set CURFEW_SMTP_URL and CURFEW_MAIL_FROM to have people told by mail";
  const { host, port, tls } = mail.server;
  return `mail goes to ${host}:${port} ${tls === "never" ? "without TLS" : "over TLS"}, from ${mail.from.address}`;
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
