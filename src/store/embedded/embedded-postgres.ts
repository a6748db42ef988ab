/** The embedded PostgreSQL: a real server in a data directory, ours from start to stop, gone when we are gone. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { locateBinaries, placeBinaries, refuseUnrunnable } from "./binaries.ts";
import { createCluster } from "./create-cluster.ts";
import { giveDirectory, openDataDir, superuserPassword } from "./data-dir.ts";
import { livingPostmaster, misleadingFiles } from "./living-postmaster.ts";
import { type DataDirLock, inUse, lockDataDir } from "./lock.ts";
import { chooseRunAs, ourselves, type RunAs, runBriefly } from "./run-as.ts";
import { type RunningServer, runServer } from "./run-server.ts";
import { refuseUnsafeServer, settingsArguments } from "./server-settings.ts";
import { makeSocketDir, PORT } from "./socket-dir.ts";
import { type SupervisedPostgres, supervise } from "./supervise.ts";

export { EmbeddedPostgresError, type EmbeddedPostgresFailure } from "./embedded-postgres-error.ts";
export type { SupervisedPostgres } from "./supervise.ts";

const SUPERUSER = "postgres";

export interface EmbeddedPostgresOptions {
  /** Absolute path of a folder for nothing else; made with mode 0700 if it is missing. */
  readonly dataDir: string;
  /** Takes what the server says, line by line. Statements and secrets are not among it. */
  log(line: string): void;
  /** Lets every local user reach the socket, to sign in there with a password. Default: us alone. */
  readonly reachableByLocalUsers?: boolean;
  /** Further server settings by their PostgreSQL names; those that keep it safe cannot be chosen. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface EmbeddedPostgres {
  /** To be given to clients as host; the same at every start unless somebody took its name. */
  readonly socketDir: string;
  readonly port: number;
  readonly superuser: { readonly user: string; readonly password: string };
  /** Of the postmaster. */
  readonly pid: number;
  /** Ends every session and the server, and frees the data directory: 20 s at most. */
  stop(): Promise<void>;
  /** Resolves with a reason if the server ends without `stop`; the data directory is free then. */
  readonly died: Promise<string>;
}

/** In an object, because a promise of a promise cannot be waited for by halves. */
export interface LaunchedPostgres<Server = SupervisedPostgres> {
  readonly started: Promise<Server>;
}

/**
 * Starts the server of a data directory, made on first use. Resolves when it accepts connections and has confirmed
 * that it writes through to disk, listens on its Unix socket only and lets nobody in without a password.
 *
 * @throws EmbeddedPostgresError whose `code` says what is wrong and whose message says what to do.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  return (await launchEmbeddedPostgres(options)).started;
}

/** The same in two steps: what is left is waiting, in which the caller may do what blocks this process. */
async function launchEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<LaunchedPostgres<EmbeddedPostgres>> {
  const packaged = locateBinaries();
  const dataDir = openDataDir(options.dataDir);
  const lock = await lockDataDir(dataDir);
  const freeing = (error: unknown): never => {
    lock.release();
    throw error;
  };
  try {
    const { started } = await launchLocked(options, packaged, dataDir, lock);
    return { started: handled(started.catch(freeing)) };
  } catch (error) {
    return freeing(error);
  }
}

/** The installation's own, in its data directory, kept running; null where the database is somebody else's. */
export async function launchDatabase(options: {
  readonly dataDir: string;
  readonly databaseUrl: string | null;
  readonly log: (line: string) => void;
  /** Takes a line for the operator when the server ended by itself, and when it runs again. */
  readonly tell?: ((line: string) => void) | undefined;
}): Promise<LaunchedPostgres | null> {
  if (options.databaseUrl !== null) return null;
  const { log, tell = () => {} } = options;
  const own = { dataDir: join(options.dataDir, "postgres"), log };
  const { started } = await launchEmbeddedPostgres(own);
  return {
    started: handled(started.then((first) => supervise(first, () => startEmbeddedPostgres(own), tell))),
  };
}

/** Its failure is for whoever waits for it, who may come later than it fails. */
function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

async function launchLocked(
  options: EmbeddedPostgresOptions,
  packaged: ReturnType<typeof locateBinaries>,
  dataDir: string,
  lock: DataDirLock,
): Promise<LaunchedPostgres<EmbeddedPostgres>> {
  const clusterDir = join(dataDir, "cluster");
  const living = livingPostmaster(clusterDir);
  if (living !== null) throw inUse(dataDir, `PostgreSQL, process ${living}`);

  const reachableByLocalUsers = options.reachableByLocalUsers ?? false;
  const seat = prepare(dataDir, packaged, reachableByLocalUsers);
  const { runAs, nativeDir, socketDir, superuser } = seat;
  if (!existsSync(join(clusterDir, "PG_VERSION"))) {
    await createCluster({ dataDir, nativeDir, runAs, lockFd: lock.fd, superuser });
  }
  const misleading = misleadingFiles(clusterDir, socketDir);
  if (misleading.length > 0) runBriefly(runAs, ["rm", "-f", "--", ...misleading]);
  const settings = settingsArguments({ socketDir, reachableByLocalUsers, extra: options.settings ?? {} });
  const argv = [join(nativeDir, "bin", "postgres"), "-D", clusterDir, ...settings];
  const running = runServer({ argv, runAs, lockFd: lock.fd, log: options.log });
  const confirmed = async (): Promise<EmbeddedPostgres> => {
    const server = await running;
    try {
      await refuseUnsafeServer(socketDir, clusterDir, superuser);
    } catch (error) {
      await server.stop();
      throw error;
    }
    return { socketDir, port: PORT, superuser, pid: server.pid, ...guard(server, lock) };
  };
  return { started: confirmed() };
}

/** All that is done in the data directory as ourselves, in one piece: as root we hold it closed to others meanwhile. */
function prepare(
  dataDir: string,
  packaged: ReturnType<typeof locateBinaries>,
  reachableByLocalUsers: boolean,
) {
  giveDirectory(dataDir, ourselves());
  const runAs: RunAs = chooseRunAs(dataDir, packaged.nativeDir);
  const nativeDir = placeBinaries(packaged, dataDir, runAs);
  const password = superuserPassword(dataDir, existsSync(join(dataDir, "cluster", "PG_VERSION")));
  const socketDir = makeSocketDir({ dataDir, runAs, secret: password, reachableByLocalUsers });
  giveDirectory(dataDir, runAs);
  if (nativeDir !== packaged.nativeDir) refuseUnrunnable(nativeDir, runAs);
  return { runAs, nativeDir, socketDir, superuser: { user: SUPERUSER, password } };
}

function guard(server: RunningServer, lock: DataDirLock): Pick<EmbeddedPostgres, "stop" | "died"> {
  let stopping: Promise<void> | null = null;
  const freed = server.ended.then((reason) => {
    lock.release();
    return reason;
  });
  return {
    stop: () => {
      stopping ??= server.stop().then(async () => void (await freed));
      return stopping;
    },
    died: new Promise((resolve) => {
      freed.then((reason) => stopping ?? resolve(`the embedded PostgreSQL died: ${reason}`));
    }),
  };
}
